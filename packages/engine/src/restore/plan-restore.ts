import { AppError, type ItemRef, itemRefText } from "@skyeworx/core";
import type { SnapshotId, SnapshotReader } from "@skyeworx/vault";
import type { LiveItem } from "../connector/connector.ts";
import type { ItemPlan, PlanAction, RestoreOptions } from "../connector/kind-restore.ts";
import type { StoredItem } from "../connector/stored-item.ts";
import { readStoredItem } from "../items/read-stored-item.ts";
import { type PlanPorts, restorableKind } from "./restore-ports.ts";

/** One chosen item at one chosen snapshot. */
export interface RestoreSelection {
	readonly ref: ItemRef;
	readonly snapshotId: SnapshotId;
	/** Only these fields of this item; those of the options when left out. */
	readonly fields?: readonly string[];
}

export interface PlannedItem extends ItemPlan {
	readonly snapshotId: SnapshotId;
	/** As the selection said for this item. */
	readonly fields?: readonly string[];
	/** The item on the site that stands for it today: itself, or what it was created again as. */
	readonly liveRef: ItemRef;
	/** Jira key or the like, as the snapshot has it. */
	readonly key?: string;
}

/** What a restore will do, item by item and in order. Plain data: the web, the CLI and the audit log show the same object. */
export interface RestorePlan {
	readonly createdAt: string;
	readonly options: RestoreOptions;
	readonly items: readonly PlannedItem[];
	readonly totals: Readonly<Record<PlanAction, number>> & { readonly requests: number };
}

const batchSize = 100;
/** As many as the longest lists of Atlassian hold. */
const liveAtOnce = 250;

/**
 * Plans a restore; reads the site, writes nothing.
 * @throws AppError `bad-input` when nothing is selected, a kind can't be restored or a snapshot does not hold an item
 */
export async function planRestore(
	ports: PlanPorts,
	selection: readonly RestoreSelection[],
	options: RestoreOptions,
	signal?: AbortSignal,
): Promise<RestorePlan> {
	if (selection.length === 0) throw new AppError("bad-input", "Nothing is selected", { hint: "Choose at least one item to restore." });
	const unique = [...new Map(selection.map((chosen) => [itemRefText(chosen.ref), chosen])).values()];
	const all = unique.map(({ ref }) => ({ ref, liveRef: ports.catalog.lineage(ref).at(-1) ?? ref }));
	const planned: PlannedItem[] = [];
	const alike = Map.groupBy(unique, (item) => `${item.ref.kind} ${item.fields?.join() ?? ""}`);
	for (const chosen of alike.values()) {
		const kindId = chosen[0]?.ref.kind ?? "";
		for (let start = 0; start < chosen.length; start += batchSize) {
			planned.push(...(await planBatch(ports, { kindId, chosen: chosen.slice(start, start + batchSize), all, options, signal })));
		}
	}
	const items = inOrder(ranked(await arranged(ports, planned, options)));
	return { createdAt: ports.clock.now().toISOString(), options, items, totals: totals(items) };
}

async function arranged(ports: PlanPorts, planned: readonly PlannedItem[], options: RestoreOptions): Promise<readonly PlannedItem[]> {
	const plans = new Map<PlannedItem, PlannedItem>();
	for (const [kindId, items] of Map.groupBy(planned, (item) => item.ref.kind)) {
		const { restore } = restorableKind(ports.connector, kindId);
		const next = await restore.arrange?.(items, options);
		for (const [index, item] of items.entries()) plans.set(item, { ...item, ...next?.[index] });
	}
	return planned.map((item) => plans.get(item) ?? item);
}

interface Batch {
	readonly kindId: string;
	readonly chosen: readonly RestoreSelection[];
	/** Everything selected, with what stands for it today. */
	readonly all: readonly { readonly ref: ItemRef; readonly liveRef: ItemRef }[];
	readonly options: RestoreOptions;
	readonly signal: AbortSignal | undefined;
}

async function planBatch(ports: PlanPorts, { kindId, chosen, all, options, signal }: Batch): Promise<PlannedItem[]> {
	const kind = restorableKind(ports.connector, kindId);
	if (isOtherSite(options) && kind.restore.reachesOtherSites !== true) {
		throw new AppError("bad-input", `Items of kind ${kindId} can't be restored to another site yet`, { facts: { kind: kindId } });
	}
	const wanted = await readWanted(ports, chosen);
	const liveRefs = chosen.map(({ ref }) => ports.catalog.lineage(ref).at(-1) ?? ref);
	// On another site the ids of this one mean nothing, or something else.
	const live: readonly LiveItem[] = isOtherSite(options)
		? liveRefs.map((ref) => ({ ref, state: "absent" }))
		: await readLiveInOrder(ports, liveRefs, signal);
	const fields = chosen[0]?.fields;
	const plans = await kind.restore.plan(wanted, live, fields === undefined ? options : { ...options, fields }, all);
	return plans.map((plan, index) => {
		const selected = chosen[index];
		const item = wanted[index];
		const liveRef = liveRefs[index];
		if (selected === undefined || item === undefined || liveRef === undefined)
			throw new Error("a kind planned more items than it was given");
		const { key } = kind.describe(item, { url: "" });
		const said = { ...(key === undefined ? {} : { key }), ...(fields === undefined ? {} : { fields }) };
		return { ...plan, snapshotId: selected.snapshotId, liveRef, ...said };
	});
}

