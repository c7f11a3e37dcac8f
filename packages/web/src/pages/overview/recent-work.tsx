import { Text } from "@mantine/core";
import type { RestoreSummary, Run } from "@skyeworx/contract";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { DataTable } from "../../parts/data-table.tsx";
import { StatusMark } from "../../parts/marks/status-marks.tsx";
import { ProgressLine } from "../../parts/progress.tsx";
import { When } from "../../parts/time/when.tsx";
import classes from "./overview.module.css";

/** Work that is going on. */
export function RunningNow({ runs }: { readonly runs: readonly Run[] }): ReactNode {
	if (runs.length === 0) {
		return (
			<Text size="sm" c="dimmed">
				Nothing is running. Backups that start, by schedule or by hand, show here.
			</Text>
		);
	}
	return runs.map((run) => (
		<Link key={run.id} to="/runs/$runId" params={{ runId: run.id }} className={classes.running}>
			<ProgressLine
				label={`${run.type === "backup" ? "Backup" : "Verification"} of ${run.siteName}: ${run.progress?.phase ?? "waiting"}`}
				done={run.progress?.done ?? 0}
				total={run.progress?.total ?? null}
				spoken
			/>
		</Link>
	));
}

/** The newest restores. */
export function LastRestores({ restores }: { readonly restores: readonly RestoreSummary[] }): ReactNode {
	if (restores.length === 0) {
		return (
			<Text size="sm" c="dimmed" p="md">
				Nothing was restored yet. <Link to="/explore">Find an item</Link> and try it with one: a copy leaves the original alone.
			</Text>
		);
	}
	return (
		<DataTable
			caption="Last restores"
			rows={restores}
			rowKey={(restore) => restore.id}
			columns={[
				{
					label: "What",
					cell: (restore) => (
						<Link to="/restores/$restoreId" params={{ restoreId: restore.id }}>
							{restore.label}
						</Link>
					),
				},
				{ label: "Outcome", cell: (restore) => <StatusMark status={restore.status} /> },
				{ label: "By", cell: (restore) => restore.requestedBy.name },
				{ label: "When", cell: (restore) => <When at={restore.createdAt} /> },
			]}
		/>
	);
}
