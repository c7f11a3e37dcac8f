import { itemRefText, toAppError } from "@skyeworx/core";
import type { RestoreOptions } from "../connector/kind-restore.ts";
import type { StoredItem } from "../connector/stored-item.ts";
import { type PlannedItem, readWanted } from "./plan-restore.ts";
import type { ReferenceMap } from "./reference-map.ts";
import { type PlanPorts, restorableKind } from "./restore-ports.ts";
import { applyContext, type JournaledContext, type RestoreState } from "./restore-state.ts";

export interface StockTaking {
	readonly state: RestoreState;
	readonly restoreId: string;
	readonly planned: PlannedItem;
	/** Those of the plan: the steps must come in the order in which they were done. */
	readonly options: RestoreOptions;
	readonly plans: readonly PlannedItem[];
	readonly map: ReferenceMap;
	readonly signal: AbortSignal;
}

/**
 * Completes the journal of an item whose work was cut off, without writing to the site: the steps are gone through again as far
 * as they were done, so that a thing which was created just before the end is known and can be taken away.
 * @throws AppError what looking throws; calling again looks again
 */
export async function takeStock(ports: PlanPorts, taking: StockTaking): Promise<void> {
	const { state, planned } = taking;
	if (!state.touched(planned.ref)) return;
	const { restore } = restorableKind(ports.connector, planned.ref.kind);
	const [wanted] = await readWanted(ports, [planned]);
	if (wanted === undefined) throw new Error("readWanted answers one item for one selection");
	let { result } = state.item(planned.ref);
	if (result === undefined) {
		await look(ports, taking, "", async (context) => {
			result = await restore.apply(context, planned, wanted);
			await state.note({ type: "item-applied", item: planned.ref, result });
		});
	}
	const { finish } = restore;
	const applied = result;
	if (applied === undefined || finish === undefined || !began(taking, "finish ")) return;
	await look(ports, taking, "finish ", async (context) => await finish(context, planned, wanted as StoredItem, applied));
}

function began({ state, planned }: StockTaking, prefix: string): boolean {
	return [...state.item(planned.ref).started].some((step) => step.startsWith(prefix));
}

async function look(
	ports: PlanPorts,
	{ state, restoreId, planned, options, plans, map, signal }: StockTaking,
	prefix: string,
	work: (context: JournaledContext) => Promise<void>,
): Promise<void> {
	const context = applyContext({ state, restoreId, item: planned.ref, options, plans, map, signal, prefix, looking: true });
	try {
		await work(context);
	} catch (error) {
		const cause = toAppError(error);
		if (signal.aborted || stopsEverything(cause.code)) throw cause;
		// Where the work ended the first time it ends again: whatever came before is known now.
		ports.log.debug("looked how far an item came", { item: itemRefText(planned.ref), code: cause.code });
	} finally {
		await context.settle();
	}
}

const ofTheSite = new Set(["credential-rejected", "credential-revoked", "scope-missing", "site-unreachable", "site-limited"]);

/** Errors of the site or its credential as a whole: going on with anything else makes no sense. */
export function stopsEverything(code: string): boolean {
	return ofTheSite.has(code);
}
