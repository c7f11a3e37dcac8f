import { type ItemRef, isAppError, isJsonObject, itemRefText, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { Observation } from "@skyeworx/engine";
import { cursorPages } from "../../http/paging.ts";
import { idAt, listAt, objectAt } from "../../record/json-access.ts";
import { treeFlavours } from "../tree-object/tree-flavour.ts";
import { listLimit, type Reading } from "./reading.ts";
import { readToldProperties } from "./search-marks.ts";

/** Names of properties in one search; more make addresses too long. */
const namesAtOnce = 25;

/** A folder, whiteboard, database or smart link that a read has heard of. */
export interface FoundObject {
	readonly ref: ItemRef;
	/** What the search says of it; undefined when only a page named it, or the vault. */
	readonly listing?: JsonValue;
}

/**
 * What the search says of an object, as it is kept beside its record: when it says the same again, the object is taken as
 * unchanged. It is compared with itself, never with the record: the two interfaces need not tell a thing alike.
 */
function listingOf(item: JsonObject, names: readonly string[], versions: readonly JsonValue[]): JsonValue {
	return {
		title: item.title ?? null,
		status: item.status ?? null,
		version: objectAt(item, "version").number ?? null,
		space: objectAt(item, "space").key ?? null,
		ancestors: listAt(item, "ancestors").map((above) => idAt(above, "id") ?? null),
		position: objectAt(item, "extensions").position ?? null,
		properties: [...names].sort(),
		propertyVersions: versions.map((property) => [objectAt(property).key ?? null, objectAt(objectAt(property), "version").number ?? null]),
	};
}

/**
 * Finds what stands in page trees beside pages: Atlassian lists it nowhere else, and no page names a leaf of the tree.
 * @param names of properties whose versions are asked for too; the names that were met are put into it
 * @returns whether the search answered
 */
export async function* searchTree(
	reading: Reading,
	found: Map<string, FoundObject>,
	names: Set<string>,
): AsyncGenerator<Observation, boolean> {
	const keys = reading.request.spaces?.map((id) => reading.spaces.get(id)?.key).filter((key) => key !== undefined);
	if (keys?.length === 0) return true;
	const within = keys === undefined ? "" : ` and space in (${keys.map((key) => JSON.stringify(key)).join(",")})`;
	const values = [...names].sort().slice(0, namesAtOnce);
	const query = {
		cql: `type in (${treeFlavours.map(({ type }) => type).join(",")})${within}`,
		expand: ["version", "space", "ancestors", "metadata.properties", ...values.map((name) => `metadata.properties.${name}`)].join(","),
		limit: listLimit,
	};
	const call = { method: "GET", path: "/wiki/rest/api/content/search", query, signal: reading.request.signal } as const;
	names.clear();
	try {
		for await (const page of cursorPages(reading.site.client, call)) {
			for (const item of page.items.filter(isJsonObject)) {
				const tree = treeFlavours.find(({ type }) => type === item.type);
				if (tree === undefined || typeof item.id !== "string") continue;
				const { named, values: told } = readToldProperties(objectAt(item, "metadata").properties);
				for (const name of named) names.add(name);
				const ref = { kind: tree.kind, id: item.id };
				found.set(itemRefText(ref), { ref, listing: listingOf(item, named, told) });
			}
		}
		return true;
	} catch (error) {
		if (!isAppError(error, "scope-missing") && !isAppError(error, "site-refused") && !isAppError(error, "not-found")) throw error;
		const reason =
			"Folders, whiteboards, databases and smart links without pages under them are not seen: the search is closed to the credential.";
		yield { type: "blind-spot", kind: "confluence.folder", count: undefined, reason, cause: "scope" };
		return false;
	}
}
