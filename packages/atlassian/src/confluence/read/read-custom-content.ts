import { canonicalJson, isAppError, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { Observation } from "@skyeworx/engine";
import { cursorPages } from "../../http/paging.ts";
import { idAt, listAt, objectAt, textAt } from "../../record/json-access.ts";
import {
	bodyOf,
	customContentKindId,
	customContentPath,
	customListingPart,
	fetchCustomContent,
	readCustomContent,
} from "../custom-content/custom-content-record.ts";
import { inOrder } from "./in-order.ts";
import { accountsIn } from "./people.ts";
import type { Here } from "./read-content-list.ts";
import { listLimit, type Reading } from "./reading.ts";
import { readToldProperties } from "./search-marks.ts";

const kind = customContentKindId;
const itemsAtOnce = 4;
/** Most spaces that one list may be limited to [openapi: `space-id`, maxItems]. */
const spacesAtOnce = 100;
/** Names of properties in one search; more make addresses too long. */
const namesAtOnce = 25;

/** What the next read has to know: the types that were met, and the properties that their content had. */
export interface CustomRead {
	readonly types: readonly string[];
	readonly properties: readonly string[];
}

/** Everything of one read of custom content. */
interface Custom {
	readonly reading: Reading;
	readonly types: Set<string>;
	readonly names: Set<string>;
	/** What the search says of labels and properties, by id. */
	readonly marks: Map<string, JsonValue>;
	/** What is there, by id, with what lists say of it. */
	readonly there: Map<string, JsonValue>;
	/** Types that can't be listed any more: their app is gone, or hides them. */
	readonly closed: Set<string>;
}

/** Every type that is none of Confluence's own; a search may not begin with what it excludes [CQL operators: NOT EQUALS]. */
const ofApps = 'created >= "2000-01-01" and type not in (page,blogpost,comment,attachment,folder,whiteboard,database,embed)';

function marksOf(item: JsonObject, names: readonly string[], values: readonly JsonValue[]): JsonValue {
	const labels = listAt(objectAt(item, "metadata"), "labels", "results").flatMap((label) => textAt(label, "name") ?? []);
	const versions = values.map((property) => [textAt(property, "key") ?? null, objectAt(property, "version").number ?? null]);
	return { labels: labels.sort(), properties: [...names].sort(), propertyVersions: versions };
}

/** Learns from the search which types there are, and what bears labels and properties: no list names a type. */
async function searchTypes(custom: Custom): Promise<void> {
	const asked = [...custom.names].sort().slice(0, namesAtOnce);
	custom.names.clear();
	await searchOnce(custom, asked);
	// The search names properties, and tells the versions of those that it is asked for: new ones are asked for at once.
	const now = [...custom.names].sort().slice(0, namesAtOnce);
	if (now.some((name) => !asked.includes(name))) await searchOnce(custom, now);
}

async function searchOnce({ reading, types, names, marks }: Custom, values: readonly string[]): Promise<void> {
	const keys = reading.request.spaces?.map((id) => reading.spaces.get(id)?.key).filter((key) => key !== undefined);
	if (keys?.length === 0) return;
	const within = keys === undefined ? "" : ` and space in (${keys.map((key) => JSON.stringify(key)).join(",")})`;
	const query = {
		cql: `${ofApps}${within}`,
		expand: ["metadata.labels", "metadata.properties", ...values.map((name) => `metadata.properties.${name}`)].join(","),
		limit: listLimit,
	};
	const call = { method: "GET", path: "/wiki/rest/api/content/search", query, signal: reading.request.signal } as const;
	for await (const page of cursorPages(reading.site.client, call)) {
		for (const item of page.items.filter(isJsonObject)) {
			// `forge:…` or `ac:…`: what has no colon is a type of Confluence that this version does not know.
			if (typeof item.type !== "string" || typeof item.id !== "string" || !item.type.includes(":")) continue;
			types.add(item.type);
			const { named, values: told } = readToldProperties(objectAt(item, "metadata").properties);
			for (const name of named) names.add(name);
			marks.set(item.id, marksOf(item, named, told));
		}
	}
}

/** Lists what there is of a type, without bodies. */
async function listType({ reading, marks, there, closed }: Custom, type: string): Promise<void> {
	const { spaces } = reading.request;
	const batches: (readonly string[] | undefined)[] = spaces === undefined ? [undefined] : [];
	for (let at = 0; at < (spaces?.length ?? 0); at += spacesAtOnce) batches.push(spaces?.slice(at, at + spacesAtOnce));
	for (const batch of batches) {
		const query = { type, limit: listLimit, sort: "id", "space-id": batch };
		const call = { method: "GET", path: customContentPath, query, signal: reading.request.signal } as const;
		try {
			for await (const page of cursorPages(reading.site.client, call)) {
				for (const item of page.items) {
					const { id, title, version, pageId, blogPostId, customContentId } = readCustomContent(item);
					const container = pageId ?? blogPostId ?? customContentId ?? null;
					there.set(id, { title, version: version.number, container, marks: marks.get(id) ?? null });
				}
			}
		} catch (error) {
			if (!isAppError(error, "not-found") && !isAppError(error, "site-refused")) throw error;
			closed.add(type);
		}
	}
}

/** What hangs on it comes from the lists of the whole site, like what hangs on pages. */
function putAside(reading: Reading, main: JsonValue, fresh: boolean): void {
	const record = readCustomContent(main);
	const here: Here = {
		kind,
		version: record.version.number,
		spaceId: record.spaceId,
		accounts: [...accountsIn(main)],
		fresh,
		...(bodyOf(record).representation === "raw" ? { format: "raw" } : {}),
	};
	if (fresh) for (const account of here.accounts) reading.accounts.add(account);
	reading.spool.add(record.id, "here", here);
}

async function observe({ reading }: Custom, id: string, listing: JsonValue): Promise<Observation | undefined> {
	const ref = { kind, id };
	const held = await reading.request.known(ref, customListingPart);
	if (held !== undefined && canonicalJson(held) === canonicalJson(listing)) {
		const main = await reading.request.known(ref, "");
		if (main !== undefined && main !== "file") putAside(reading, main, false);
		return undefined;
	}
	const parts = await fetchCustomContent(reading.site.client, id, reading.request.signal);
	if (parts === undefined) return undefined;
	putAside(reading, parts.get("") ?? null, true);
	return {
		type: "item",
		ref,
		parts: new Map([...parts, [customListingPart, listing]]),
		covers: ["", "labels", "properties", customListingPart],
	};
}

/** Says what is there. What is of a type that can't be listed any more is not thereby gone: it stays as it was last read. */
async function* enumerated({ reading, there, closed }: Custom): AsyncGenerator<Observation> {
	const { spaces } = reading.request;
	const unseen: string[] = [];
	for await (const id of reading.request.knownIds(kind)) {
		if (there.has(id)) continue;
		const main = await reading.request.known({ kind, id }, "");
		if (closed.has(textAt(main === "file" ? undefined : main, "type") ?? "")) unseen.push(id);
		else if (spaces?.includes(idAt(main === "file" ? undefined : main, "spaceId") ?? "") === true)
			yield { type: "gone", ref: { kind, id } };
	}
	if (spaces === undefined) yield { type: "census", kind, ids: [...there.keys(), ...unseen], last: true };
	yield { type: "progress", kind, done: there.size, total: undefined };
	if (unseen.length === 0) return;
	const reason =
		"Content of apps that are not there any more, or that do not show it to the connection's account: it stays in the backup as it was last read.";
	yield { type: "blind-spot", kind, count: unseen.length, reason, cause: "permission" };
}

/**
 * Reads content of apps' own types. Confluence lists it type by type and names the types nowhere: one search tells them, those met
 * before are remembered, one list a type tells what there is, and only what changed is read, a call or two each.
 * @returns what the next read has to know
 */
export async function* readCustomContents(reading: Reading, last: CustomRead | undefined): AsyncGenerator<Observation, CustomRead> {
	const custom: Custom = {
		reading,
		types: new Set(last?.types),
		names: new Set(last?.properties),
		marks: new Map(),
		there: new Map(),
		closed: new Set(),
	};
	try {
		await searchTypes(custom);
		for (const type of [...custom.types].sort()) await listType(custom, type);
		const read = ([id, listing]: [string, JsonValue]) => observe(custom, id, listing);
		for await (const observation of inOrder(custom.there, itemsAtOnce, read)) if (observation !== undefined) yield observation;
		yield* enumerated(custom);
	} catch (error) {
		if (!isAppError(error, "scope-missing") && !isAppError(error, "site-refused") && !isAppError(error, "not-found")) throw error;
		const reason =
			"Content of apps' own types is not kept: the credential lacks the scope read:custom-content:confluence, or the search, which alone names the types, is closed to it.";
		yield { type: "blind-spot", kind, count: undefined, reason, cause: "scope" };
	}
	return { types: [...custom.types].sort(), properties: [...custom.names].sort() };
}
