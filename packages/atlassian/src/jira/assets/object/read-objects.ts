import { isJsonObject, type JsonObject } from "@skyeworx/core";
import type { Observation } from "@skyeworx/engine";
import { malformed } from "../../../http/failure.ts";
import { offsetPages } from "../../../http/paging.ts";
import { idAt, numberAt, timeAt } from "../../../record/json-access.ts";
import { type Assets, ask, callOf } from "../workspace.ts";
import { assetObjectRef, definitionsIn, objectRecord } from "./object-record.ts";

const pageSize = 100;

/** Objects that a query finds, with their values, page by page. */
export async function* findObjects(assets: Assets, qlQuery: string): AsyncGenerator<readonly JsonObject[]> {
	const query = { maxResults: pageSize, includeAttributes: true };
	const call = callOf(assets, {
		method: "POST",
		path: "object/aql",
		query,
		body: { qlQuery: `${qlQuery} ORDER BY Key ASC` },
		idempotent: true,
	});
	const seen = new Set<string>();
	for await (const page of offsetPages(assets.client, call)) {
		const definitions = definitionsIn(page.answer);
		const objects = page.items.filter(isJsonObject);
		const fresh = objects.filter((object) => !seen.has(idAt(object, "id") ?? ""));
		// Some sites have been seen to answer the first page again and again: its objects would be all there are.
		if (objects.length > 0 && fresh.length === 0) throw malformed("POST object/aql", "the same page again");
		for (const object of fresh) seen.add(idAt(object, "id") ?? "");
		yield fresh.map((object) => objectRecord(object, definitions));
	}
}

/** How many objects a query finds; one request. */
export async function countObjects(assets: Assets, qlQuery: string): Promise<number> {
	const answer = await ask(assets, { method: "POST", path: "object/aql/totalcount", body: { qlQuery }, idempotent: true });
	const count = numberAt(answer, "totalCount");
	if (count === undefined) throw malformed("POST object/aql/totalcount", "no totalCount");
	return count;
}

/** Ids that fit into one query. */
const idsAQuery = 100;

/** Those of some objects that are there. */
export async function fetchObjects(assets: Assets, ids: readonly string[]): Promise<readonly JsonObject[]> {
	const found: JsonObject[] = [];
	const numbers = ids.filter((id) => /^\d+$/.test(id));
	for (let start = 0; start < numbers.length; start += idsAQuery) {
		const query = `objectId IN (${numbers.slice(start, start + idsAQuery).join(", ")})`;
		for await (const page of findObjects(assets, query)) found.push(...page);
	}
	return found;
}

/**
 * Those of some objects that are there, the newest too: whom the search does not show is asked for by its id, for an index takes its
 * time. Two requests for each of those.
 */
export async function fetchObjectsNow(assets: Assets, ids: readonly string[]): Promise<readonly JsonObject[]> {
	const found = [...(await fetchObjects(assets, ids))];
	const shown = new Set(found.map(idOf));
	for (const id of ids) {
		const record = shown.has(id) ? undefined : await fetchObject(assets, id);
		if (record !== undefined) found.push(record);
	}
	return found;
}

async function fetchObject(assets: Assets, id: string): Promise<JsonObject | undefined> {
	const parameters = { id };
	const { status, json } = await assets.client.call(callOf(assets, { method: "GET", path: "object/{id}", parameters, accept: [400, 404] }));
	if (status !== 200 || !isJsonObject(json)) return undefined;
	const attributes = await ask(assets, { method: "GET", path: "object/{id}/attributes", parameters });
	return objectRecord({ ...json, attributes }, new Map());
}

/** The id of a record. */
export const idOf = (record: JsonObject): string => idAt(record, "id") ?? "";

/** An object as a backup says it. */
export function observedObject(record: JsonObject): Observation {
	const updatedAt = timeAt(record, "updated");
	const about = { type: "item", ref: assetObjectRef(idOf(record)), parts: new Map([["", record]]), covers: [] } as const;
	return updatedAt === undefined ? about : { ...about, updatedAt };
}
