import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { malformed } from "./failure.ts";
import type { ApiAnswer, ApiCall, HttpClient, QueryValue } from "./http-client.ts";

/** One page of a list. */
export interface Page {
	readonly items: readonly JsonValue[];
	/** The whole answer, for what stands beside the list. */
	readonly answer: JsonObject;
}

type PagedCall = Omit<ApiCall, "query"> & { readonly query?: Readonly<Record<string, QueryValue>> };

function itemsOf(call: ApiCall, answer: ApiAnswer, list: string): Page {
	if (!isJsonObject(answer.json)) throw malformed(`${call.method} ${call.path}`, "no page");
	const items = answer.json[list];
	if (!Array.isArray(items)) throw malformed(`${call.method} ${call.path}`, `no ${list}`);
	return { items, answer: answer.json };
}

const number = (value: JsonValue | undefined): number | undefined => (typeof value === "number" ? value : undefined);

/**
 * Reads a list by `startAt`/`maxResults`. The page size that the site returned counts, not the one asked for; an empty page
 * ends the list only when neither `isLast` nor `total` promises more.
 */
export async function* offsetPages(client: HttpClient, call: PagedCall, list = "values"): AsyncGenerator<Page> {
	let startAt = 0;
	for (let empty = 0; empty < 3; ) {
		const answer = await client.call({ ...call, query: { ...call.query, startAt } });
		// Some of Jira's lists come bare. Elsewhere a bare list is no answer: an empty one would say that everything is gone.
		const page = Array.isArray(answer.json) ? { items: answer.json, answer: {} as JsonObject } : itemsOf(call, answer, list);
		yield page;
		const { isLast, total } = page.answer;
		if (isLast === true) return;
		empty = page.items.length === 0 ? empty + 1 : 0;
		const answered = number(page.answer.startAt) ?? startAt;
		startAt = answered + page.items.length;
		if (typeof total === "number" ? startAt >= total : page.items.length === 0 || isLast === undefined) return;
	}
	throw malformed(`${call.method} ${call.path}`, "more items promised than given");
}

/** Reads a list by a `nextPageToken` that travels in the body (search, bulk reads); ends when no token comes back. */
export async function* tokenPages(
	client: HttpClient,
	call: Omit<ApiCall, "body"> & { readonly body: JsonObject },
	list: string,
): AsyncGenerator<Page> {
	let token: string | undefined;
	do {
		const body: JsonObject = token === undefined ? call.body : { ...call.body, nextPageToken: token };
		const page = itemsOf(call, await client.call({ ...call, body }), list);
		yield page;
		const next = page.answer.nextPageToken;
		if (typeof next === "string" && next === token) throw malformed(`${call.method} ${call.path}`, "the same page token again");
		token = typeof next === "string" && next !== "" && page.answer.isLast !== true ? next : undefined;
	} while (token !== undefined);
}

/** Reads a list that stands with its `nextPageToken` in a member of the answer; the token travels in the query. */
export async function* queryTokenPages(client: HttpClient, call: PagedCall, member: string): AsyncGenerator<Page> {
	let token: string | undefined;
	do {
		const answer = await client.call({ ...call, query: { ...call.query, nextPageToken: token } });
		const inner = isJsonObject(answer.json) ? answer.json[member] : undefined;
		const page = itemsOf(call, { ...answer, json: inner ?? null }, "values");
		yield page;
		const next = page.answer.nextPageToken;
		if (typeof next === "string" && next === token) throw malformed(`${call.method} ${call.path}`, "the same page token again");
		token = typeof next === "string" && next !== "" ? next : undefined;
	} while (token !== undefined);
}

/** Reads a list by the cursor in `_links.next` or the `Link` header (Confluence v2). */
export async function* cursorPages(client: HttpClient, call: PagedCall, list = "results"): AsyncGenerator<Page> {
	let cursor: string | undefined;
	do {
		const answer = await client.call({ ...call, query: { ...call.query, cursor } });
		const page = itemsOf(call, answer, list);
		yield page;
		const next = nextCursor(page.answer, answer.headers.link);
		if (next !== undefined && next === cursor) throw malformed(`${call.method} ${call.path}`, "the same cursor again");
		cursor = next;
	} while (cursor !== undefined);
}

function nextCursor(answer: JsonObject, link: string | undefined): string | undefined {
	const links = isJsonObject(answer._links) ? answer._links : {};
	const header = link?.split(",").find((one) => /rel="?next"?/.test(one));
	const address = typeof links.next === "string" ? links.next : /<([^>]+)>/.exec(header ?? "")?.[1];
	return cursorOf(address);
}

/** The cursor inside the address of a next page, which may be its query alone: `?cursor=…`. */
export function cursorOf(address: string | undefined): string | undefined {
	return address === undefined ? undefined : (new URL(address, "https://site.invalid").searchParams.get("cursor") ?? undefined);
}

/** Reads a list by `start`/`limit`: Confluence v1 (`_links.next`) and JSM (`isLastPage`). */
export async function* startPages(client: HttpClient, call: PagedCall, list = "values"): AsyncGenerator<Page> {
	let start = 0;
	for (;;) {
		const page = itemsOf(call, await client.call({ ...call, query: { ...call.query, start } }), list);
		yield page;
		const links = isJsonObject(page.answer._links) ? page.answer._links : {};
		const more = page.answer.isLastPage === undefined ? links.next !== undefined : page.answer.isLastPage === false;
		if (!more || page.items.length === 0) return;
		start = (number(page.answer.start) ?? start) + page.items.length;
	}
}

/** All items of a paged list, one after the other. */
export async function* itemsOfPages(pages: AsyncIterable<Page>): AsyncGenerator<JsonValue> {
	for await (const page of pages) yield* page.items;
}

/** All items of a paged list at once, for lists that are known to be short enough. */
export async function collectItems(pages: AsyncIterable<Page>): Promise<JsonValue[]> {
	const items: JsonValue[] = [];
	for await (const page of pages) items.push(...page.items);
	return items;
}
