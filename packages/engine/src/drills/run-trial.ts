import { AppError, type ItemRef, itemRefText } from "@skyeworx/core";
import type { RestorePlan } from "../restore/plan-restore.ts";
import type { RestoreReceipt } from "../restore/receipt.ts";
import { type RestorePorts, runRestore } from "../restore/run-restore.ts";
import { type UndoReport, undoRestore } from "../restore/undo-restore.ts";

/** What a trial restore made, read back field by field, and how long that took. */
export interface TrialResult {
	readonly plan: RestorePlan;
	readonly receipt: RestoreReceipt;
	readonly milliseconds: number;
	/** From the first request of an item to the first one of the next, in the plan's order. */
	readonly itemMilliseconds: readonly { readonly ref: ItemRef; readonly milliseconds: number }[];
}

export interface TrialOptions {
	/** Marks what it makes: nothing without this mark is ever taken away. */
	readonly restoreId: string;
	readonly plan: RestorePlan;
	readonly signal: AbortSignal;
	readonly onProgress?: (done: number, total: number) => void;
}

/** Carries a trial out. What it makes stays until {@link clearTrial}, whatever this throws. */
export async function runTrial(ports: RestorePorts, { restoreId, plan, signal, onProgress }: TrialOptions): Promise<TrialResult> {
	requireCopies(plan);
	const began = ports.clock.monotonic();
	const starts: number[] = [];
	const receipt = await runRestore(ports, {
		restoreId,
		plan,
		signal,
		unrecorded: true,
		onProgress: ({ phase, done, total }) => {
			if (phase === "applying") starts[done] = ports.clock.monotonic();
			onProgress?.(phase === "applying" ? done : phase === "checking" ? 0 : total, total);
		},
	});
	const itemMilliseconds = plan.items.flatMap(({ ref }, index) => {
		const [from, to] = [starts[index], starts[index + 1]];
		return from === undefined || to === undefined ? [] : [{ ref, milliseconds: to - from }];
	});
	return { plan, receipt, milliseconds: ports.clock.monotonic() - began, itemMilliseconds };
}

/** What of a trial was taken away, and what was not. */
export interface TrialCleared {
	readonly undone: number;
	/** Changed by somebody since: not ours any more, so it stays. */
	readonly kept: number;
	/** Could not be taken away now; calling again goes on with it. */
	readonly left: number;
}

/**
 * Takes away what a trial made, and nothing else: from its journal, also after a crash, and as often as one likes.
 * @throws AppError when the site as a whole can't be reached
 */
export async function clearTrial(
	ports: RestorePorts,
	{ restoreId, plan, signal }: Omit<TrialOptions, "onProgress">,
): Promise<TrialCleared> {
	requireCopies(plan);
	const report = await undoRestore(ports, { restoreId, plan, signal }).catch((error: unknown): UndoReport => {
		// Nothing was made, or all of it is gone already.
		if (error instanceof AppError && error.code === "conflict") return { items: [] };
		throw error;
	});
	const count = (outcome: UndoReport["items"][number]["outcome"]) => report.items.filter((item) => item.outcome === outcome).length;
	return { undone: count("undone"), kept: count("kept"), left: count("failed") };
}

/** A plan that overwrites something is no trial: undoing it would write to what the drill did not make. */
function requireCopies(plan: RestorePlan): void {
	const { target } = plan.options;
	const other = plan.items.find((item) => item.action !== "create");
	if (target.type === "copy" && target.spaceId !== undefined && target.siteId === undefined && other === undefined) return;
	throw new AppError("bad-input", "A trial restore only makes copies in the drill space", {
		facts: { item: other === undefined ? "" : itemRefText(other.ref) },
	});
}
