import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { Observation } from "@skyeworx/engine";
import { cursorPages } from "../../http/paging.ts";
import { readSpace, spacePart } from "../space/space-record.ts";
import { listLimit, type Reading } from "./reading.ts";

/** Reads all spaces and remembers their keys and names for the pages in them. */
export async function* readSpaces(reading: Reading): AsyncGenerator<Observation> {
	const { request, spaces } = reading;
	const query = { limit: listLimit, "description-format": "plain", ids: request.spaces };
	for await (const page of cursorPages(reading.site.client, {
		method: "GET",
		path: "/wiki/api/v2/spaces",
		query,
		signal: request.signal,
	})) {
		const here = page.items.map((item) => ({ item, record: readSpace(item) })).filter(({ record }) => record.status !== "trashed");
		for (const { item, record } of here) {
			spaces.set(record.id, { id: record.id, key: record.key, name: record.name });
			yield {
				type: "item",
				ref: { kind: "confluence.space", id: record.id },
				parts: new Map<string, JsonValue>([["", spacePart(item)]]),
				covers: [""],
			};
		}
		if (request.spaces === undefined)
			yield { type: "census", kind: "confluence.space", ids: here.map(({ record }) => record.id), last: false };
		yield { type: "progress", kind: "confluence.space", done: spaces.size, total: undefined };
	}
	if (request.spaces === undefined) yield { type: "census", kind: "confluence.space", ids: [], last: true };
}

async function anyBlocked(reading: Reading): Promise<boolean> {
	const call = {
		method: "GET",
		path: "/wiki/api/v2/data-policies/metadata",
		accept: [400, 401, 403, 404],
		signal: reading.request.signal,
	} as const;
	const { status, json } = await reading.site.client.call(call);
	return status === 200 && isJsonObject(json) && json.anyContentBlocked === true;
}

/** Says what a data security policy keeps from apps. Only apps may ask; a refusal says nothing. */
export async function* readBlockedSpaces(reading: Reading): AsyncGenerator<Observation> {
	if (!(await anyBlocked(reading))) return;
	let blocked = 0;
	const call = {
		method: "GET",
		path: "/wiki/api/v2/data-policies/spaces",
		query: { limit: listLimit },
		signal: reading.request.signal,
	} as const;
	for await (const page of cursorPages(reading.site.client, call)) {
		const policies = page.items.filter(isJsonObject).map((space: JsonObject) => space.dataPolicy);
		blocked += policies.filter((policy) => isJsonObject(policy) && policy.anyContentBlocked === true).length;
	}
	yield {
		type: "blind-spot",
		kind: "confluence.space",
		count: blocked,
		reason: "A data security policy of the organization blocks apps from content of these spaces.",
		cause: "permission",
	};
}
