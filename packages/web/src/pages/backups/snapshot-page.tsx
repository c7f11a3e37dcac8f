import { Button, Group, SegmentedControl, Stack } from "@mantine/core";
import { maxPlanItems, type SnapshotChange, type SnapshotDetail } from "@skyeworx/contract";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useClient } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { useAbsence } from "../../live/use-kind-names.ts";
import { useSite } from "../../live/use-site.ts";
import { type TrayItem, useTray } from "../../live/use-tray.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { LoadMore } from "../../parts/load-more.tsx";
import { KindMark } from "../../parts/marks/kind-mark.tsx";
import { ChangeMark } from "../../parts/marks/status-marks.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Panel } from "../../parts/panel.tsx";
import { partWords } from "../../parts/part-words.ts";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { When } from "../../parts/time/when.tsx";
import { shortTime } from "../../parts/time/write-time.ts";
import { bytes, counted } from "../../parts/write-number.ts";
import { Page } from "../../shell/page.tsx";
import { BlindSpots } from "./blind-spots.tsx";
import { KeepSnapshot } from "./keep-snapshot.tsx";
import { KindCountTable } from "./kind-count-table.tsx";
import { origins } from "./snapshot-list.tsx";

const route = getRouteApi("/shell/snapshots/$siteId/$snapshotId");

/** One restore point: what it holds, and what changed since the one before. */
export function SnapshotPage(): ReactNode {
	const { siteId, snapshotId } = route.useParams();
	const snapshot = useQuery(queries.snapshot(useClient(), siteId, Number(snapshotId)));
	return (
		<Page>
			<QueryView page query={snapshot} loading={8}>
				{(data) => <Loaded snapshot={data} />}
			</QueryView>
		</Page>
	);
}

function Loaded({ snapshot }: { readonly snapshot: SnapshotDetail }): ReactNode {
	const { site } = useSite();
	const { siteId, id } = snapshot;
	return (
		<>
			<PageHead
				title={`Restore point of ${shortTime(snapshot.at)}`}
				sub={
					<Group gap="sm">
						<span>{site?.name}</span>
						<When at={snapshot.at} />
						<span>made by {origins[snapshot.type]}</span>
						<span>
							{bytes(snapshot.size)} in all, {bytes(snapshot.added)} added to the store
						</span>
					</Group>
				}
				actions={
					<>
						{snapshot.runId === null ? null : (
							<Button
								variant="default"
								component={Link}
								to={snapshot.type === "backup" ? `/runs/${snapshot.runId}` : `/restores/${snapshot.runId}`}
							>
								{snapshot.type === "backup" ? "The run" : "The restore"}
							</Button>
						)}
						<Button variant="default" component={Link} to={`/changers?site=${siteId}`}>
							Who changed what
						</Button>
						<Link to="/explore" search={{ site: siteId, asOf: id }} style={{ textDecoration: "none" }}>
							<Button component="span">Explore as of then</Button>
						</Link>
					</>
				}
			/>
			<Stack gap="md">
				<Panel title="What it holds" flush>
					<KindCountTable counts={snapshot.counts} />
				</Panel>
				<KeepSnapshot snapshot={snapshot} />
				<Changes siteId={siteId} snapshot={snapshot} />
				<Panel title="Blind spots" flush>
					<BlindSpots entries={snapshot.blindSpots} />
				</Panel>
			</Stack>
		</>
	);
}

