import { isAppError, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { BackupRequest, LiveItem, Observation } from "@skyeworx/engine";
import type { AppSite } from "../../app-reader.ts";
import { collectItems, offsetPages } from "../../http/paging.ts";
import { readAhead } from "../../read-ahead.ts";
import { idAt, textAt, without } from "../../record/json-access.ts";
import { stable, stableRecord } from "../../record/stable-record.ts";
import { spaceKind } from "./space-kind.ts";

type SpaceStatus = "live" | "archived" | "deleted";

async function list(
	site: AppSite,
	query: Readonly<Record<string, string>>,
	signal: AbortSignal | undefined,
): Promise<readonly JsonValue[]> {
	const call = { method: "GET", path: "/rest/api/3/project/search", query: { maxResults: 100, ...query }, signal } as const;
	try {
		return await collectItems(offsetPages(site.client, call));
	} catch (error) {
		// The document: 404 when no project matches.
		if (isAppError(error, "not-found")) return [];
		throw error;
	}
}

/** Ids of the spaces that the account can read work items of. */
export async function browsableSpaces(site: AppSite, signal: AbortSignal | undefined): Promise<readonly string[]> {
	return idsOf(await list(site, { action: "browse", orderBy: "key" }, signal));
}

/** Ids of the spaces that the account sees, whether or not it may read work items there. */
export async function visibleSpaces(site: AppSite, signal: AbortSignal | undefined, status?: SpaceStatus): Promise<readonly string[]> {
	return idsOf(await list(site, { action: "view", orderBy: "key", ...(status === undefined ? {} : { status }) }, signal));
}

function idsOf(records: readonly JsonValue[]): readonly string[] {
	return records.flatMap((record) => idAt(record, "id") ?? []);
}

/** Reads one space with its components and versions; undefined when it is not there. One request. */
async function readSpace(site: AppSite, id: string, signal: AbortSignal | undefined): Promise<JsonObject | undefined> {
	const query = { expand: "description,lead,issueTypes,url" };
	const call = { method: "GET", path: "/rest/api/3/project/{projectIdOrKey}", parameters: { projectIdOrKey: id }, query, signal } as const;
	const { status, json } = await site.client.call({ ...call, accept: [404] });
	return status === 404 || !isJsonObject(json) ? undefined : json;
}

/** A space's answer taken apart into the parts that are stored. */
function spaceParts(record: JsonObject): ReadonlyMap<string, JsonValue> {
	const parts = new Map<string, JsonValue>([["", without(stableRecord(record), "components", "versions")]]);
	for (const name of ["components", "versions"]) {
		const value = record[name];
		if (Array.isArray(value) && value.length > 0) parts.set(name, value.map(stable));
	}
	return parts;
}

/** Reads all spaces named, in order. */
export async function* readSpaces(site: AppSite, request: BackupRequest, ids: readonly string[]): AsyncGenerator<Observation> {
	const tasks = ids.map((id) => async () => ({ id, record: await readSpace(site, id, request.signal) }));
	const there: string[] = [];
	for await (const { id, record } of readAhead(tasks, 4)) {
		if (record === undefined) continue;
		there.push(id);
		yield { type: "item", ref: { kind: spaceKind, id }, parts: spaceParts(record), covers: ["components", "versions"] };
	}
	yield { type: "census", kind: spaceKind, ids: there, last: true };
}

/** Reads one space as it is now; one in Atlassian's trash is said so. */
export async function liveSpace(site: AppSite, id: string, signal: AbortSignal | undefined): Promise<LiveItem> {
	const ref = { kind: spaceKind, id };
	const record = await readSpace(site, id, signal);
	if (record !== undefined && record.deleted !== true) return { ref, state: "live", item: { ref, parts: spaceParts(record), files: [] } };
	const trashed =
		record ?? (await list(site, { id, status: "deleted" }, signal)).filter(isJsonObject).find((one) => textAt(one, "id") === id);
	return trashed === undefined ? { ref, state: "absent" } : { ref, state: "trashed", item: { ref, parts: spaceParts(trashed), files: [] } };
}
