import { isAppError, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { Observation } from "@skyeworx/engine";
import { cursorPages } from "../../http/paging.ts";
import { idAt, numberAt, objectAt, without } from "../../record/json-access.ts";
import { restrictionsPart } from "../content/restrictions.ts";
import { ahead } from "./in-order.ts";
import { listLimit, type Reading } from "./reading.ts";

const restricted = ["read", "update"].flatMap((operation) =>
	["user", "group"].map((sort) => `restrictions.${operation}.restrictions.${sort}`),
);
/** The documents name no expansion of likes, but the search knows one, and ignores it where it does not. */
const expansions = ["metadata.labels", "metadata.properties", "metadata.likes", ...restricted];
/** Property keys in one search; more make addresses too long. */
const keysAtOnce = 25;

async function* search(reading: Reading, types: string, expand: readonly string[]): AsyncGenerator<JsonObject> {
	const keys = reading.request.spaces?.map((id) => reading.spaces.get(id)?.key).filter((key) => key !== undefined);
	if (keys?.length === 0) return;
	const within = keys === undefined ? "" : ` and space in (${keys.map((key) => JSON.stringify(key)).join(",")})`;
	const query = {
		cql: `type in (${types})${within}`,
		cqlcontext: JSON.stringify({ contentStatuses: ["current", "archived"] }),
		expand: expand.join(","),
		limit: listLimit,
	};
	const call = { method: "GET", path: "/wiki/rest/api/content/search", query, signal: reading.request.signal } as const;
	for await (const page of ahead(cursorPages(reading.site.client, call))) yield* page.items.filter(isJsonObject);
}

/** How an expansion names a property: `emoji_title_published` for `emoji-title-published`. */
export function propertyPath(key: string): string {
	return key.replaceAll(/\W/g, "_");
}

function members(value: JsonValue | undefined): readonly JsonValue[] | undefined {
	if (Array.isArray(value)) return value;
	return isJsonObject(value) && Array.isArray(value.results) ? value.results : undefined;
}

/** A list that was cut at its limit does not count. */
function isWhole(value: JsonValue | undefined): boolean {
	if (!isJsonObject(value)) return true;
	return typeof value.size !== "number" || typeof value.limit !== "number" || value.size < value.limit;
}

/** Properties as the search gives them: the names of all, and those whose values were asked for. */
export function readToldProperties(properties: JsonValue | undefined): {
	readonly named: readonly string[];
	readonly told: readonly string[];
	readonly values: readonly JsonValue[];
} {
	if (!isJsonObject(properties)) return { named: [], told: [], values: [] };
	const { _expandable } = properties;
	const given = without(properties, "_expandable", "_links");
	const values = Object.entries(given).filter(([, one]) => isJsonObject(one) && typeof one.key === "string" && one.value !== undefined);
	const told = values.map(([key]) => propertyPath(key));
	const named = [...new Set([...told, ...(isJsonObject(_expandable) ? Object.keys(_expandable).map(propertyPath) : [])])];
	return { told, named, values: values.map(([, value]) => value) };
}

function spoolProperties(reading: Reading, id: string, properties: JsonValue | undefined): ReturnType<typeof readToldProperties> {
	const all = readToldProperties(properties);
	for (const value of all.values) reading.spool.add(id, "property", value);
	return all;
}

interface Properties {
	readonly named: readonly string[];
	/** Those whose values are still to be asked for. */
	readonly missing: readonly string[];
}

/** Takes in one page of the first search; answers the properties that it names. */
function spoolFound(reading: Reading, item: JsonObject): Properties {
	if (typeof item.id !== "string" || !isJsonObject(item.metadata)) return { named: [], missing: [] };
	const { labels, properties } = item.metadata;
	const list = members(labels);
	if (list !== undefined && isWhole(labels)) reading.spool.add(item.id, "labels", [...list]);
	const likes = numberAt(item.metadata, "likes", "count");
	if (likes !== undefined) reading.spool.add(item.id, "likes", likes);
	const restrictions = isJsonObject(item.restrictions) ? [item.restrictions.read ?? null, item.restrictions.update ?? null] : undefined;
	if (restrictions?.every(isJsonObject) === true) reading.spool.add(item.id, "restrictions", restrictionsPart(restrictions) ?? null);
	if (!isJsonObject(properties)) return { named: [], missing: [] };
	const { named, told } = spoolProperties(reading, item.id, properties);
	reading.spool.add(item.id, "property-keys", [...named]);
	return { named, missing: named.filter((key) => !told.includes(key)) };
}

/** Properties that Confluence itself puts on pages; asking for one that no page has costs nothing. */
const usual = ["editor", "emoji_title_published", "content_appearance_published", "cover_picture_id_published"];

function valuePaths(keys: Iterable<string>): string[] {
	return [...keys].map((key) => `metadata.properties.${key}`);
}

/** One sort of content whose marks are searched for. */
interface Sought {
	readonly types: string;
	readonly expansions: readonly string[];
	/** Names of properties that it had the last time; then those that it has now. */
	readonly paths: Set<string>;
	/** Takes in what the first search says of one; answers its properties. */
	first(item: JsonObject): Properties;
	/** Takes in what a later search says: values that the first one only named. */
	later(item: JsonObject): void;
}

/** Two searches at most: names and the values that were expected, then the values that were not. */
async function searchAll(reading: Reading, sought: Sought): Promise<void> {
	const { types, expansions, paths } = sought;
	const expected = [...new Set([...usual, ...paths])].slice(0, keysAtOnce);
	const missing = new Set<string>();
	paths.clear();
	for await (const item of search(reading, types, [...expansions, ...valuePaths(expected)])) {
		const { named, missing: asked } = sought.first(item);
		for (const key of named) paths.add(key);
		for (const key of asked) missing.add(key);
	}
	const keys = [...missing].sort();
	for (let at = 0; at < keys.length; at += keysAtOnce) {
		for await (const item of search(reading, types, valuePaths(keys.slice(at, at + keysAtOnce)))) sought.later(item);
	}
}

function pagesSought(reading: Reading): Sought {
	return {
		types: "page,blogpost",
		expansions,
		paths: reading.propertyPaths,
		first: (item) => spoolFound(reading, item),
		later: (item) => {
			if (typeof item.id === "string") spoolProperties(reading, item.id, objectAt(item, "metadata").properties);
		},
	};
}

/** Attachments, put aside under their pages: what the search named, so that what it left out is not taken for unmarked. */
function filesSought(reading: Reading): Sought {
	const spoolFile = (item: JsonObject, tag: string, said: JsonObject): void => {
		const page = idAt(item, "container", "id");
		if (page !== undefined && typeof item.id === "string") reading.spool.add(page, tag, { file: item.id, ...said });
	};
	return {
		types: "attachment",
		expansions: ["container", "metadata.labels", "metadata.properties"],
		paths: reading.filePropertyPaths,
		first: (item) => {
			const metadata = objectAt(item, "metadata");
			const { named, told, values } = readToldProperties(metadata.properties);
			const labels = isWhole(metadata.labels) ? members(metadata.labels) : undefined;
			spoolFile(item, "file-mark", { names: [...named], values: [...values], ...(labels === undefined ? {} : { labels: [...labels] }) });
			return { named, missing: named.filter((key) => !told.includes(key)) };
		},
		later: (item) => {
			const { values } = readToldProperties(objectAt(item, "metadata").properties);
			if (values.length > 0) spoolFile(item, "file-values", { values: [...values] });
		},
	};
}

/**
 * Puts aside labels, content properties and restrictions of all pages, and labels and properties of attachments, from the search: the only official list that tells them
 * for more than one page. It tells the names of properties, and on a second asking their values. It may lag and may leave
 * pages out; those are read one by one where it matters.
 */
export async function* spoolMarks(reading: Reading): AsyncGenerator<Observation> {
	try {
		await searchAll(reading, pagesSought(reading));
		await searchAll(reading, filesSought(reading));
	} catch (error) {
		if (!isAppError(error, "scope-missing") && !isAppError(error, "site-refused") && !isAppError(error, "not-found")) throw error;
		yield {
			type: "blind-spot",
			kind: "confluence.page",
			count: undefined,
			reason:
				"Labels, properties and restrictions that changed on pages which did not change, and those of attachments, are not seen: Confluence's search is closed to the credential (scope search:confluence or read:content-details:confluence).",
			cause: "scope",
		};
	}
}
