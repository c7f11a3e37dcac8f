import { Button, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import type { Restore } from "@skyeworx/contract";
import { IconArrowBackUp, IconPlayerStop, IconRefresh } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useClient, useMe, useNow, usePorts } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { useTray } from "../../live/use-tray.tsx";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { StatusMark } from "../../parts/marks/status-marks.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Panel } from "../../parts/panel.tsx";
import { ProgressLine } from "../../parts/progress.tsx";
import { FailureView } from "../../parts/states/problem-view.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { When } from "../../parts/time/when.tsx";
import { tookText } from "../../parts/time/write-time.ts";
import { Page } from "../../shell/page.tsx";
import { OutcomeList } from "./outcome-list.tsx";
import { Receipt } from "./receipt.tsx";

const route = getRouteApi("/shell/restores/$restoreId");

/** One restore while it runs and after: outcomes, what things are called now, the receipt, the way back. */
export function WatchPage(): ReactNode {
	const { restoreId } = route.useParams();
	const restore = useQuery(queries.restore(useClient(), restoreId));
	return (
		<Page>
			<QueryView page query={restore} loading={8}>
				{(data) => <Loaded restore={data} />}
			</QueryView>
		</Page>
	);
}

const going = new Set(["queued", "running", "undoing"]);

function Loaded({ restore }: { readonly restore: Restore }): ReactNode {
	const { show } = route.useSearch();
	const navigate = route.useNavigate();
	const running = going.has(restore.status);
	const receiptReady = !running && restore.totals.restored > 0;
	return (
		<>
			<PageHead
				tab={`Restore: ${restore.label}`}
				title={restore.target.type === "copy" ? `Copy of ${restore.label}` : restore.label}
				sub={<About restore={restore} />}
				actions={<Deeds restore={restore} />}
			/>
			<Stack gap="md">
				{running ? (
					<Panel>
						<ProgressLine
							label={restore.status === "undoing" ? "Undoing" : restore.status === "queued" ? "Waiting to start" : "Restoring"}
							done={restore.progress.done}
							total={restore.progress.total}
							spoken
							size={9}
						/>
						<Text size="sm" c="dimmed" mt="xs">
							You may leave this page: the restore goes on, and it is found again under Restores.
						</Text>
					</Panel>
				) : null}
				{restore.error === null ? null : <FailureView failure={restore.error} title="The restore stopped" />}
				<Panel
					flush
					title={show === "receipt" ? "Receipt" : "Items"}
					actions={
						receiptReady ? (
							<SegmentedControl
								aria-label="Show"
								value={show ?? "items"}
								onChange={(value) =>
									void navigate({ search: value === "receipt" ? { show: "receipt" } : {}, replace: true, resetScroll: false })
								}
								data={[
									{ value: "items", label: "Items" },
									{ value: "receipt", label: "Receipt, field by field" },
								]}
							/>
						) : undefined
					}
				>
					{show === "receipt" && receiptReady ? <Receipt restoreId={restore.id} /> : <OutcomeList restore={restore} />}
				</Panel>
			</Stack>
		</>
	);
}

function About({ restore }: { readonly restore: Restore }): ReactNode {
	const now = useNow();
	return (
		<Group gap="sm">
			<span role="status">
				<StatusMark status={restore.status} filled />
			</span>
			<span>to {restore.siteName}</span>
			<span>
				by {restore.requestedBy.name}, <When at={restore.createdAt} />
			</span>
			{restore.startedAt === null ? null : (
				<span>
					{restore.finishedAt === null ? "running for" : "took"} {tookText(restore.startedAt, restore.finishedAt, now)}
				</span>
			)}
			{restore.safetySnapshotId === null ? null : (
				<Link to="/snapshots/$siteId/$snapshotId" params={{ siteId: restore.siteId, snapshotId: String(restore.safetySnapshotId) }}>
					what was there before
				</Link>
			)}
			{restore.reason === null ? null : <span>“{restore.reason}”</span>}
		</Group>
	);
}

function Deeds({ restore }: { readonly restore: Restore }): ReactNode {
	const { permissions } = useMe();
	const tray = useTray();
	const navigate = useNavigate();
	if (!permissions.includes("item.restore")) return null;
	const failed = restore.items.filter((item) => item.outcome === "failed");
	const retry = (): void => {
		tray.clear();
		tray.put(
			failed.map((item) => ({ siteId: restore.siteId, ...item.ref, version: item.version, key: null, title: item.label, type: null })),
		);
		void navigate({ to: "/restore" });
	};
	return (
		<>
			{failed.length > 0 && !going.has(restore.status) ? (
				<Button variant="default" leftSection={<IconRefresh size={14} aria-hidden />} onClick={retry}>
					Retry {failed.length} failed
				</Button>
			) : null}
			{restore.undoable ? <Undo restore={restore} /> : null}
			{restore.status === "queued" || restore.status === "running" ? <Cancel restore={restore} /> : null}
		</>
	);
}

function Undo({ restore }: { readonly restore: Restore }): ReactNode {
	const { client, newId } = usePorts();
	const cache = useQueryClient();
	return (
		<ConfirmButton
			leftSection={<IconArrowBackUp size={15} aria-hidden />}
			question="Undo this restore?"
			consequence="What it created is deleted again, and what it changed goes back to how it was just before. Items that somebody changed since are kept as they are."
			keep="Keep the restore"
			confirm={`Undo the restore of ${restore.label}`}
			deed={async () =>
				cache.setQueryData(
					["restore", restore.id],
					await client.undoRestore({ params: { restoreId: restore.id }, idempotencyKey: newId() }),
				)
			}
		>
			Undo this restore
		</ConfirmButton>
	);
}

/** Stops a restore; what it did so far is taken back. */
function Cancel({ restore }: { readonly restore: Restore }): ReactNode {
	const { client, newId } = usePorts();
	const cache = useQueryClient();
	return (
		<ConfirmButton
			leftSection={<IconPlayerStop size={15} aria-hidden />}
			question="Cancel this restore?"
			consequence="It stops at its next safe point, and what it did so far is taken back."
			keep="Let it go on"
			confirm="Cancel and take back"
			deed={async () =>
				cache.setQueryData(
					["restore", restore.id],
					await client.cancelRestore({ params: { restoreId: restore.id }, idempotencyKey: newId() }),
				)
			}
		>
			Cancel this restore
		</ConfirmButton>
	);
}
