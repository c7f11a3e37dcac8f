import { describe, expect, expectTypeOf, it } from "vitest";
import type { LiveEvent, Run, Site } from "../index.ts";
import { ApiError, createClient } from "../index.ts";

interface Seen {
	url: string;
	init: RequestInit;
}

function clientThatGets(answer: () => Response): { client: ReturnType<typeof createClient>; seen: Seen[] } {
	const seen: Seen[] = [];
	const fetch = async (url: string, init: RequestInit) => {
		seen.push({ url, init });
		return answer();
	};
	return { client: createClient({ baseUrl: "http://127.0.0.1:7070/", fetch, apiKey: "skx_test" }), seen };
}

const json = (body: unknown, status = 200) =>
	new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
const siteId = "0b8f4e8e-0d0a-4a53-9f0f-5a9a3a3f4a11";

describe("the typed client", () => {
	it("writes path parameters and query so that nothing in them can change the path", async () => {
		const { client, seen } = clientThatGets(() =>
			json({ items: [], total: { count: 0, exact: true }, facets: { kinds: {}, states: {} }, nextCursor: null }),
		);
		await client.searchSiteItems({ params: { siteId }, query: { q: "a&b=c/ü", limit: 5, parent: "none" } });
		expect(seen[0]?.url).toBe(`http://127.0.0.1:7070/api/sites/${siteId}/items?q=a%26b%3Dc%2F%C3%BC&limit=5&parent=none`);
		expect(client.itemFileUrl({ params: { siteId, kind: "confluence.page", id: "1/2", fileId: "att1@2" }, query: { version: "7" } })).toBe(
			`http://127.0.0.1:7070/api/sites/${siteId}/items/confluence.page/1%2F2/files/att1%402?version=7`,
		);
	});

	it("sends the key, JSON bodies and the idempotency key", async () => {
		const { client, seen } = clientThatGets(() =>
			json({ type: "x", title: "t", status: 409, code: "conflict", detail: "d", hint: null, requestId: "r" }, 409),
		);
		await expect(client.createRestore({ body: { planId: siteId }, idempotencyKey: "k-1" })).rejects.toMatchObject({
			code: "conflict",
			status: 409,
		});
		expect(seen[0]?.init.headers).toEqual({
			accept: "application/json",
			authorization: "Bearer skx_test",
			"content-type": "application/json",
			"idempotency-key": "k-1",
		});
		expect(seen[0]?.init.body).toBe(JSON.stringify({ planId: siteId }));
	});

	it("turns a missing server, a strange error and a strange answer into problems with a hint", async () => {
		const dead = createClient({ baseUrl: "http://127.0.0.1:1", fetch: () => Promise.reject(new TypeError("fetch failed")) });
		await expect(dead.listSites()).rejects.toMatchObject({ code: "server-unreachable" });
		const strange = clientThatGets(() => new Response("<html>bad gateway", { status: 502 }));
		await expect(strange.client.listSites()).rejects.toMatchObject({ code: "internal", status: 502 });
		const older = clientThatGets(() => json({ items: [{ id: 1 }] }));
		const error: unknown = await older.client.listSites().catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(ApiError);
		expect((error as ApiError).problem).toMatchObject({
			code: "answer-malformed",
			hint: "Use a client of the same version as the server.",
		});
	});

	it("gives undefined for an answer without a body", async () => {
		const { client } = clientThatGets(() => new Response(null, { status: 204 }));
		expect(await client.deleteSession()).toBeUndefined();
	});

	it("reads live events across broken chunks and passes over what it does not know", async () => {
		const event = { type: "site.changed", at: "2026-11-22T08:00:00Z", siteId };
		const text = `:hello\n\nevent: new.kind\ndata: {"type":"new.kind"}\n\nevent: site.changed\ndata: ${JSON.stringify(event)}\n\ndata: {broken\n\n`;
		const bytes = new TextEncoder().encode(text);
		const { client } = clientThatGets(
			() =>
				new Response(
					new ReadableStream({
						start(controller) {
							for (let at = 0; at < bytes.length; at += 7) controller.enqueue(bytes.slice(at, at + 7));
							controller.close();
						},
					}),
				),
		);
		const got: LiveEvent[] = [];
		for await (const live of client.listen()) got.push(live);
		expect(got).toEqual([event]);
	});

	it("has exact types from the schemas", () => {
		type C = ReturnType<typeof createClient>;
		expectTypeOf<Awaited<ReturnType<C["listSites"]>>["items"]>().toEqualTypeOf<Site[]>();
		expectTypeOf<Awaited<ReturnType<C["createBackup"]>>>().toEqualTypeOf<Run>();
		expectTypeOf<Parameters<C["getRun"]>[0]>().toMatchObjectType<{ readonly params: { runId: string } }>();
	});
});
