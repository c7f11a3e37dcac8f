import { isAppError } from "@skyeworx/core";
import type { SnapshotId, Vault } from "@skyeworx/vault";
import type { RetentionPlan } from "./plan-retention.ts";

/** What became of a plan. */
export interface RetentionResult {
	readonly forgotten: readonly SnapshotId[];
	/** Pinned, held or forgotten by somebody else since the plan was made. */
	readonly passed: readonly SnapshotId[];
}

/** Forgets exactly the snapshots that the plan names; what was pinned or held meanwhile stays. */
export async function applyRetention(vault: Vault, plan: RetentionPlan, signal?: AbortSignal): Promise<RetentionResult> {
	const forgotten: SnapshotId[] = [];
	const passed: SnapshotId[] = [];
	for (const { snapshot } of plan.forget) {
		if (signal?.aborted === true) break;
		try {
			await vault.forget(snapshot, "retention");
			forgotten.push(snapshot);
		} catch (error) {
			if (!isAppError(error, "conflict") && !isAppError(error, "not-found")) throw error;
			passed.push(snapshot);
		}
	}
	return { forgotten, passed };
}
