import { jiraError } from "./errors.ts";
import type { RequestContext } from "./request.ts";

/** Writes a text, number or boolean as text; anything else gives the empty text. */
export function scalarText(value: unknown): string {
	return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** Gives the body as an object. @throws HttpError 400 when it is none */
export function bodyObject(request: RequestContext): Record<string, unknown> {
	if (typeof request.body !== "object" || request.body === null || Array.isArray(request.body)) {
		throw jiraError(400, "Invalid request payload. Refer to the REST API documentation and try again.");
	}
	return request.body as Record<string, unknown>;
}

/** Reads a text that may be absent. @throws HttpError 400 when it is something else */
export function optionalText(body: Record<string, unknown>, name: string): string | undefined {
	const value = body[name];
	if (value === undefined || value === null) return undefined;
	if (typeof value !== "string")
		throw jiraError(400, "Invalid request payload. Refer to the REST API documentation and try again.", {
			[name]: "data was not a String",
		});
	return value;
}

/** Reads a list of texts; absent is empty. @throws HttpError 400 when it is something else */
export function texts(body: Record<string, unknown>, name: string): string[] {
	const value = body[name];
	if (value === undefined || value === null) return [];
	if (!Array.isArray(value) || !value.every((each) => typeof each === "string")) {
		throw jiraError(400, "Invalid request payload. Refer to the REST API documentation and try again.", {
			[name]: "data was not an array of strings",
		});
	}
	return value;
}

/** Reads an integer or a list of integers; absent is empty. @throws HttpError 400 when it is something else */
export function integers(body: Record<string, unknown>, name: string): number[] {
	const value = body[name];
	if (value === undefined || value === null) return [];
	const all: unknown[] = Array.isArray(value) ? value : [value];
	if (!all.every((each) => Number.isInteger(each))) {
		throw jiraError(400, "Invalid request payload. Refer to the REST API documentation and try again.", {
			[name]: "data was not an integer",
		});
	}
	return all as number[];
}

/** Reads `startAt` and `maxResults` of a query. @throws HttpError 400 when they are no numbers */
export function pageOf(
	request: RequestContext,
	options: { readonly size: number; readonly max: number },
): { startAt: number; maxResults: number } {
	const read = (name: string, fallback: number): number => {
		const text = request.query.get(name);
		if (text === null) return fallback;
		if (!/^-?\d+$/.test(text)) throw jiraError(400, `The value '${text}' is not a valid integer for ${name}.`);
		return Number(text);
	};
	return { startAt: Math.max(0, read("startAt", 0)), maxResults: Math.max(0, Math.min(options.max, read("maxResults", options.size))) };
}

/** Writes a page of Jira's `PageBean`: self, maxResults, startAt, total, isLast, values, and nextPage while there is one. */
export function pageBean<T>(
	request: RequestContext,
	all: readonly T[],
	options: { readonly size: number; readonly max: number },
): Record<string, unknown> {
	const { startAt, maxResults } = pageOf(request, options);
	const values = all.slice(startAt, startAt + maxResults);
	const address = (at: number): string => {
		const query = new URLSearchParams(request.query);
		query.set("startAt", String(at));
		query.set("maxResults", String(maxResults));
		return `${request.base}${request.path}?${query}`;
	};
	const isLast = startAt + values.length >= all.length;
	return {
		self: address(startAt),
		...(isLast ? {} : { nextPage: address(startAt + values.length) }),
		maxResults,
		startAt,
		total: all.length,
		isLast,
		values,
	};
}
