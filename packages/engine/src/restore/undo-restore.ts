import { AppError, type ItemRef, toAppError } from "@skyeworx/core";
import type { UndoneItem } from "./journal.ts";
import { isOtherSite, type PlannedItem, type RestorePlan } from "./plan-restore.ts";
import { ReferenceMap } from "./reference-map.ts";
import { RestoreState } from "./restore-state.ts";
import type { RestorePorts } from "./run-restore.ts";
import { undoItem } from "./undo-item.ts";

/** What became of one item. One that is not in the plan was moved by the writing of one that is. */
export interface UndoneLine {
	readonly ref: ItemRef;
	readonly label: string;
	readonly outcome: "undone" | "kept" | "nothing-to-undo" | "failed";
	readonly reason?: string;
	/** The item of the plan whose writing had moved it. */
	readonly movedBy?: ItemRef;
}

export interface UndoReport {
	readonly items: readonly UndoneLine[];
}

export interface UndoOptions {
	readonly restoreId: string;
	readonly plan: RestorePlan;
	readonly signal: AbortSignal;
	readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/**
 * Takes back a whole restore, last item first: what it created is deleted unless somebody changed it since, what it
 * overwrote is put back from the safety snapshot. Idempotent; items already undone are skipped.
 * @throws AppError when the site as a whole can't be reached
 */
export async function undoRestore(ports: RestorePorts, options: UndoOptions): Promise<UndoReport> {
	const { restoreId, plan, signal } = options;
	const state = await RestoreState.load(ports.journal, restoreId);
	const map = new ReferenceMap(isOtherSite(plan.options) ? undefined : ports.catalog);
	for (const planned of plan.items) {
		const { result } = state.item(planned.ref);
		if (result !== undefined) map.add(planned, result.mapped);
	}
	const lines: UndoneLine[] = [];
	let isDone = true;
	for (const [index, planned] of plan.items.toReversed().entries()) {
		options.onProgress?.({ done: index, total: plan.items.length });
		const about = { ref: planned.ref, label: planned.label };
		const { undone, failure } = state.item(planned.ref);
		if (undone !== undefined && failure === undefined) lines.push(...linesOf(planned, undone));
		else if (undone !== undefined || !state.touched(planned.ref)) lines.push({ ...about, outcome: "nothing-to-undo" });
		else {
			isDone = false;
			try {
				const now = await undoItem(ports, { state, restoreId, planned, options: plan.options, plans: plan.items, map, signal });
				lines.push(...linesOf(planned, now));
			} catch (error) {
				const cause = toAppError(error);
				if (cause.code === "cancelled" || cause.code.startsWith("credential")) throw cause;
				lines.push({ ...about, outcome: "failed", reason: cause.message });
			}
		}
	}
	if (isDone) throw new AppError("conflict", "There is nothing left to undo in this restore", { facts: { restoreId } });
	return { items: lines };
}

/** The item's own line, then one for each other item that it had moved. */
function linesOf({ ref, label }: PlannedItem, undone: UndoneItem): readonly UndoneLine[] {
	const beside = (undone.beside ?? []).map((other): UndoneLine => ({ ...other, movedBy: ref }));
	return [{ ref, label, ...howUndone(undone) }, ...beside];
}

function howUndone({ kept, problems = [] }: UndoneItem): Pick<UndoneLine, "outcome" | "reason"> {
	if (kept.length > 0) return { outcome: "kept", reason: "It was changed after the restore, so it was left as it is." };
	if (problems.length === 0) return { outcome: "undone" };
	return { outcome: "kept", reason: `Not all of it could be put back: ${problems.map(({ reason }) => reason).join(" ")}` };
}