function Changes({ siteId, snapshot }: { readonly siteId: string; readonly snapshot: SnapshotDetail }): ReactNode {
	const { change } = route.useSearch();
	const navigate = route.useNavigate();
	const changes = useInfiniteQuery(queries.changes(useClient(), siteId, snapshot.id));
	const all = changes.data?.pages.flatMap((page) => page.items) ?? [];
	const rows = all.filter((row) => change === undefined || row.change === change);
	return (
		<Panel
			flush
			title="What changed"
			actions={
				<Group gap="xs">
					<SegmentedControl
						aria-label="Change"
						value={change ?? "all"}
						onChange={(value) =>
							void navigate({
								search: value === "all" ? {} : { change: value as SnapshotChange["change"] },
								replace: true,
								resetScroll: false,
							})
						}
						data={[
							{ value: "all", label: "All" },
							{ value: "created", label: "New" },
							{ value: "changed", label: "Changed" },
							{ value: "deleted", label: "Gone" },
						]}
					/>
					<BringBack changes={changes} snapshot={snapshot} only={change} />
				</Group>
			}
		>
			<QueryView query={changes}>
				{() =>
					rows.length === 0 ? (
						<div style={{ padding: 16 }}>
							<EmptyState title={changes.hasNextPage ? "None so far" : "Nothing of this sort changed"} />
						</div>
					) : (
						<ChangeTable rows={rows} siteId={siteId} snapshotId={snapshot.id} />
					)
				}
			</QueryView>
			<LoadMore query={changes} label="Show more" />
		</Panel>
	);
}

interface BringBackProps {
	readonly changes: Paged;
	readonly snapshot: SnapshotDetail;
	/** Limits to one sort of change. */
	readonly only: SnapshotChange["change"] | undefined;
}

interface Paged {
	readonly fetchNextPage: () => Promise<{
		readonly data?: { readonly pages: readonly { readonly items: readonly SnapshotChange[] }[] } | undefined;
		readonly hasNextPage: boolean;
	}>;
	readonly hasNextPage: boolean;
	readonly data?: { readonly pages: readonly { readonly items: readonly SnapshotChange[] }[] } | undefined;
}

/** Puts everything that was changed or deleted into the tray, as it was in the restore point before. */
function BringBack({ changes, snapshot, only }: BringBackProps): ReactNode {
	const tray = useTray();
	const [busy, setBusy] = useState(false);
	const { parent, siteId } = snapshot;
	const sum = (pick: (entry: SnapshotDetail["counts"][number]) => number): number =>
		snapshot.counts.reduce((total, entry) => total + pick(entry), 0);
	const lost = (only === "deleted" ? 0 : sum((entry) => entry.changed)) + (only === "changed" ? 0 : sum((entry) => entry.deleted));
	if (parent === null || lost === 0 || only === "created") return null;
	const select = async (): Promise<void> => {
		setBusy(true);
		let data = changes.data;
		let more = changes.hasNextPage;
		while (more) {
			const next = await changes.fetchNextPage();
			data = next.data;
			more = next.hasNextPage && next.data !== undefined;
		}
		const rows = (data?.pages.flatMap((page) => page.items) ?? []).filter(
			(row) => row.change !== "created" && (only === undefined || row.change === only),
		);
		tray.put(
			rows
				.slice(0, maxPlanItems)
				.map((row): TrayItem => ({ siteId, ...row.ref, version: parent, key: row.key, title: row.title, type: row.type })),
		);
		setBusy(false);
	};
	return (
		<Button loading={busy} onClick={() => void select()}>
			Select {counted(Math.min(lost, maxPlanItems), ["item", "items"])} as before
		</Button>
	);
}

function ChangeTable({
	rows,
	siteId,
	snapshotId,
}: {
	readonly rows: readonly SnapshotChange[];
	readonly siteId: string;
	readonly snapshotId: number;
}): ReactNode {
	const absence = useAbsence();
	return (
		<DataTable
			caption="Changes"
			rows={rows}
			rowKey={(row) => `${row.ref.kind}/${row.ref.id}`}
			columns={[
				{
					label: "Item",
					cell: (row) => (
						<span style={{ display: "inline-flex", gap: 8 }}>
							<KindMark kind={row.ref.kind} type={row.type} />
							<Link
								to="/items/$siteId/$kind/$id"
								params={{ siteId, kind: row.ref.kind, id: row.ref.id }}
								search={row.change === "changed" ? { version: String(snapshotId), compare: "previous" } : {}}
							>
								{row.key === null ? "" : `${row.key} `}
								{row.title}
							</Link>
						</span>
					),
				},
				{ label: "Space", cell: (row) => row.spaceKey ?? "—" },
				{ label: "Change", cell: (row) => <ChangeMark change={row.change} absence={absence(row.ref.kind)} /> },
				{ label: "What", cell: (row) => partWords(row.parts) },
			]}
		/>
	);
}
