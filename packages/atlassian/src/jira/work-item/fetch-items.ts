import { isAppError, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { z } from "zod";
import type { HttpClient } from "../../http/http-client.ts";
import { collectItems, offsetPages, tokenPages } from "../../http/paging.ts";
import { idAt, listAt } from "../../record/json-access.ts";
import { stable } from "../../record/stable-record.ts";
import type { SiteFields } from "../site-fields.ts";
import type { BulkProperties } from "./bulk-properties.ts";
import { byId, takeApart, type WorkItemRecord } from "./record.ts";

/** Most issues that one bulk read takes (Atlassian's document). */
export const bulkFetchLimit = 100;
/** Most issues that one read of change histories takes (Atlassian's document). */
export const historyLimit = 1000;

const bulkAnswer = z.object({ issues: z.array(z.custom<JsonValue>(isObject)).default([]), issueErrors: z.array(z.unknown()).optional() });

function isObject(value: unknown): boolean {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

export interface FetchedItems {
	readonly items: readonly WorkItemRecord[];
	/** Asked for and not there: deleted, or hidden from the account. */
	readonly missing: readonly string[];
}

export interface FetchOptions {
	readonly client: HttpClient;
	readonly fields: SiteFields;
	readonly signal: AbortSignal | undefined;
	readonly bulk: BulkProperties;
}

/** Reads up to 100 issues from the database behind the search index, with all their comments and worklogs. */
export async function fetchItems(options: FetchOptions, ids: readonly string[]): Promise<FetchedItems> {
	const { client, signal } = options;
	const body = { issueIdsOrKeys: ids, fields: ["*all"], properties: ["*all"] };
	const call = { method: "POST", path: "/rest/api/3/issue/bulkfetch", body, idempotent: true, signal } as const;
	const answer = await client.read(call, bulkAnswer);
	const found = answer.issues.filter(isJsonObject).map((issue) => takeApart(issue, options.fields));
	const [items] = await Promise.all([Promise.all(found.map((item) => complete(options, item))), options.bulk.learn(client, found, signal)]);
	const there = new Set(items.map((item) => item.id));
	return { items, missing: ids.filter((id) => !there.has(id)) };
}

/** Which of up to 100 issues the account is shown; what a bulk read leaves out was deleted or is hidden. */
export async function shownIds(client: HttpClient, ids: readonly string[], signal: AbortSignal | undefined): Promise<ReadonlySet<string>> {
	const body = { issueIdsOrKeys: ids, fields: ["summary"] };
	const call = { method: "POST", path: "/rest/api/3/issue/bulkfetch", body, idempotent: true, signal } as const;
	return new Set((await client.read(call, bulkAnswer)).issues.flatMap((issue) => idAt(issue, "id") ?? []));
}

/** Reads the rest of lists that were too long for the bulk read: one request or more for each such list. */
async function complete(options: FetchOptions, item: WorkItemRecord): Promise<WorkItemRecord> {
	if (!item.moreComments && !item.moreWorklogs) return item;
	const [comments, worklogs] = await Promise.all([
		item.moreComments ? listOf(options, item.id, "comment") : item.comments,
		item.moreWorklogs ? listOf(options, item.id, "worklog") : item.worklogs,
	]);
	return { ...item, comments, worklogs };
}

async function listOf(options: FetchOptions, id: string, list: "comment" | "worklog"): Promise<readonly JsonValue[]> {
	const call = {
		method: "GET",
		path: `/rest/api/3/issue/{issueIdOrKey}/${list}`,
		parameters: { issueIdOrKey: id },
		query: { maxResults: 5000 },
		signal: options.signal,
	} as const;
	try {
		return byId(await collectItems(offsetPages(options.client, call, `${list}s`)));
	} catch (error) {
		// Deleted since the bulk read: the next census says so.
		if (isAppError(error, "not-found")) return [];
		throw error;
	}
}

/** Reads the change histories of up to 1,000 issues, oldest first, by issue id; of some fields alone where they are named. */
export async function fetchHistories(
	options: Pick<FetchOptions, "client" | "signal">,
	ids: readonly string[],
	fieldIds?: readonly string[],
): Promise<ReadonlyMap<string, readonly JsonValue[]>> {
	const histories = new Map<string, JsonValue[]>(ids.map((id) => [id, []]));
	const body: JsonObject = { issueIdsOrKeys: ids, maxResults: 10_000, ...(fieldIds === undefined ? {} : { fieldIds }) };
	const call = { method: "POST", path: "/rest/api/3/changelog/bulkfetch", body, idempotent: true, signal: options.signal } as const;
	for await (const page of tokenPages(options.client, call, "issueChangeLogs")) {
		for (const entry of page.items) histories.get(idAt(entry, "issueId") ?? "")?.push(...listAt(entry, "changeHistories").map(stable));
	}
	return histories;
}
