import type { Snapshot } from "@skyeworx/contract";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useClient } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { LoadMore } from "../../parts/load-more.tsx";
import { Panel } from "../../parts/panel.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { When } from "../../parts/time/when.tsx";
import { shortTime } from "../../parts/time/write-time.ts";
import { bytes, count } from "../../parts/write-number.ts";
import { changesOf } from "./run-list.tsx";

/** What made a restore point. */
export const origins = { backup: "a backup", safety: "a restore, before it overwrote", restore: "a restore, after it" } as const;

/** Why a restore point stays, beside the policy. */
function keptText({ pin, holds, lockedUntil }: Snapshot): string {
	return [pin === null ? "" : `Pinned: ${pin}`, ...holds.map((name) => `Held: ${name}`), lockedUntil === null ? "" : "Locked"]
		.filter(Boolean)
		.join(", ");
}

/** A site's restore points, newest first. */
export function SnapshotList({ siteId }: { readonly siteId: string }): ReactNode {
	const snapshots = useInfiniteQuery(queries.snapshots(useClient(), siteId));
	return (
		<QueryView query={snapshots}>
			{(data) => {
				const rows = data.pages.flatMap((page) => page.items);
				if (rows.length === 0) return <EmptyState title="No restore point yet">The first backup makes the first one.</EmptyState>;
				return (
					<Panel flush>
						<DataTable
							caption="Restore points"
							rows={rows}
							rowKey={(row) => String(row.id)}
							columns={[
								{
									label: "Restore point",
									cell: (row) => (
										<Link to="/snapshots/$siteId/$snapshotId" params={{ siteId, snapshotId: String(row.id) }} style={{ fontWeight: 560 }}>
											{shortTime(row.at)}
										</Link>
									),
								},
								{ label: "Age", cell: (row) => <When at={row.at} /> },
								{ label: "Made by", cell: (row) => origins[row.type] },
								{ label: "Kept", cell: (row) => keptText(row) },
								{ label: "Number", number: true, cell: (row) => row.id },
								{ label: "Items", number: true, cell: (row) => count(changesOf(row).total) },
								{ label: "New", number: true, cell: (row) => count(changesOf(row).created) },
								{ label: "Changed", number: true, cell: (row) => count(changesOf(row).changed) },
								{ label: "Gone", number: true, cell: (row) => count(changesOf(row).deleted) },
								{ label: "Whole size", number: true, cell: (row) => bytes(row.size) },
								{ label: "Added to the store", number: true, cell: (row) => bytes(row.added) },
								{
									label: "Look",
									silent: true,
									cell: (row) => (
										<Link to="/explore" search={{ site: siteId, asOf: row.id }}>
											Explore as of then
										</Link>
									),
								},
							]}
						/>
						<LoadMore query={snapshots} />
					</Panel>
				);
			}}
		</QueryView>
	);
}
