import { isAppError, isJsonObject, type JsonValue } from "@skyeworx/core";
import type { BackupRequest, Observation } from "@skyeworx/engine";
import type { AppSite } from "../../app-reader.ts";
import { endsReading } from "../../ends-reading.ts";
import { collectItems, offsetPages } from "../../http/paging.ts";
import { listAt } from "../../record/json-access.ts";
import { stableRecord } from "../../record/stable-record.ts";
import { type ConfigurationKind, configurationId, configurationKinds } from "./configuration-kinds.ts";

/** Reads the small configuration kinds; one that can't be read does not hold up the others. */
export async function* readConfiguration(
	site: AppSite,
	request: BackupRequest,
	already: ReadonlyMap<string, readonly JsonValue[]>,
): AsyncGenerator<Observation> {
	for (const kind of configurationKinds) {
		try {
			yield* observed(kind, already.get(kind.id) ?? (await listOf(site, kind, request.signal)));
		} catch (error) {
			if (endsReading(error)) throw error;
			if (isAppError(error, "site-refused") || isAppError(error, "scope-missing")) {
				const reason = `The connection's account may not list ${kind.names[1]}.`;
				const cause = error.code === "scope-missing" ? "scope" : "permission";
				yield { type: "blind-spot", kind: kind.id, count: undefined, reason, cause };
			} else {
				yield { type: "failed", kinds: [kind.id], error: error instanceof Error ? error : new Error("unknown", { cause: error }) };
			}
		}
	}
}

function* observed(kind: ConfigurationKind, records: readonly JsonValue[]): Generator<Observation> {
	const ids: string[] = [];
	for (const record of records) {
		const id = configurationId(kind, record);
		if (id === undefined || !isJsonObject(record)) continue;
		ids.push(id);
		yield { type: "item", ref: { kind: kind.id, id }, parts: new Map([["", stableRecord(record)]]), covers: [] };
	}
	yield { type: "census", kind: kind.id, ids, last: true };
}

/** All records of a configuration kind as the site has them now. */
export async function listOf(site: AppSite, kind: ConfigurationKind, signal: AbortSignal | undefined): Promise<readonly JsonValue[]> {
	const { client } = site;
	const call = { method: "GET", path: kind.path, signal } as const;
	if (kind.pageSize !== undefined) return await untilEmpty(site, kind, signal);
	if (kind.list === "values") return await collectItems(offsetPages(client, { ...call, query: { maxResults: 1000 } }));
	const answer = (await client.call(call)).json;
	return kind.list === undefined ? listAt(answer) : listAt(answer, kind.list);
}

/** Plain lists without a total are read until one comes back empty. */
async function untilEmpty(site: AppSite, kind: ConfigurationKind, signal: AbortSignal | undefined): Promise<readonly JsonValue[]> {
	const records: JsonValue[] = [];
	for (;;) {
		const query = { startAt: records.length, maxResults: kind.pageSize };
		const page = listAt((await site.client.call({ method: "GET", path: kind.path, query, signal })).json);
		records.push(...page);
		if (page.length === 0) return records;
	}
}
