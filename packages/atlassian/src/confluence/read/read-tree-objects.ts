import { canonicalJson, type ItemRef, isAppError, itemRefText, type JsonValue } from "@skyeworx/core";
import type { Observation } from "@skyeworx/engine";
import { idAt } from "../../record/json-access.ts";
import { type TreeFlavour, treeFlavourOf, treeFlavours } from "../tree-object/tree-flavour.ts";
import { fetchTreeObject, listingPart, readTreeObject } from "../tree-object/tree-object-record.ts";
import { inOrder } from "./in-order.ts";
import { epoch, type Reading } from "./reading.ts";
import { type FoundObject, searchTree } from "./search-tree.ts";

const objectsAtOnce = 6;

/** When every object was last read, and the properties that they had when they were last searched. */
export interface TreeRead {
	readonly at: string;
	readonly properties: readonly string[];
}

/** So few are all read at each sweep of the pages: then nothing has to wait for a day. */
const fewObjects = 20;
const day = 24 * 3_600_000;

/** What the vault holds may be missing in a search that lags: each is asked for before it is called gone. */
async function heldObjects(reading: Reading): Promise<ReadonlyMap<string, ItemRef>> {
	const spaces = reading.request.spaces === undefined ? undefined : new Set(reading.request.spaces);
	const held = new Map<string, ItemRef>();
	for (const { kind } of treeFlavours) {
		for await (const id of reading.request.knownIds(kind)) {
			const main = spaces === undefined ? null : await reading.request.known({ kind, id }, "");
			if (spaces === undefined || spaces.has(idAt(main, "spaceId") ?? "")) held.set(itemRefText({ kind, id }), { kind, id });
		}
	}
	return held;
}

/** Everything of the tree that a read has to do with. */
interface Tree {
	readonly reading: Reading;
	/** Everything heard of so far. */
	readonly found: Map<string, FoundObject>;
	readonly held: ReadonlyMap<string, ItemRef>;
	readonly there: Map<string, string[]>;
	/** Kinds that lack their scope. */
	readonly closed: Set<string>;
}

/** Whether the search says of an object what it said when the vault's record was read. */
async function isUnchanged({ reading }: Tree, { ref, listing }: FoundObject): Promise<boolean> {
	if (listing === undefined) return false;
	const held = await reading.request.known(ref, listingPart);
	return held !== undefined && canonicalJson(held) === canonicalJson(listing);
}

/** The objects to read now: all, or those of which the search says something new and those that it does not name. */
async function toRead(tree: Tree, every: boolean): Promise<readonly FoundObject[]> {
	if (every) return [...tree.found.values()];
	const changed: FoundObject[] = [];
	for (const one of tree.found.values()) {
		if (await isUnchanged(tree, one)) tree.there.get(one.ref.kind)?.push(one.ref.id);
		else changed.push(one);
	}
	return changed;
}

function* observe(tree: Tree, one: FoundObject, parts: ReadonlyMap<string, JsonValue>): Generator<Observation, ItemRef | undefined> {
	const { reading, found, there } = tree;
	const { ref, listing } = one;
	const { status, parentId, parentType, spaceId } = readTreeObject(parts.get("") ?? null);
	if (status === "trashed" || (spaceId != null && reading.request.spaces?.includes(spaceId) === false)) return undefined;
	there.get(ref.kind)?.push(ref.id);
	const all = listing === undefined ? parts : new Map([...parts, [listingPart, listing]]);
	yield { type: "item", ref, parts: all, covers: ["", "properties", listingPart] };
	const above = treeFlavours.find(({ type }) => type === parentType);
	const parent = above === undefined || parentId == null ? undefined : { kind: above.kind, id: parentId };
	return parent === undefined || found.has(itemRefText(parent)) ? undefined : parent;
}

