import type { JsonValue } from "@skyeworx/core";
import { describe, expect, it } from "vitest";
import type { ApiCall, HttpClient } from "./http-client.ts";
import { collectItems, cursorPages, offsetPages, startPages, tokenPages } from "./paging.ts";

/** A client that answers from a function; only `call` is used by paging. */
function answering(answer: (call: ApiCall) => JsonValue, headers: Readonly<Record<string, string>> = {}) {
	const calls: ApiCall[] = [];
	const call: HttpClient["call"] = async (asked) => {
		calls.push(asked);
		return { status: 200, headers, json: answer(asked) };
	};
	return { calls, client: { call } as HttpClient };
}

const list = { method: "GET", path: "/list" } as const;
const numbers = Array.from({ length: 25 }, (_, index) => index);

describe("lists by startAt", () => {
	it("go on by the number of items that came, whatever page size was asked", async () => {
		const { client, calls } = answering(({ query }) => {
			const startAt = Number(query?.startAt);
			return { startAt, maxResults: 10, total: 25, isLast: startAt >= 20, values: numbers.slice(startAt, startAt + 10) };
		});
		expect(await collectItems(offsetPages(client, { ...list, query: { maxResults: 1000 } }))).toEqual(numbers);
		expect(calls.length).toBe(3);
	});

	it("survive an empty page in the middle", async () => {
		let empty = true;
		const { client } = answering(({ query }) => {
			const startAt = Number(query?.startAt);
			if (startAt === 10 && empty) {
				empty = false;
				return { startAt, total: 25, values: [] };
			}
			return { startAt, total: 25, values: numbers.slice(startAt, startAt + 10) };
		});
		expect(await collectItems(offsetPages(client, list))).toEqual(numbers);
	});

	it("that promise more than they ever give are an error, not a short list", async () => {
		const { client } = answering(({ query }) => ({ startAt: Number(query?.startAt), total: 25, values: [] }));
		await expect(collectItems(offsetPages(client, list))).rejects.toMatchObject({ code: "site-answer-malformed" });
	});
});

describe("lists by token", () => {
	it("go on until no token comes, through empty pages", async () => {
		const pages: JsonValue[] = [
			{ issues: [1, 2], nextPageToken: "a" },
			{ issues: [], nextPageToken: "b" },
			{ issues: [3], isLast: true },
		];
		const { client, calls } = answering(() => pages.shift() ?? null);
		const call = { method: "POST", path: "/search", body: { jql: "x" } } as const;
		expect(await collectItems(tokenPages(client, call, "issues"))).toEqual([1, 2, 3]);
		expect(calls.map((one) => one.body)).toEqual([{ jql: "x" }, { jql: "x", nextPageToken: "a" }, { jql: "x", nextPageToken: "b" }]);
	});

	it("that turn in a circle are an error", async () => {
		const { client } = answering(() => ({ issues: [1], nextPageToken: "a" }));
		const call = { method: "POST", path: "/search", body: {} } as const;
		await expect(collectItems(tokenPages(client, call, "issues"))).rejects.toMatchObject({ code: "site-answer-malformed" });
	});
});

describe("lists by cursor", () => {
	it("follow _links.next", async () => {
		const { client } = answering(({ query }) =>
			query?.cursor === undefined
				? { results: [1], _links: { next: "/wiki/api/v2/pages?cursor=c%3D1&limit=1" } }
				: { results: [query.cursor as string] },
		);
		expect(await collectItems(cursorPages(client, list))).toEqual([1, "c=1"]);
	});

	it("follow the Link header", async () => {
		const { client, calls } = answering(() => ({ results: [calls.length] }), { link: '</wiki/api/v2/pages?cursor=x>; rel="next"' });
		await expect(collectItems(cursorPages(client, list))).rejects.toThrow(/same cursor/);
		expect(calls.length).toBe(2);
	});
});

describe("lists by start", () => {
	it("end with isLastPage", async () => {
		const { client } = answering(({ query }) => ({
			start: Number(query?.start),
			isLastPage: query?.start === 2,
			values: [query?.start ?? 0, 9] as JsonValue,
		}));
		expect(await collectItems(startPages(client, list))).toEqual([0, 9, 2, 9]);
	});
});
