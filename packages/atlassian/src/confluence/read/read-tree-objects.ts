import { type ItemRef, isAppError, isJsonObject, itemRefText, type JsonValue } from "@skyeworx/core";
import type { Observation } from "@skyeworx/engine";
import { cursorPages } from "../../http/paging.ts";
import { type TreeFlavour, treeFlavourOf, treeFlavours } from "../tree-object/tree-flavour.ts";
import { fetchTreeObject, readTreeObject } from "../tree-object/tree-object-record.ts";
import { inOrder } from "./in-order.ts";
import { listLimit, type Reading } from "./reading.ts";

const objectsAtOnce = 6;

/** Adds what the search knows: Atlassian lists folders and the like nowhere else, and no page names a leaf of the tree. */
async function* searchTree(reading: Reading, found: Map<string, ItemRef>): AsyncGenerator<Observation> {
	const keys = reading.request.spaces?.map((id) => reading.spaces.get(id)?.key).filter((key) => key !== undefined);
	if (keys?.length === 0) return;
	const within = keys === undefined ? "" : ` and space in (${keys.map((key) => JSON.stringify(key)).join(",")})`;
	const query = { cql: `type in (${treeFlavours.map(({ type }) => type).join(",")})${within}`, limit: listLimit };
	const call = { method: "GET", path: "/wiki/rest/api/content/search", query, signal: reading.request.signal } as const;
	try {
		for await (const page of cursorPages(reading.site.client, call)) {
			for (const item of page.items.filter(isJsonObject)) {
				const tree = treeFlavours.find(({ type }) => type === item.type);
				if (tree !== undefined && typeof item.id === "string") note(found, { kind: tree.kind, id: item.id });
			}
		}
	} catch (error) {
		if (!isAppError(error, "scope-missing") && !isAppError(error, "site-refused") && !isAppError(error, "not-found")) throw error;
		const reason =
			"Folders, whiteboards, databases and smart links without pages under them are not seen: the search is closed to the credential.";
		yield { type: "blind-spot", kind: "confluence.folder", count: undefined, reason, cause: "scope" };
	}
}

function note(found: Map<string, ItemRef>, ref: ItemRef): void {
	found.set(itemRefText(ref), ref);
}

/** What the vault holds may be missing in a search that lags: each is asked for before it is called gone. */
async function noteHeld(reading: Reading, found: Map<string, ItemRef>): Promise<void> {
	const spaces = reading.request.spaces === undefined ? undefined : new Set(reading.request.spaces);
	for (const { kind } of treeFlavours) {
		for await (const id of reading.request.knownIds(kind)) {
			const held = spaces === undefined ? null : await reading.request.known({ kind, id }, "");
			if (spaces === undefined || (isJsonObject(held ?? null) && spaces.has(String((held as { spaceId?: unknown }).spaceId))))
				note(found, { kind, id });
		}
	}
}

interface Level {
	readonly reading: Reading;
	/** Everything asked for so far. */
	readonly asked: Map<string, ItemRef>;
	readonly there: Map<string, string[]>;
}

function* observe(
	{ reading, asked, there }: Level,
	ref: ItemRef,
	parts: ReadonlyMap<string, JsonValue>,
): Generator<Observation, ItemRef | undefined> {
	const { status, parentId, parentType, spaceId } = readTreeObject(parts.get("") ?? null);
	if (status === "trashed" || (spaceId != null && reading.request.spaces?.includes(spaceId) === false)) return undefined;
	there.get(ref.kind)?.push(ref.id);
	yield { type: "item", ref, parts, covers: ["", "properties"] };
	const above = treeFlavours.find(({ type }) => type === parentType);
	const parent = above === undefined || parentId == null ? undefined : { kind: above.kind, id: parentId };
	return parent === undefined || asked.has(itemRefText(parent)) ? undefined : parent;
}

/** Reads what stands in page trees beside pages: one call each, since Atlassian lists it nowhere with what is kept. */
export async function* readTreeObjects(reading: Reading): AsyncGenerator<Observation> {
	const { site, request } = reading;
	const found = new Map(reading.parents);
	yield* searchTree(reading, found);
	await noteHeld(reading, found);
	const level: Level = { reading, asked: found, there: new Map(treeFlavours.map(({ kind }) => [kind, []])) };
	const closed = new Set<string>();
	const fetch = async (ref: ItemRef) => ({ ref, parts: await read(reading, ref, closed) });
	for (let refs = [...found.values()]; refs.length > 0; ) {
		const above = new Map<string, ItemRef>();
		for await (const { ref, parts } of inOrder(refs, objectsAtOnce, fetch)) {
			const parent = parts === undefined ? undefined : yield* observe(level, ref, parts);
			if (parent !== undefined) above.set(itemRefText(parent), parent);
		}
		for (const [text, ref] of above) found.set(text, ref);
		refs = [...above.values()];
	}
	for (const kind of closed) {
		const scope = `read:${treeFlavourOf({ kind })?.type}:confluence`;
		const reason = `${treeFlavourOf({ kind })?.names[1]} in page trees are not kept: the credential lacks the scope ${scope}.`;
		yield { type: "blind-spot", kind, count: undefined, reason, cause: "scope" };
	}
	yield* blindSpots(level.there);
	for (const [kind, ids] of level.there) {
		if (request.spaces === undefined && !closed.has(kind)) yield { type: "census", kind, ids, last: true };
		yield { type: "progress", kind, done: ids.length, total: undefined };
	}
	site.ports.log.debug("tree objects read", { found: found.size });
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
