import { Alert, Button, Checkbox, Group, Stack, Text, Textarea } from "@mantine/core";
import type { RestorePlan } from "@skyeworx/contract";
import { IconAlertTriangle, IconArrowBackUp } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { usePorts } from "../../live/app-context.tsx";
import { useKindNames } from "../../live/use-kind-names.ts";
import { type TrayItem, useTray } from "../../live/use-tray.tsx";
import { ProgressLine } from "../../parts/progress.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { FailureView, ProblemView } from "../../parts/states/problem-view.tsx";
import { Rows } from "../../parts/states/query-view.tsx";
import { spanText } from "../../parts/time/write-time.ts";
import { count, counted } from "../../parts/write-number.ts";
import { CommandLine } from "./command-line.tsx";
import { ConsentStep } from "./consent-step.tsx";
import { becomesWhole, nameDeed, summary, written } from "./name-deed.ts";
import { PlanGroups } from "./plan-groups.tsx";
import classes from "./restore.module.css";
import type { Planning } from "./use-plan.ts";

export interface ReviewStepProps {
	readonly planning: Planning;
	readonly items: readonly TrayItem[];
	readonly siteName: string;
}

/** The plan: what would be created, changed, left alone, and what can't come back. */
export function ReviewStep({ planning, items, siteName }: ReviewStepProps): ReactNode {
	const { plan, error, busy, make } = planning;
	if (plan === undefined && error !== null && !busy) return <ProblemView error={error} retry={make} />;
	if (plan === undefined && busy) return <Rows count={4} />;
	if (plan === undefined) {
		return (
			<Group gap="sm">
				<Button size="sm" h="auto" mih={36} styles={{ label: { whiteSpace: "normal" } }} onClick={make}>
					Review what would happen to {counted(items.length, ["item", "items"])}
				</Button>
				<Text size="sm" c="dimmed">
					Compares with {siteName} as it is now. Writes nothing.
				</Text>
			</Group>
		);
	}
	if (plan.status === "planning")
		return <ProgressLine label="Comparing with the site as it is now" done={plan.progress.done} total={plan.progress.total} spoken />;
	if (plan.status === "failed" && plan.error !== null) {
		return (
			<Stack gap="sm">
				<FailureView failure={plan.error} title="The plan could not be made" />
				<Group>
					<Button variant="default" onClick={make}>
						Plan again
					</Button>
				</Group>
			</Stack>
		);
	}
	return <Ready plan={plan} again={make} items={items} />;
}

function Ready({
	plan,
	again,
	items,
}: {
	readonly plan: RestorePlan;
	readonly again: () => void;
	readonly items: readonly TrayItem[];
}): ReactNode {
	const [reason, setReason] = useState("");
	const [agreed, setAgreed] = useState(false);
	const start = useStart(plan, items);
	const names = useKindNames();
	const nothing = written(plan).length === 0;
	const overwrites = overwritten(plan);
	return (
		<Stack gap="md">
			{becomesWhole(plan) ? (
				<Alert color="amber" icon={<IconAlertTriangle size={18} aria-hidden />} title="The item itself is not on the site any more">
					Single fields need an item to go back into, so it is created again with everything that this version holds.
				</Alert>
			) : null}
			<PlanGroups plan={plan} />
			<ConsentStep plan={plan} />
			{nothing ? (
				<EmptyState title="There is nothing to restore">
					{plan.totals.cannot > 0
						? "None of the items can be restored; each says why above."
						: "Everything is on the site exactly as in the chosen versions."}
				</EmptyState>
			) : (
				<div className={classes.deed}>
					<Textarea
						label="Reason, for the audit log"
						placeholder="Optional"
						autosize
						minRows={1}
						maxRows={4}
						maxLength={500}
						value={reason}
						onChange={(event) => setReason(event.currentTarget.value)}
					/>
					{overwrites > 0 ? (
						<Checkbox
							checked={agreed}
							onChange={(event) => setAgreed(event.currentTarget.checked)}
							label={`Overwrite ${counted(overwrites, ["item that is on the site now", "items that are on the site now"])}. What ${overwrites === 1 ? "it is" : "they are"} like now is kept, and this restore can be undone.`}
						/>
					) : null}
					{start.isError ? <ProblemView error={start.error} retry={again} /> : null}
					<Group gap="sm">
						<Button
							size="md"
							classNames={{ root: classes.deedButton ?? "", label: classes.deedLabel ?? "" }}
							leftSection={<IconArrowBackUp size={18} aria-hidden />}
							loading={start.isPending}
							disabled={(overwrites > 0 && !agreed) || plan.consent !== null}
							onClick={() => start.mutate(reason.trim())}
						>
							{nameDeed(plan, items, names)}
						</Button>
						<Text size="sm" c="dimmed">
							{summary(plan)}; about {spanText(plan.estimateSeconds)}, {count(plan.totals.requests)} requests
						</Text>
						<Button variant="subtle" ml="auto" onClick={again}>
							Compare with the site again
						</Button>
					</Group>
				</div>
			)}
			<CommandLine command={plan.command} />
		</Stack>
	);
}

/** How many items lose something that they hold now: what only gets something added is not among them. */
function overwritten(plan: RestorePlan): number {
	if (plan.target.type !== "in-place") return 0;
	return plan.items.filter((item) => item.action === "change" && item.changes.some((change) => change.before !== null)).length;
}

function useStart(plan: RestorePlan, items: readonly TrayItem[]) {
	const { client, newId } = usePorts();
	const cache = useQueryClient();
	const navigate = useNavigate();
	const tray = useTray();
	const [idempotencyKey] = useState(newId);
	return useMutation({
		mutationFn: (reason: string) =>
			client.createRestore({ body: { planId: plan.id, ...(reason === "" ? {} : { reason }) }, idempotencyKey }),
		onSuccess: async (restore) => {
			cache.setQueryData(["restore", restore.id], restore);
			void cache.invalidateQueries({ queryKey: ["restores"] });
			void cache.invalidateQueries({ queryKey: ["overview"] });
			await navigate({ to: "/restores/$restoreId", params: { restoreId: restore.id } });
			tray.take(items);
		},
	});
}
