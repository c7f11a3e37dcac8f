import { AppError, type ItemRef, toAppError } from "@skyeworx/core";
import { isOtherSite, type RestorePlan } from "./plan-restore.ts";
import { ReferenceMap } from "./reference-map.ts";
import { RestoreState } from "./restore-state.ts";
import type { RestorePorts } from "./run-restore.ts";
import { undoItem } from "./undo-item.ts";

export interface UndoReport {
	readonly items: readonly {
		readonly ref: ItemRef;
		readonly label: string;
		readonly outcome: "undone" | "kept" | "nothing-to-undo" | "failed";
		readonly reason?: string;
	}[];
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
	const items: UndoReport["items"][number][] = [];
	for (const [index, planned] of plan.items.toReversed().entries()) {
		options.onProgress?.({ done: index, total: plan.items.length });
		const about = { ref: planned.ref, label: planned.label };
		if (!state.touched(planned.ref) || state.item(planned.ref).undone) {
			items.push({ ...about, outcome: "nothing-to-undo" });
			continue;
		}
		try {
			const kept = await undoItem(ports, { state, restoreId, planned, options: plan.options, plans: plan.items, map, signal });
			const reason = "It was changed after the restore, so it was left as it is.";
			items.push(kept.length === 0 ? { ...about, outcome: "undone" } : { ...about, outcome: "kept", reason });
		} catch (error) {
			const cause = toAppError(error);
			if (cause.code === "cancelled" || cause.code.startsWith("credential")) throw cause;
			items.push({ ...about, outcome: "failed", reason: cause.message });
		}
	}
	if (items.every((item) => item.outcome === "nothing-to-undo")) {
		throw new AppError("conflict", "There is nothing left to undo in this restore", { facts: { restoreId } });
	}
	return { items };
}
