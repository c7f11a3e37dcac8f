import type { RestoreItem } from "@skyeworx/contract";
import { type ItemRef, itemRefText } from "@skyeworx/core";
import type {
	ItemReceipt,
	JournalRecord,
	PlannedItem,
	ReceiptField,
	RestorePlan,
	RestoreReceipt,
	UndoneLine,
	UndoReport,
} from "@skyeworx/engine";

/** The receipt of a restore that has finished. */
export function receiptIn(records: readonly JournalRecord[]): RestoreReceipt | undefined {
	return records.findLast((record) => record.type === "finished")?.receipt;
}

/** What became of each item so far: from the receipt when there is one, from the journal while it goes on. */
export function itemOutcomes(plan: RestorePlan, records: readonly JournalRecord[], undo: UndoReport | undefined): RestoreItem[] {
	const receipts = new Map((receiptIn(records)?.items ?? []).map((item) => [itemRefText(item.ref), item]));
	const undone = new Map((undo?.items ?? []).filter((line) => line.movedBy === undefined).map((line) => [itemRefText(line.ref), line]));
	const journal = byItem(records);
	const items = plan.items.map((planned) => {
		const text = itemRefText(planned.ref);
		const receipt = receipts.get(text);
		const item = receipt === undefined ? fromJournal(planned, journal.get(text) ?? []) : fromReceipt(planned, receipt);
		return afterUndo(item, undone.get(text));
	});
	return [...items, ...movedBeside(plan, undo)];
}

/** Items beside the plan which a restore had moved, and how their way back ended. */
function movedBeside(plan: RestorePlan, undo: UndoReport | undefined): RestoreItem[] {
	const planned = new Map(plan.items.map((item) => [itemRefText(item.ref), item]));
	return (undo?.items ?? []).flatMap((line): RestoreItem[] => {
		const by = line.movedBy === undefined ? undefined : planned.get(itemRefText(line.movedBy));
		if (by === undefined) return [];
		const item = { ...blank(by), ref: line.ref, label: line.label, action: "change" as const };
		return [{ ...afterUndo(item, line), reason: line.reason ?? null }];
	});
}

function byItem(records: readonly JournalRecord[]): Map<string, JournalRecord[]> {
	const items = new Map<string, JournalRecord[]>();
	for (const record of records) {
		if (!("item" in record)) continue;
		const text = itemRefText(record.item);
		const own = items.get(text);
		if (own === undefined) items.set(text, [record]);
		else own.push(record);
	}
	return items;
}

function blank(planned: PlannedItem): RestoreItem {
	const { ref, snapshotId, label, action, reason } = planned;
	return {
		ref,
		version: snapshotId,
		label,
		action,
		outcome: "waiting",
		reason: reason ?? null,
		error: null,
		now: null,
		url: null,
		fidelity: null,
	};
}

function fromReceipt(planned: PlannedItem, receipt: ItemReceipt): RestoreItem {
	const failed = receipt.outcome === "failed";
	return {
		...blank(planned),
		outcome: failed ? "failed" : receipt.outcome === "left" ? "skipped" : "restored",
		reason: receipt.reason ?? null,
		error: failed ? { code: "restore-failed", detail: receipt.reason ?? "It could not be restored", hint: null } : null,
		now: receipt.now === undefined ? null : nameNow(receipt.now.ref, receipt.now.key),
		url: receipt.now?.url ?? null,
		fidelity: failed ? null : fidelityCounts(receipt.fields),
	};
}

function fromJournal(planned: PlannedItem, records: readonly JournalRecord[]): RestoreItem {
	const item = blank(planned);
	if (planned.action === "leave") return { ...item, outcome: "skipped" };
	if (planned.action === "cannot") return { ...item, outcome: "failed" };
	const failure = records.findLast((record) => record.type === "item-failed");
	if (failure !== undefined) {
		return {
			...item,
			outcome: "failed",
			error: { code: failure.code, detail: failure.message, hint: failure.hint ?? null },
			reason: failure.message,
		};
	}
	const applied = records.findLast((record) => record.type === "item-applied");
	if (applied === undefined) return { ...item, outcome: records.length === 0 ? "waiting" : "running" };
	const { mapped, url } = applied.result;
	return { ...item, outcome: "running", now: nameNow(mapped.ref, mapped.key), url };
}

function afterUndo(item: RestoreItem, undo: UndoneLine | undefined): RestoreItem {
	if (undo === undefined || undo.outcome === "nothing-to-undo") return item;
	if (undo.outcome === "undone") return { ...item, outcome: "undone" };
	return { ...item, outcome: "kept", reason: undo.reason ?? item.reason };
}

function nameNow(ref: ItemRef, key: string | undefined) {
	return { ref, key: key ?? null };
}

/** Adds up how faithfully fields came back. */
export function fidelityCounts(fields: readonly ReceiptField[]) {
	const count = (result: ReceiptField["result"]) => fields.filter((field) => field.result === result).length;
	return { exact: count("exact"), degraded: count("degraded"), impossible: count("impossible"), failed: count("failed") };
}
