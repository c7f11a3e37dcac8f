import { itemRefText } from "@skyeworx/core";
import type { SnapshotInfo } from "@skyeworx/vault";
import type { LiveItem } from "../connector/connector.ts";
import type { ApplyResult } from "../connector/kind-restore.ts";
import type { StoredItem } from "../connector/stored-item.ts";
import { filesDiffering, liveFilesDiffering, withDifferingFiles } from "./compare-files.ts";
import { type PlannedItem, type RestorePlan, readLiveInOrder, readWanted } from "./plan-restore.ts";
import { livingOf, type ReadingBack } from "./reading-back.ts";
import { type ItemReceipt, outcomeOf, type RestoreReceipt, totalsOf } from "./receipt.ts";
import type { NewIncarnation } from "./record-live.ts";
import type { ReferenceMap } from "./reference-map.ts";
import { type PlanPorts, restorableKind } from "./restore-ports.ts";
import type { RestoreState } from "./restore-state.ts";

export interface ReadBackOptions {
	readonly restoreId: string;
	readonly plan: RestorePlan;
	/** The plan's items that were to be written. */
	readonly work: readonly PlannedItem[];
	readonly state: RestoreState;
	readonly map: ReferenceMap;
	readonly startedAt: string;
	readonly requestsBefore: number;
	readonly signal: AbortSignal;
	/** Its items are read, and recorded, by this. */
	readonly reading: ReadingBack;
	/** No snapshot is made of what it finds. */
	readonly unrecorded: boolean;
	readonly say: (phase: "reading-back" | "recording") => void;
}

/**
 * Reads every restored item back from the site, commits what it finds as a snapshot, and compares each field, files by their
 * bytes. Only this makes a receipt: nothing is called restored because a write was answered with 200.
 */
export async function readBack(ports: PlanPorts, options: ReadBackOptions): Promise<RestoreReceipt> {
	options.say("reading-back");
	const applied = options.work.filter((planned) => options.state.item(planned.ref).failure === undefined);
	const refs = applied.map((planned) => resultOf(options, planned).mapped.ref);
	const live = await options.reading.all(refs);
	const liveOf = new Map(applied.map((planned, index) => [itemRefText(planned.ref), live[index]]));
	const fields: ItemReceipt[] = [];
	for (const planned of options.plan.items) fields.push(await receiptOf(ports, options, planned, liveOf.get(itemRefText(planned.ref))));
	options.say("recording");
	const there = livingOf(live);
	const snapshot = await options.reading.commit(there, await newIncarnations(ports, options, fields));
	const compared = snapshot === undefined ? fields : await compareFiles(ports, options, fields, snapshot);
	const items = options.unrecorded ? await compareLiveFiles(ports, options, fields, there) : compared;
	return {
		restoreId: options.restoreId,
		startedAt: options.startedAt,
		finishedAt: ports.clock.now().toISOString(),
		outcome: outcomeOf(items),
		items,
		totals: totalsOf(items),
		...(options.state.safetySnapshotId === undefined ? {} : { safetySnapshotId: options.state.safetySnapshotId }),
		...(snapshot === undefined ? {} : { resultSnapshotId: snapshot.id }),
		requests: ports.connector.usage().requests - options.requestsBefore,
	};
}

function resultOf({ state }: ReadBackOptions, planned: PlannedItem): ApplyResult {
	const { result } = state.item(planned.ref);
	if (result === undefined) throw new Error("an item that did not fail has a result");
	return result;
}

async function wantedOf(ports: PlanPorts, planned: PlannedItem): Promise<StoredItem> {
	const [wanted] = await readWanted(ports, [planned]);
	if (wanted === undefined) throw new Error("readWanted answers one item for one selection");
	return wanted;
}

