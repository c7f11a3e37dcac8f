import type { Run, RunStatus } from "@skyeworx/contract";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useClient, useNow } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { LoadMore } from "../../parts/load-more.tsx";
import { StatusMark } from "../../parts/marks/status-marks.tsx";
import { Panel } from "../../parts/panel.tsx";
import { ProgressLine } from "../../parts/progress.tsx";
import { runNames } from "../../parts/run-names.ts";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { When } from "../../parts/time/when.tsx";
import { tookText } from "../../parts/time/write-time.ts";
import { bytes, count, counted } from "../../parts/write-number.ts";
import { drillText } from "./drill-done.tsx";
import { upkeepText } from "./upkeep-done.tsx";

export interface RunListProps {
	readonly siteId: string | undefined;
	readonly status: RunStatus | undefined;
	readonly type: Run["type"] | undefined;
}

/** Runs, newest first; those that go on show how far they are. */
export function RunList({ siteId, status, type }: RunListProps): ReactNode {
	const runs = useInfiniteQuery(
		queries.runs(useClient(), {
			...(siteId === undefined ? {} : { siteId }),
			...(status === undefined ? {} : { status }),
			...(type === undefined ? {} : { type }),
		}),
	);
	return (
		<QueryView query={runs}>
			{(data) => {
				const rows = data.pages.flatMap((page) => page.items);
				if (rows.length === 0)
					return (
						<EmptyState title={status === undefined ? "No run yet" : "No run has this outcome"}>Start one with “Back up now”.</EmptyState>
					);
				return (
					<Panel flush>
						<Rows rows={rows} />
						<LoadMore query={runs} />
					</Panel>
				);
			}}
		</QueryView>
	);
}

/** What a backup changed, added up over the kinds. */
export function changesOf(run: Pick<Run, "counts">): {
	readonly created: number;
	readonly changed: number;
	readonly deleted: number;
	readonly total: number;
} {
	const sum = (pick: (entry: Run["counts"][number]) => number): number => run.counts.reduce((total, entry) => total + pick(entry), 0);
	return {
		created: sum((entry) => entry.created),
		changed: sum((entry) => entry.changed),
		deleted: sum((entry) => entry.deleted),
		total: sum((entry) => entry.total),
	};
}

function Changes({ run }: { readonly run: Run }): ReactNode {
	if (run.status === "running" || run.status === "queued") {
		return <ProgressLine label={run.progress?.phase ?? "Waiting"} done={run.progress?.done ?? 0} total={run.progress?.total ?? null} />;
	}
	if (run.error !== null) return run.error.detail;
	if (run.verification !== null)
		return run.verification.ok
			? `${count(run.verification.entries)} entries in ${count(run.verification.packs)} packs are sound`
			: `${counted(run.verification.damage.length, ["object is", "objects are"])} damaged`;
	if (run.upkeep !== null) return upkeepText(run.upkeep);
	if (run.drill !== null) return drillText(run.drill);
	const { created, changed, deleted } = changesOf(run);
	if (created + changed + deleted === 0) return "Nothing changed";
	return [
		created > 0 ? `+${count(created)} new` : "",
		changed > 0 ? `${count(changed)} changed` : "",
		deleted > 0 ? `−${count(deleted)} gone` : "",
	]
		.filter(Boolean)
		.join(", ");
}

const triggers = { manual: "by hand", schedule: "scheduled", start: "at start" } as const;

function Rows({ rows }: { readonly rows: readonly Run[] }): ReactNode {
	const now = useNow();
	return (
		<DataTable
			caption="Runs"
			rows={rows}
			rowKey={(run) => run.id}
			columns={[
				{
					label: "Run",
					cell: (run) => (
						<Link to="/runs/$runId" params={{ runId: run.id }} style={{ fontWeight: 560, whiteSpace: "nowrap" }}>
							{runNames[run.type]} of {run.siteName}
						</Link>
					),
				},
				{ label: "State", cell: (run) => <StatusMark status={run.status} /> },
				{ label: "What it found", cell: (run) => <Changes run={run} /> },
				{ label: "Stored", number: true, cell: (run) => (run.bytesAdded === null ? "—" : bytes(run.bytesAdded)) },
				{ label: "Requests", number: true, cell: (run) => (run.api === null ? "—" : count(run.api.requests)) },
				{ label: "Started", cell: (run) => <When at={run.startedAt ?? run.createdAt} /> },
				{ label: "Took", number: true, cell: (run) => tookText(run.startedAt, run.finishedAt, now) },
				{ label: "Why", cell: (run) => `${triggers[run.trigger]}${run.trigger === "manual" ? `, ${run.requestedBy.name}` : ""}` },
			]}
		/>
	);
}
