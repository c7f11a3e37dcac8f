import type { KindCounts } from "@skyeworx/contract";
import type { ReactNode } from "react";
import { useKindNames } from "../../live/use-kind-names.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { KindMark } from "../../parts/marks/kind-mark.tsx";
import classes from "../../parts/panel.module.css";
import { count } from "../../parts/write-number.ts";

function changes(row: KindCounts): number {
	return row.created + row.changed + row.deleted + row.unreadable;
}

/** Zeros stand back, so that what happened is seen. */
function Figure({ value }: { readonly value: number }): ReactNode {
	return value === 0 ? <span className={classes.zero}>0</span> : <strong>{count(value)}</strong>;
}

/** Counts of a run or snapshot, by kind; what changed most comes first. */
export function KindCountTable({ counts }: { readonly counts: readonly KindCounts[] }): ReactNode {
	const names = useKindNames();
	return (
		<DataTable
			caption="Counts by kind"
			rows={counts.toSorted((a, b) => changes(b) - changes(a) || b.total - a.total)}
			rowKey={(row) => row.kind}
			columns={[
				{
					label: "Kind",
					cell: (row) => (
						<span style={{ display: "inline-flex", gap: 6 }}>
							<KindMark kind={row.kind} /> {names(row.kind)[1]}
						</span>
					),
				},
				{ label: "Held", number: true, cell: (row) => count(row.total) },
				{ label: "New", number: true, cell: (row) => <Figure value={row.created} /> },
				{ label: "Changed", number: true, cell: (row) => <Figure value={row.changed} /> },
				{ label: "Deleted", number: true, cell: (row) => <Figure value={row.deleted} /> },
				{ label: "Unreadable this time", number: true, cell: (row) => <Figure value={row.unreadable} /> },
			]}
		/>
	);
}