async function receiptOf(
	ports: PlanPorts,
	options: ReadBackOptions,
	planned: PlannedItem,
	live: LiveItem | undefined,
): Promise<ItemReceipt> {
	const { ref, label, action } = planned;
	const about = { ref, label, action, fields: [], problems: [] };
	if (action === "leave" || action === "cannot") {
		const reason = planned.reason ?? "It is as the snapshot has it.";
		return { ...about, outcome: action === "leave" ? "left" : "failed", reason };
	}
	const { failure } = options.state.item(ref);
	if (failure !== undefined) return { ...about, outcome: "failed", reason: failure.message };
	const result = resultOf(options, planned);
	const now = { ref: result.mapped.ref, url: result.url, ...(result.mapped.key === undefined ? {} : { key: result.mapped.key }) };
	if (live?.state !== "live") {
		return { ...about, outcome: "failed", reason: "It was written, but the site did not show it when it was read back.", now };
	}
	const { mapped, mappedKey } = options.map;
	const problems = [...result.problems, ...options.state.item(ref).problems];
	const chosen = planned.fields === undefined ? options.plan.options : { ...options.plan.options, fields: planned.fields };
	const context = { action, mapped, mappedKey, options: chosen, details: planned.details, problems };
	const fields = restorableKind(ports.connector, ref.kind).restore.receipt(await wantedOf(ports, planned), live.item, context);
	return { ...about, outcome: "restored", now, fields, problems };
}

/** Created items that stand for one that is gone, not beside one that is there: their history goes on. */
async function newIncarnations(
	ports: PlanPorts,
	{ plan, work, signal }: ReadBackOptions,
	receipts: readonly ItemReceipt[],
): Promise<readonly NewIncarnation[]> {
	if (plan.options.target.type === "copy") return [];
	const liveRefs = new Map(work.map((planned) => [itemRefText(planned.ref), planned.liveRef]));
	const made = receipts.flatMap(({ ref, now, outcome, action }) => {
		const from = liveRefs.get(itemRefText(ref));
		const isNew = outcome === "restored" && action === "create" && now !== undefined && from !== undefined && now.ref.id !== from.id;
		return isNew ? [{ from, to: now.ref }] : [];
	});
	const originals = await readLiveInOrder(
		ports,
		made.map(({ from }) => from),
		signal,
	);
	return made.filter((_pair, index) => originals[index]?.state !== "live");
}

async function compareFiles(
	ports: PlanPorts,
	options: ReadBackOptions,
	receipts: readonly ItemReceipt[],
	result: SnapshotInfo,
): Promise<readonly ItemReceipt[]> {
	const planned = new Map(options.work.map((item) => [itemRefText(item.ref), item]));
	const now = await ports.vault.snapshot(result.id);
	const compared: ItemReceipt[] = [];
	for (const receipt of receipts) {
		const item = planned.get(itemRefText(receipt.ref));
		if (item === undefined || receipt.outcome !== "restored") {
			compared.push(receipt);
			continue;
		}
		const wanted = { planned: item, snapshot: await ports.vault.snapshot(item.snapshotId) };
		const differing = await filesDiffering(wanted, { mapped: resultOf(options, item).mapped, snapshot: now });
		compared.push(withDifferingFiles(receipt, differing));
	}
	return compared;
}

/** What no snapshot holds is read back and compared as it comes. */
async function compareLiveFiles(
	ports: PlanPorts,
	options: ReadBackOptions,
	receipts: readonly ItemReceipt[],
	there: readonly StoredItem[],
): Promise<readonly ItemReceipt[]> {
	const planned = new Map(options.work.map((item) => [itemRefText(item.ref), item]));
	const live = new Map(there.map((item) => [itemRefText(item.ref), item]));
	const compared: ItemReceipt[] = [];
	for (const receipt of receipts) {
		const [item, now] = [planned.get(itemRefText(receipt.ref)), receipt.now];
		const found = now === undefined ? undefined : live.get(itemRefText(now.ref));
		if (item === undefined || found === undefined || receipt.outcome !== "restored") compared.push(receipt);
		else {
			const mapped = resultOf(options, item).mapped;
			const differing = await liveFilesDiffering(await wantedOf(ports, item), { mapped, item: found, signal: options.signal });
			compared.push(withDifferingFiles(receipt, differing));
		}
	}
	return compared;
}
