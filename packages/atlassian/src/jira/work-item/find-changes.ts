import type { JsonValue } from "@skyeworx/core";
import { z } from "zod";
import type { HttpClient } from "../../http/http-client.ts";
import { tokenPages } from "../../http/paging.ts";
import { idAt } from "../../record/json-access.ts";
import { jqlTime } from "../jql-time.ts";

interface Search {
	readonly client: HttpClient;
	/** Jira project ids. */
	readonly spaces: readonly string[];
	readonly signal: AbortSignal | undefined;
}

/** JQL takes long lists of spaces, but not endless ones. */
const spacesPerQuery = 500;
/** What the search gives at most when only ids are asked; fewer is fine. */
export const idsPerPage = 5000;

/** Conditions that an item is in one of some spaces: of all of them together, none is too long. */
export function* spacesConditions(spaces: readonly string[]): Generator<string> {
	for (let start = 0; start < spaces.length; start += spacesPerQuery) {
		yield `project in (${spaces.slice(start, start + spacesPerQuery).join(", ")})`;
	}
}

/** Ids of the work items of some spaces that a further condition (` AND ...`, or nothing) holds for. */
export async function* findIds(options: Search, condition: string): AsyncGenerator<number> {
	for (const spaces of spacesConditions(options.spaces)) {
		const jql = `${spaces}${condition} ORDER BY created ASC, key ASC`;
		const body = { jql, fields: ["id"], maxResults: idsPerPage };
		const call = { method: "POST", path: "/rest/api/3/search/jql", body, idempotent: true, signal: options.signal } as const;
		for await (const page of tokenPages(options.client, call, "issues")) {
			for (const issue of page.items) {
				const id = Number(idAt(issue, "id"));
				if (Number.isSafeInteger(id)) yield id;
			}
		}
	}
}

/** Ids of all work items that the search index shows: one request per 5,000. */
export function allIds(options: Search): AsyncIterable<number> {
	return findIds(options, "");
}

/** Ids of work items updated since an instant, at least two minutes further back than asked: JQL knows minutes only. */
export function updatedIds(options: Search & { readonly timeZone: string }, since: number): AsyncIterable<number> {
	return findIds(options, ` AND updated >= "${jqlTime(since - 120_000, options.timeZone)}"`);
}

const changedPage = z.object({
	values: z.array(z.object({ worklogId: z.number() })),
	until: z.number().optional(),
	lastPage: z.boolean().optional(),
});
const worklogs = z.array(z.custom<JsonValue>());

/**
 * Ids of work items whose worklogs changed since an instant. The feed comes from the database: it names changes that the search
 * index does not know yet.
 */
export async function worklogChanges(options: Pick<Search, "client" | "signal">, since: number): Promise<readonly number[]> {
	const { client, signal } = options;
	const changed: number[] = [];
	let from = since;
	for (;;) {
		const page = await client.read({ method: "GET", path: "/rest/api/3/worklog/updated", query: { since: from }, signal }, changedPage);
		changed.push(...page.values.map((value) => value.worklogId));
		if (page.lastPage !== false || page.until === undefined || page.until <= from) break;
		from = page.until;
	}
	const issues = new Set<number>();
	for (let start = 0; start < changed.length; start += 1000) {
		const body = { ids: changed.slice(start, start + 1000) };
		const found = await client.read({ method: "POST", path: "/rest/api/3/worklog/list", body, idempotent: true, signal }, worklogs);
		for (const worklog of found) issues.add(Number(idAt(worklog, "issueId")));
	}
	return [...issues].filter(Number.isSafeInteger);
}
