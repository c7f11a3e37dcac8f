import { canonicalJson, isAppError, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { Observation } from "@skyeworx/engine";
import { cursorPages } from "../../http/paging.ts";
import { idAt, objectAt } from "../../record/json-access.ts";
import { contextPart } from "../content/parts.ts";
import { draftKindId, draftListingPart, fetchDraft } from "../draft/draft-record.ts";
import { inOrder } from "./in-order.ts";
import { listLimit, type Reading } from "./reading.ts";

const kind = draftKindId;
const draftsAtOnce = 4;

/** What the search says of a draft: the same again means that nobody wrote on. */
function listingOf(item: JsonObject): JsonValue {
	const version = objectAt(item, "version");
	return { title: item.title ?? null, number: version.number ?? null, when: version.when ?? null };
}

/** Drafts by their ids, as the search names them to the connection's account. */
async function searchDrafts(reading: Reading): Promise<ReadonlyMap<string, JsonValue>> {
	const keys = reading.request.spaces?.map((id) => reading.spaces.get(id)?.key).filter((key) => key !== undefined);
	const found = new Map<string, JsonValue>();
	if (keys?.length === 0) return found;
	const within = keys === undefined ? "" : ` and space in (${keys.map((key) => JSON.stringify(key)).join(",")})`;
	const query = {
		cql: `type in (page,blogpost)${within}`,
		cqlcontext: JSON.stringify({ contentStatuses: ["draft"] }),
		expand: "version",
		limit: listLimit,
	};
	const call = { method: "GET", path: "/wiki/rest/api/content/search", query, signal: reading.request.signal } as const;
	for await (const page of cursorPages(reading.site.client, call)) {
		for (const item of page.items.filter(isJsonObject)) if (typeof item.id === "string") found.set(item.id, listingOf(item));
	}
	return found;
}

/**
 * Reads drafts: no list names them, but the search does where it is asked for that status, each to those who may edit it. One search,
 * and one call for each draft on which somebody wrote since.
 */
export async function* readDrafts(reading: Reading): AsyncGenerator<Observation> {
	const { request, site } = reading;
	let found: ReadonlyMap<string, JsonValue>;
	try {
		found = await searchDrafts(reading);
	} catch (error) {
		if (!isAppError(error, "scope-missing") && !isAppError(error, "site-refused") && !isAppError(error, "not-found")) throw error;
		const reason = "Drafts are not kept: the search, which alone names them, is closed to the credential.";
		yield { type: "blind-spot", kind, count: undefined, reason, cause: "scope" };
		return;
	}
	const read = async ([id, listing]: [string, JsonValue]): Promise<Observation | undefined> => {
		const ref = { kind, id };
		const held = await request.known(ref, draftListingPart);
		if (held !== undefined && canonicalJson(held) === canonicalJson(listing)) return undefined;
		const main = await fetchDraft(site.client, id, request.signal);
		const parts = (draft: JsonObject) =>
			new Map<string, JsonValue>([
				["", draft],
				[draftListingPart, listing],
				["context", contextPart(reading.spaces.get(idAt(draft, "spaceId") ?? ""), new Map())],
			]);
		return main === undefined ? undefined : { type: "item", ref, parts: parts(main), covers: [""] };
	};
	for await (const observation of inOrder(found, draftsAtOnce, read)) if (observation !== undefined) yield observation;
	if (request.spaces === undefined) yield { type: "census", kind, ids: [...found.keys()], last: true };
	else yield* goneFrom(reading, found);
	yield { type: "progress", kind, done: found.size, total: undefined };
}

/** Drafts of the wanted spaces that the search names no more and that are not there. */
async function* goneFrom({ request, site }: Reading, found: ReadonlyMap<string, JsonValue>): AsyncGenerator<Observation> {
	for await (const id of request.knownIds(kind)) {
		const ref = { kind, id };
		if (found.has(id) || request.spaces?.includes(idAt(await request.known(ref, ""), "spaceId") ?? "") !== true) continue;
		if ((await fetchDraft(site.client, id, request.signal)) === undefined) yield { type: "gone", ref };
	}
}
