import { AppError, type ItemRef } from "@skyeworx/core";
import type { CreatedThing, RestoreOptions } from "../connector/kind-restore.ts";
import { readStoredItem } from "../items/read-stored-item.ts";
import { readLiveInOrder } from "./plan-restore.ts";
import { sameNames } from "./reference-map.ts";
import { type PlanPorts, restorableKind } from "./restore-ports.ts";
import { applyContext } from "./restore-state.ts";
import { type StockTaking, takeStock } from "./take-stock.ts";

export type UndoItemOptions = StockTaking;

/**
 * Takes back what a restore did to one item: created things newest first, then the overwritten fields from the safety
 * snapshot. Idempotent. Answers the things that were kept, because somebody changed them since.
 * @throws AppError what the connector throws; calling again goes on where it stopped
 */
export async function undoItem(ports: PlanPorts, options: UndoItemOptions): Promise<readonly CreatedThing[]> {
	const { state, planned, restoreId, signal } = options;
	const kind = restorableKind(ports.connector, planned.ref.kind);
	await takeStock(ports, options);
	const kept: CreatedThing[] = [];
	for (const thing of state.item(planned.ref).created.toReversed()) {
		if ((await kind.restore.undoCreated(thing, { restoreId, signal })) === "kept") kept.push(thing);
	}
	if (planned.action === "change") await putBack(ports, options);
	await state.note({ type: "item-undone", item: planned.ref, kept });
	return kept;
}

async function putBack(ports: PlanPorts, { state, planned, restoreId, plans, signal }: UndoItemOptions): Promise<void> {
	if (state.safetySnapshotId === undefined) return;
	const kind = restorableKind(ports.connector, planned.ref.kind);
	const before = await readStoredItem(await ports.vault.snapshot(state.safetySnapshotId), planned.liveRef);
	if (before === undefined) throw missingSafety(planned.liveRef, state.safetySnapshotId);
	const live = await readLiveInOrder(ports, [planned.liveRef], signal);
	const options: RestoreOptions = { target: { type: "in-place" }, ifExists: "overwrite", undoing: true };
	const [plan] = await kind.restore.plan([before], live, options);
	if (plan === undefined || plan.action === "leave") return;
	if (plan.action === "cannot") throw new AppError("restore-failed", plan.reason ?? "What was overwritten can't be put back");
	// It goes back as it was, references to things that were gone included.
	const context = applyContext({
		state,
		restoreId,
		item: planned.ref,
		options,
		plans,
		map: sameNames,
		signal,
		prefix: "undo ",
	});
	const result = await kind.restore.apply(context, plan, before);
	if (kind.restore.finishesUndo === true) await kind.restore.finish?.(context, plan, before, result);
	await context.settle();
}

function missingSafety(ref: ItemRef, snapshotId: number): AppError {
	return new AppError("restore-failed", "The safety snapshot does not hold an item that was overwritten", {
		facts: { kind: ref.kind, id: ref.id, snapshotId },
		hint: "Restore the item's version from before the restore by hand; verify the vault.",
	});
}
