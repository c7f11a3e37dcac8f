import { Button, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import type { Run } from "@skyeworx/contract";
import { IconPlayerStop } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useClient, useMe, useNow } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { tellFailure } from "../../live/use-deeds.ts";
import { useKindNames } from "../../live/use-kind-names.ts";
import { Facts } from "../../parts/facts.tsx";
import { StatusMark } from "../../parts/marks/status-marks.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Panel } from "../../parts/panel.tsx";
import { ProgressLine } from "../../parts/progress.tsx";
import { runNames } from "../../parts/run-names.ts";
import { FailureView } from "../../parts/states/problem-view.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { When } from "../../parts/time/when.tsx";
import { tookText } from "../../parts/time/write-time.ts";
import { bytes, count, counted } from "../../parts/write-number.ts";
import { Page } from "../../shell/page.tsx";
import { BlindSpots } from "./blind-spots.tsx";
import { DrillDonePanel } from "./drill-done.tsx";
import { KindCountTable } from "./kind-count-table.tsx";
import { UpkeepDonePanel } from "./upkeep-done.tsx";

const route = getRouteApi("/shell/runs/$runId");

/** One run, live while it goes on. */
export function RunPage(): ReactNode {
	const { runId } = route.useParams();
	const run = useQuery(queries.run(useClient(), runId));
	return (
		<Page>
			<QueryView page query={run} loading={8}>
				{(data) => <Loaded run={data} />}
			</QueryView>
		</Page>
	);
}

function Loaded({ run }: { readonly run: Run }): ReactNode {
	const names = useKindNames();
	const now = useNow();
	const running = run.status === "running" || run.status === "queued";
	const name = `${runNames[run.type]} of ${run.siteName}`;
	return (
		<>
			<PageHead
				title={name}
				sub={
					<Group gap="sm">
						<span role="status">
							<StatusMark status={run.status} filled />
						</span>
						<span>
							asked for by {run.requestedBy.name}, <When at={run.createdAt} />
						</span>
						<span>
							{running ? "running for" : "took"} {tookText(run.startedAt, run.finishedAt, now)}
						</span>
					</Group>
				}
				actions={<Deeds run={run} running={running} />}
			/>
			<Stack gap="md">
				{running ? <Going run={run} /> : null}
				{run.error === null ? null : <FailureView failure={run.error} title="The run failed" />}
				{run.failedKinds.map((failed) => (
					<FailureView
						key={failed.kinds.join()}
						failure={failed.error}
						title={`Not read this time: ${failed.kinds.map((kind) => names(kind)[1]).join(", ")}`}
					/>
				))}
				{run.counts.length > 0 ? (
					<Panel title="What it found" flush>
						<KindCountTable counts={run.counts} />
					</Panel>
				) : null}
				{run.verification === null ? null : <VerificationPanel verification={run.verification} />}
				{run.upkeep === null ? null : <UpkeepDonePanel done={run.upkeep} />}
				{run.drill === null ? null : <DrillDonePanel run={run} done={run.drill} />}
				{run.type === "backup" && run.snapshotId !== null ? (
					<Panel title="Blind spots" flush>
						<BlindSpots entries={run.blindSpots} />
					</Panel>
				) : null}
				<SimpleGrid cols={{ base: 1, md: 2 }}>
					<Phases run={run} />
					<Cost run={run} />
				</SimpleGrid>
			</Stack>
		</>
	);
}

function Deeds({ run, running }: { readonly run: Run; readonly running: boolean }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const { permissions } = useMe();
	const cancel = useMutation({
		mutationFn: () => client.cancelRun({ params: { runId: run.id } }),
		onSuccess: (stopped) => cache.setQueryData(["run", run.id], stopped),
		onError: tellFailure,
	});
	if (running && permissions.includes("backup.run")) {
		return (
			<Button
				variant="default"
				leftSection={<IconPlayerStop size={14} aria-hidden />}
				loading={cancel.isPending}
				onClick={() => cancel.mutate()}
			>
				Stop this run
			</Button>
		);
	}
	if (run.snapshotId === null) return null;
	return (
		<>
			<Link to="/explore" search={{ site: run.siteId, changedSince: run.snapshotId }} style={{ textDecoration: "none" }}>
				<Button variant="default" component="span">
					Find what changed
				</Button>
			</Link>
			<Link
				to="/snapshots/$siteId/$snapshotId"
				params={{ siteId: run.siteId, snapshotId: String(run.snapshotId) }}
				style={{ textDecoration: "none" }}
			>
				<Button component="span">Open the restore point</Button>
			</Link>
		</>
	);
}

function Going({ run }: { readonly run: Run }): ReactNode {
	const names = useKindNames();
	return (
		<Panel>
			<Stack gap="sm">
				<ProgressLine
					label={run.progress?.phase ?? "Waiting for a worker"}
					done={run.progress?.done ?? 0}
					total={run.progress?.total ?? null}
					spoken
					size={9}
				/>
				<SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="lg">
					{(run.progress?.kinds ?? []).map((kind) => (
						<ProgressLine key={kind.kind} label={names(kind.kind)[1]} done={kind.done} total={kind.total} size={4} />
					))}
				</SimpleGrid>
				<Text size="sm" c="dimmed">
					You may leave this page: the run goes on.
				</Text>
			</Stack>
		</Panel>
	);
}

function Phases({ run }: { readonly run: Run }): ReactNode {
	const now = useNow();
	return (
		<Panel title="Phases">
			{run.phases.length === 0 ? (
				<Text size="sm" c="dimmed">
					It has not started yet.
				</Text>
			) : (
				<Facts rows={run.phases.map((phase) => [phase.name, tookText(phase.startedAt, phase.finishedAt, now)])} />
			)}
		</Panel>
	);
}

function Cost({ run }: { readonly run: Run }): ReactNode {
	const operations = Object.entries(run.api?.byOperation ?? {}).sort(([, a], [, b]) => b - a);
	return (
		<Panel title="What it cost">
			<Facts
				rows={[
					["Added to the store", run.bytesAdded === null ? null : bytes(run.bytesAdded)],
					["Requests", run.api === null ? null : count(run.api.requests)],
					["Quota points", run.api === null ? null : count(run.api.points)],
					["Asked to wait", run.api === null ? null : counted(run.api.limited, ["time", "times"])],
					...operations.slice(0, 10).map(([name, number]): readonly [string, string] => [name, count(number)]),
				]}
			/>
			{run.api === null && run.bytesAdded === null ? (
				<Text size="sm" c="dimmed">
					{run.finishedAt === null ? "Known when the run ends." : "Not known: the run ended before it was counted."}
				</Text>
			) : null}
		</Panel>
	);
}

function VerificationPanel({ verification }: { readonly verification: NonNullable<Run["verification"]> }): ReactNode {
	return (
		<Panel title={verification.ok ? "Everything is sound" : "There is damage"}>
			<Facts
				rows={[
					["Depth", { log: "Log", structure: "Structure", keyless: "Without the key", data: "Every byte" }[verification.level]],
					["Restore points", count(verification.snapshots)],
					["Packs", count(verification.packs)],
					["Entries", count(verification.entries)],
					["Read", bytes(verification.bytesRead)],
					...verification.damage.map((damage): readonly [string, string] => [
						damage.object,
						`${damage.what}: ${damage.detail} (${damage.lostCount} lost)`,
					]),
				]}
			/>
		</Panel>
	);
}
