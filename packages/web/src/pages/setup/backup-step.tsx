import { Button, Group, Stack, Text } from "@mantine/core";
import type { Run, Setup, SiteDetail } from "@skyeworx/contract";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { useMe, usePorts } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { tellFailure } from "../../live/use-deeds.ts";
import { StatusMark } from "../../parts/marks/status-marks.tsx";
import { Panel } from "../../parts/panel.tsx";
import { ProgressLine } from "../../parts/progress.tsx";
import { FailureView } from "../../parts/states/problem-view.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { useLookAgain } from "./use-setup.ts";

/** The first backup, live; it goes on whether somebody looks or not. */
export function BackupStep({ site, setup }: { readonly site: SiteDetail; readonly setup: Setup }): ReactNode {
	const { client, newId } = usePorts();
	const cache = useQueryClient();
	const lookAgain = useLookAgain(site.id);
	const { permissions } = useMe();
	const start = useMutation({
		mutationFn: () => client.createBackup({ params: { siteId: site.id }, idempotencyKey: newId() }),
		onSuccess: async (run) => {
			cache.setQueryData(["run", run.id], run);
			await lookAgain();
		},
		onError: tellFailure,
	});
	return (
		<Panel title="First backup">
			<Stack gap="md">
				<Text size="sm">
					It reads everything once; later ones read what has changed. You may leave this page: it goes on, and so does the set-up.
				</Text>
				{setup.runId === null ? null : <Watched runId={setup.runId} />}
				{permissions.includes("backup.run") ? <Begin setup={setup} loading={start.isPending} begin={() => start.mutate()} /> : null}
			</Stack>
		</Panel>
	);
}

interface BeginProps {
	readonly setup: Setup;
	readonly loading: boolean;
	readonly begin: () => void;
}

function Begin({ setup, loading, begin }: BeginProps): ReactNode {
	const { client } = usePorts();
	const run = useQuery({ ...queries.run(client, setup.runId ?? ""), enabled: setup.runId !== null });
	if (setup.runId !== null && (run.data === undefined || isOpen(run.data))) return null;
	return (
		<Group>
			<Button loading={loading} onClick={begin}>
				{setup.runId === null ? "Begin the first backup" : "Try again"}
			</Button>
		</Group>
	);
}

const isOpen = ({ status }: Run): boolean => status === "queued" || status === "running";

function Watched({ runId }: { readonly runId: string }): ReactNode {
	const { client } = usePorts();
	const run = useQuery(queries.run(client, runId));
	return (
		<QueryView query={run} loading={3}>
			{(data) => <Shown run={data} />}
		</QueryView>
	);
}

function Shown({ run }: { readonly run: Run }): ReactNode {
	const lookAgain = useLookAgain(run.siteId);
	const open = isOpen(run);
	// Once it has ended, the server says which step comes next.
	useEffect(() => {
		if (!open) void lookAgain();
	}, [open, lookAgain]);
	return (
		<Stack gap="sm">
			<Group gap="sm" role="status">
				<StatusMark status={run.status} filled />
				<Link to="/runs/$runId" params={{ runId: run.id }}>
					See the run
				</Link>
			</Group>
			{open && run.progress !== null ? (
				<ProgressLine label={run.progress.phase} done={run.progress.done} total={run.progress.total} unit=" items" spoken />
			) : null}
			{run.error === null ? null : <FailureView failure={run.error} title="The backup did not work" />}
		</Stack>
	);
}