/** Whether a restore writes to another site than the one that the vault is of. */
export function isOtherSite({ target }: RestoreOptions): boolean {
	return target.type === "copy" && target.siteId !== undefined;
}

/** Reads the chosen versions. @throws AppError `not-found` when a snapshot does not hold the item */
export async function readWanted(ports: Pick<PlanPorts, "vault">, chosen: readonly RestoreSelection[]): Promise<StoredItem[]> {
	const readers = new Map<SnapshotId, SnapshotReader>();
	const wanted: StoredItem[] = [];
	for (const { ref, snapshotId } of chosen) {
		const reader = readers.get(snapshotId) ?? (await ports.vault.snapshot(snapshotId));
		readers.set(snapshotId, reader);
		const item = await readStoredItem(reader, ref);
		if (item === undefined) {
			throw new AppError("not-found", `Snapshot ${snapshotId} does not hold ${itemRefText(ref)}`, {
				hint: "Choose a version of the item from before it was deleted.",
			});
		}
		wanted.push(item);
	}
	return wanted;
}

/**
 * Reads live items and answers in the order asked, whatever order the connector has.
 * @param take is given each batch as it comes
 */
export async function readLiveInOrder(
	ports: Pick<PlanPorts, "connector">,
	refs: readonly ItemRef[],
	signal?: AbortSignal,
	take: (batch: readonly LiveItem[]) => void = () => {},
): Promise<LiveItem[]> {
	const found = new Map<string, LiveItem>();
	for (let start = 0; start < refs.length; start += liveAtOnce) {
		const batch = await ports.connector.readLive(refs.slice(start, start + liveAtOnce), signal);
		for (const live of batch) found.set(itemRefText(live.ref), live);
		take(batch);
	}
	return refs.map((ref) => found.get(itemRefText(ref)) ?? { ref, state: "absent" });
}

/** The items of each kind by their ranks, those without one first; the kinds stay where they are. */
function ranked(items: readonly PlannedItem[]): readonly PlannedItem[] {
	const sorted = new Map<string, PlannedItem[]>();
	for (const [kind, alike] of Map.groupBy(items, (item) => item.ref.kind)) {
		sorted.set(
			kind,
			alike.toSorted((a, b) => (a.rank ?? Number.NEGATIVE_INFINITY) - (b.rank ?? Number.NEGATIVE_INFINITY) || 0),
		);
	}
	return items.map((item) => sorted.get(item.ref.kind)?.shift() ?? item);
}

/**
 * The item that goes right before each: of those of its kind that wait for the same, the next lower in rank. Whoever is called before
 * its turn, because something waits for it, brings those with it that stand before it.
 */
function elderSiblings(items: readonly PlannedItem[]): ReadonlyMap<PlannedItem, ItemRef> {
	const waiting = items.filter(({ after, rank }) => after.length > 0 && rank !== undefined);
	const elders = new Map<PlannedItem, ItemRef>();
	for (const row of Map.groupBy(waiting, ({ ref, after }) => [ref.kind, ...after.map(itemRefText)].join(" ")).values()) {
		const sorted = row.toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
		for (const [index, item] of sorted.entries()) {
			const elder = sorted[index - 1];
			if (elder !== undefined) elders.set(item, elder.ref);
		}
	}
	return elders;
}

/** Items that others wait for come first; otherwise the order given. A circle is cut where it is entered. */
function inOrder(items: readonly PlannedItem[]): PlannedItem[] {
	const byRef = new Map(items.map((item) => [itemRefText(item.ref), item]));
	const elders = elderSiblings(items);
	const done = new Set<string>();
	const ordered: PlannedItem[] = [];
	for (const first of items) {
		const stack = [{ item: first, next: 0 }];
		if (done.has(itemRefText(first.ref))) continue;
		done.add(itemRefText(first.ref));
		while (stack.length > 0) {
			const top = stack.at(-1);
			if (top === undefined) break;
			const { after } = top.item;
			const waitsFor = top.next === after.length ? elders.get(top.item) : after[top.next];
			if (waitsFor === undefined) {
				ordered.push(top.item);
				stack.pop();
				continue;
			}
			top.next += 1;
			const other = byRef.get(itemRefText(waitsFor));
			if (other === undefined || done.has(itemRefText(other.ref))) continue;
			done.add(itemRefText(other.ref));
			stack.push({ item: other, next: 0 });
		}
	}
	return ordered;
}

function totals(items: readonly PlannedItem[]): RestorePlan["totals"] {
	const count = (action: PlanAction) => items.filter((item) => item.action === action).length;
	return {
		create: count("create"),
		change: count("change"),
		untrash: count("untrash"),
		leave: count("leave"),
		cannot: count("cannot"),
		requests: items.reduce((sum, item) => sum + item.requests, 0),
	};
}
