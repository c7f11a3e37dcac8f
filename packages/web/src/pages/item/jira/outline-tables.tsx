import type { ReactNode } from "react";
import { DataTable } from "../../../parts/data-table.tsx";
import { FirstRows } from "../../../parts/first-rows.tsx";
import { Section } from "../section.tsx";
import type { Outline } from "./outline.ts";

interface Row {
	readonly cells: readonly string[];
	readonly index: number;
}

/** Tables of a setting, each under its name; undefined when none has a row. */
export function outlineTables(outlines: readonly Outline[]): ReactNode | undefined {
	const filled = outlines.filter(({ rows }) => rows.length > 0);
	if (filled.length === 0) return undefined;
	return filled.map(({ title, columns, rows }) => (
		<Section key={title} title={title}>
			<FirstRows rows={rows} most={30}>
				{(shown) => (
					<DataTable
						caption={title}
						rows={shown.map((cells, index): Row => ({ cells, index }))}
						rowKey={(row) => String(row.index)}
						columns={columns.map((label, column) => ({ label, cell: (row: Row) => row.cells[column] ?? "" }))}
					/>
				)}
			</FirstRows>
		</Section>
	));
}
