import type { Answer } from "../../http/answer.ts";
import type { RequestContext } from "../../http/request.ts";
import type { Site } from "../../site/site.ts";
import { badRequest } from "../refusals.ts";

/** How a list is ordered: by a value, then by id, so that a cursor has one place also when objects come and go between pages. */
export interface Order<T> {
	readonly value: (item: T) => number | string;
	readonly id: (item: T) => string;
	readonly descending: boolean;
}

/** One page of a v2 list. */
export interface ListPage<T> {
	readonly request: RequestContext;
	readonly site: Site;
	readonly items: readonly T[];
	readonly order: Order<T>;
	readonly render: (item: T) => unknown;
	readonly defaultLimit?: number;
	/** A limit that is silently lower than the one asked for. */
	readonly cap?: number;
}

interface Cursor {
	readonly value: number | string;
	readonly id: string;
}

/** Compares two ids: by number where both are numbers. */
function compareIds(a: string, b: string): number {
	if (a.length !== b.length) return a.length - b.length;
	return a < b ? -1 : a > b ? 1 : 0;
}

function compare(a: Cursor, b: Cursor, descending: boolean): number {
	const byValue = a.value < b.value ? -1 : a.value > b.value ? 1 : compareIds(a.id, b.id);
	return descending ? -byValue : byValue;
}

/** Sorts a list for `pageOf`. */
export function sorted<T>(items: readonly T[], order: Order<T>): T[] {
	const keyed = items.map((item) => ({ item, value: order.value(item), id: order.id(item) }));
	keyed.sort((a, b) => compare(a, b, order.descending));
	return keyed.map(({ item }) => item);
}

/** Answers one page of a list that is sorted already, with `_links.next` and the `Link` header while there is more. @throws HttpError 400 */
export function pageOf<T>({ request, site, items, order, render, defaultLimit = 25, cap = 250 }: ListPage<T>): Answer {
	const limit = Math.min(limitOf(request, defaultLimit), cap);
	const cursor = request.query.get("cursor");
	const from = cursor === null ? 0 : firstAfter(items, order, readCursor(cursor));
	const page = items.slice(from, from + limit);
	const last = page.at(-1);
	const base = `${site.url}/wiki`;
	const more = last !== undefined && from + limit < items.length;
	const next = more ? nextAddress(request, { value: order.value(last), id: order.id(last) }) : undefined;
	const links = next === undefined ? { base } : { next, base };
	const link = next === undefined ? `<${base}>; rel="base"` : `<${next}>; rel="next", <${base}>; rel="base"`;
	return { status: 200, json: { results: page.map(render), _links: links }, headers: { link }, objects: page.length };
}

/** Reads `limit`. @throws HttpError 400 outside 1 to 250 */
export function limitOf(request: RequestContext, defaultLimit = 25): number {
	const text = request.query.get("limit");
	if (text === null) return defaultLimit;
	const limit = Number(text);
	if (!Number.isInteger(limit) || limit < 1 || limit > 250)
		throw badRequest("Provided value for 'limit' must be between 1 and 250 inclusive");
	return limit;
}

function nextAddress(request: RequestContext, cursor: Cursor): string {
	const query = new URLSearchParams(request.query);
	query.set("cursor", Buffer.from(JSON.stringify([cursor.value, cursor.id])).toString("base64url"));
	return `${request.path}?${query}`;
}

function readCursor(text: string): Cursor {
	try {
		const [value, id] = JSON.parse(Buffer.from(text, "base64url").toString("utf8")) as unknown[];
		if ((typeof value === "number" || typeof value === "string") && typeof id === "string") return { value, id };
	} catch {
		throw badRequest("The provided cursor is invalid");
	}
	throw badRequest("The provided cursor is invalid");
}

function firstAfter<T>(items: readonly T[], order: Order<T>, cursor: Cursor): number {
	let low = 0;
	let high = items.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		const item = items[middle] as T;
		if (compare({ value: order.value(item), id: order.id(item) }, cursor, order.descending) > 0) high = middle;
		else low = middle + 1;
	}
	return low;
}
