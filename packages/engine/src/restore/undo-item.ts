import { AppError, type ItemRef } from "@skyeworx/core";
import type { CreatedThing, RestoreOptions, RestoreProblem, UndoneBeside } from "../connector/kind-restore.ts";
import { readStoredItem } from "../items/read-stored-item.ts";
import type { UndoneItem } from "./journal.ts";
import { readLiveInOrder } from "./plan-restore.ts";
import { sameNames } from "./reference-map.ts";
import { type PlanPorts, restorableKind } from "./restore-ports.ts";
import { applyContext, type JournaledContext } from "./restore-state.ts";
import { type StockTaking, takeStock } from "./take-stock.ts";

export type UndoItemOptions = StockTaking;

/**
 * Takes back what a restore did to one item: created things newest first, then the overwritten fields from the safety
 * snapshot, then what writing it did to other items. Idempotent.
 * @throws AppError what the connector throws; calling again goes on where it stopped
 */
export async function undoItem(ports: PlanPorts, options: UndoItemOptions): Promise<UndoneItem> {
	const { state, planned, restoreId, signal } = options;
	const kind = restorableKind(ports.connector, planned.ref.kind);
	await takeStock(ports, options);
	const kept: CreatedThing[] = [];
	for (const thing of state.item(planned.ref).created.toReversed()) {
		if ((await kind.restore.undoCreated(thing, { restoreId, signal })) === "kept") kept.push(thing);
	}
	const changed = planned.action === "change";
	const problems = changed ? await putBack(ports, options) : [];
	const beside = changed ? await undoBeside(ports, options) : [];
	const undone: UndoneItem = { kept, problems, beside };
	await state.note({ type: "item-undone", item: planned.ref, ...undone });
	return undone;
}

const undoing: RestoreOptions = { target: { type: "in-place" }, ifExists: "overwrite", undoing: true };

/** Things go back as they were, references to things that were gone included. */
function undoContext({ state, planned, restoreId, plans, signal }: UndoItemOptions): JournaledContext {
	return applyContext({ state, restoreId, item: planned.ref, options: undoing, plans, map: sameNames, signal, prefix: "undo " });
}

async function undoBeside(ports: PlanPorts, options: UndoItemOptions): Promise<readonly UndoneBeside[]> {
	const { restore } = restorableKind(ports.connector, options.planned.ref.kind);
	if (restore.undoBeside === undefined) return [];
	const context = undoContext(options);
	const beside = await restore.undoBeside(context, options.planned);
	await context.settle();
	return beside;
}

async function putBack(ports: PlanPorts, undo: UndoItemOptions): Promise<readonly RestoreProblem[]> {
	const { state, planned, signal } = undo;
	if (state.safetySnapshotId === undefined) return [];
	const kind = restorableKind(ports.connector, planned.ref.kind);
	const before = await readStoredItem(await ports.vault.snapshot(state.safetySnapshotId), planned.liveRef);
	if (before === undefined) throw missingSafety(planned.liveRef, state.safetySnapshotId);
	const live = await readLiveInOrder(ports, [planned.liveRef], signal);
	const [plan] = await kind.restore.plan([before], live, undoing);
	if (plan === undefined || plan.action === "leave") return [];
	if (plan.action === "cannot") throw new AppError("restore-failed", plan.reason ?? "What was overwritten can't be put back");
	const context = undoContext(undo);
	const result = await kind.restore.apply(context, plan, before);
	if (kind.restore.finishesUndo === true) await kind.restore.finish?.(context, plan, before, result);
	await context.settle();
	return result.problems;
}

function missingSafety(ref: ItemRef, snapshotId: number): AppError {
	return new AppError("restore-failed", "The safety snapshot does not hold an item that was overwritten", {
		facts: { kind: ref.kind, id: ref.id, snapshotId },
		hint: "Restore the item's version from before the restore by hand; verify the vault.",
	});
}
