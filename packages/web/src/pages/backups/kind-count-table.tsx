import type { KindCounts } from "@skyeworx/contract";
import type { ReactNode } from "react";
import { useKindNames } from "../../live/use-kind-names.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { FirstRows } from "../../parts/first-rows.tsx";
import { KindName } from "../../parts/kind-name.tsx";
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
	const sorted = counts.toSorted((a, b) => changes(b) - changes(a) || b.total - a.total);
	// What changed is never folded away.
	const most = Math.max(12, sorted.filter((row) => changes(row) > 0).length);
	return (
		<FirstRows rows={sorted} most={most}>
			{(rows) => <Counts rows={rows} names={names} />}
		</FirstRows>
	);
}

interface CountsProps {
	readonly rows: readonly KindCounts[];
	readonly names: ReturnType<typeof useKindNames>;
}

function Counts({ rows, names }: CountsProps): ReactNode {
	return (
		<DataTable
			caption="Counts by kind"
			rows={rows}
			rowKey={(row) => row.kind}
			columns={[
				{
					label: "Kind",
					cell: (row) => <KindName kind={row.kind} name={names(row.kind)[1]} />,
				},
				{ label: "Held", number: true, cell: (row) => count(row.total) },
				{ label: "New", number: true, cell: (row) => <Figure value={row.created} /> },
				{ label: "Changed", number: true, cell: (row) => <Figure value={row.changed} /> },
				{ label: "Gone", number: true, cell: (row) => <Figure value={row.deleted} /> },
				{ label: "Unreadable this time", number: true, cell: (row) => <Figure value={row.unreadable} /> },
			]}
		/>
	);
}
