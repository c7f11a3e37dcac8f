import type { KindCounts } from "@skyeworx/contract";
import type { ReactNode } from "react";
import { useKindNames } from "../../live/use-kind-names.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { KindMark } from "../../parts/marks/kind-mark.tsx";
import { count } from "../../parts/write-number.ts";

/** Counts of a run or snapshot, by kind. */
export function KindCountTable({ counts }: { readonly counts: readonly KindCounts[] }): ReactNode {
	const names = useKindNames();
	return (
		<DataTable
			caption="Counts by kind"
			rows={counts}
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
				{ label: "New", number: true, cell: (row) => count(row.created) },
				{ label: "Changed", number: true, cell: (row) => count(row.changed) },
				{ label: "Deleted", number: true, cell: (row) => count(row.deleted) },
				{ label: "Unreadable this time", number: true, cell: (row) => count(row.unreadable) },
			]}
		/>
	);
}
