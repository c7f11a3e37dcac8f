import { type ItemRef, toAppError } from "@skyeworx/core";
import type { PlanAction, RestoreOptions } from "../connector/kind-restore.ts";
import { planRestore, type RestorePlan } from "../restore/plan-restore.ts";
import type { PlanPorts } from "../restore/restore-ports.ts";
import { stopsEverything } from "../restore/take-stock.ts";
import type { DrillFault } from "./read-out.ts";

/** What a restore of the sample in place would do now; nothing of it is done. */
export interface DrillPlan {
	readonly actions: Readonly<Record<PlanAction, number>>;
	readonly requests: number;
	readonly faults: readonly DrillFault[];
}

export interface Sampled {
	readonly snapshotId: number;
	readonly refs: readonly ItemRef[];
	readonly signal: AbortSignal;
}

const inPlace: RestoreOptions = { target: { type: "in-place" }, ifExists: "overwrite" };

/** Plans the restore of each kind of a sample against the live site: a kind that can't be planned does not keep the others from it. */
export async function planDrill(ports: PlanPorts, { snapshotId, refs, signal }: Sampled): Promise<DrillPlan> {
	const actions = { create: 0, change: 0, untrash: 0, leave: 0, cannot: 0 };
	const faults: DrillFault[] = [];
	let requests = 0;
	for (const [, own] of Map.groupBy(refs, (ref) => ref.kind)) {
		const selection = own.map((ref) => ({ ref, snapshotId }));
		const plan = await planRestore(ports, selection, inPlace, signal).catch((error: unknown) => {
			faults.push(...faultsOf(own, error));
			return undefined;
		});
		if (plan === undefined) continue;
		for (const item of plan.items) actions[item.action] += 1;
		requests += plan.totals.requests;
	}
	return { actions, requests, faults };
}

function faultsOf(refs: readonly ItemRef[], error: unknown): DrillFault[] {
	const cause = toAppError(error);
	if (cause.code === "cancelled" || stopsEverything(cause.code)) throw cause;
	return refs.map((ref) => ({ ref, what: "unplannable", code: cause.code }));
}

/**
 * Plans copies of items into a space: what a trial restore makes. Whatever would do anything but create a copy is left out, so that
 * undoing it can only ever take away what the drill itself made. Undefined when nothing is left.
 */
export async function planTrial(
	ports: PlanPorts,
	{ snapshotId, refs, signal, spaceId }: Sampled & { readonly spaceId: string },
): Promise<RestorePlan | undefined> {
	const options: RestoreOptions = { target: { type: "copy", spaceId }, ifExists: "copy" };
	let left = refs.filter(({ kind }) => ports.connector.kinds.find((known) => known.id === kind)?.restore?.goesIntoSpaces === true);
	while (left.length > 0) {
		const plan = await planRestore(
			ports,
			left.map((ref) => ({ ref, snapshotId })),
			options,
			signal,
		);
		const copies = plan.items.filter((item) => item.action === "create");
		if (copies.length === plan.items.length) return plan;
		// Planned anew: an item may have counted on another one that does not come.
		left = copies.map(({ ref }) => ref);
	}
	return undefined;
}