async function* readObjects(tree: Tree, first: readonly FoundObject[]): AsyncGenerator<Observation> {
	const fetch = async (one: FoundObject) => ({ one, parts: await read(tree.reading, one.ref, tree.closed) });
	for (let level = first; level.length > 0; ) {
		const above = new Map<string, FoundObject>();
		for await (const { one, parts } of inOrder(level, objectsAtOnce, fetch)) {
			const parent = parts === undefined ? undefined : yield* observe(tree, one, parts);
			if (parent !== undefined) above.set(itemRefText(parent), { ref: parent });
		}
		for (const [text, one] of above) tree.found.set(text, one);
		level = [...above.values()];
	}
}

/** Says what is there, so that the rest is seen to be gone. */
function* enumerated({ reading, held, there, closed }: Tree): Generator<Observation> {
	for (const [kind, ids] of there) {
		yield { type: "progress", kind, done: ids.length, total: undefined };
		if (closed.has(kind)) continue;
		if (reading.request.spaces === undefined) yield { type: "census", kind, ids, last: true };
		else {
			const here = new Set(ids);
			for (const ref of held.values()) if (ref.kind === kind && !here.has(ref.id)) yield { type: "gone", ref };
		}
	}
}

/**
 * Reads what stands in page trees beside pages. Atlassian lists it with what is kept nowhere: one search tells which are there and
 * which it has something new of, and only these are read, one call each. Once a day, and where there are few, all are: a search need not
 * tell of every change (the place of a folder, say).
 * @returns what the next read has to know
 */
export async function* readTreeObjects(reading: Reading, last: TreeRead | undefined): AsyncGenerator<Observation, TreeRead> {
	const { site } = reading;
	const now = site.ports.clock.now();
	const found = new Map<string, FoundObject>([...reading.parents].map(([text, ref]) => [text, { ref }]));
	const names = new Set(last?.properties);
	const searched = yield* searchTree(reading, found, names);
	const held = await heldObjects(reading);
	const age = last === undefined ? undefined : now.getTime() - (epoch(last.at) ?? 0);
	const due = reading.mode === "full" || age === undefined || age >= day || age < 0;
	if (!searched && !due && reading.mode === "changes") return { at: last?.at ?? now.toISOString(), properties: [...names].sort() };
	for (const [text, ref] of held) if (!found.has(text)) found.set(text, { ref });
	const tree: Tree = { reading, found, held, there: new Map(treeFlavours.map(({ kind }) => [kind, []])), closed: new Set() };
	const few = reading.mode === "sweep" && found.size <= fewObjects;
	yield* readObjects(tree, await toRead(tree, due || few));
	for (const kind of tree.closed) {
		const scope = `read:${treeFlavourOf({ kind })?.type}:confluence`;
		const reason = `${treeFlavourOf({ kind })?.names[1]} in page trees are not kept: the credential lacks the scope ${scope}.`;
		yield { type: "blind-spot", kind, count: undefined, reason, cause: "scope" };
	}
	yield* blindSpots(tree.there);
	yield* enumerated(tree);
	site.ports.log.debug("tree objects read", { found: found.size });
	return { at: due || last === undefined ? now.toISOString() : last.at, properties: [...names].sort() };
}

/** One object; a scope that is missing for its kind is remembered and not asked for again. */
async function read(reading: Reading, ref: ItemRef, closed: Set<string>): Promise<ReadonlyMap<string, JsonValue> | undefined> {
	const tree = treeFlavourOf(ref);
	if (tree === undefined || closed.has(ref.kind)) return undefined;
	try {
		return await fetchTreeObject(reading.site.client, tree, ref.id, reading.request.signal);
	} catch (error) {
		if (!isAppError(error, "scope-missing")) throw error;
		closed.add(ref.kind);
		return undefined;
	}
}

function* blindSpots(there: ReadonlyMap<string, readonly string[]>): Generator<Observation> {
	for (const { kind, blind } of treeFlavours as readonly TreeFlavour[]) {
		const count = there.get(kind)?.length ?? 0;
		if (blind !== undefined && count > 0) yield { type: "blind-spot", kind, count, reason: blind, cause: "api" };
	}
}
