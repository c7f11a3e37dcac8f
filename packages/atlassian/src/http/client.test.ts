import { AppError } from "@skyeworx/core";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { json, type Reply, type ScriptedSite, type SeenRequest, scriptedSite } from "./scripted-site.test-support.ts";

const read = { method: "GET", path: "/rest/api/3/issue/{issueIdOrKey}", parameters: { issueIdOrKey: "10001" } } as const;
const write = { method: "POST", path: "/rest/api/3/issue", body: { fields: {} } } as const;
const cut: Reply = (response) => response.destroy();

let site: ScriptedSite;
afterEach(() => site.stop());

async function codeOf(work: Promise<unknown>): Promise<string> {
	return work.then(
		() => "no error",
		(error: unknown) => (error instanceof AppError ? error.code : String(error)),
	);
}

describe("a call", () => {
	it("carries Basic credentials, encodes the path and repeats list parameters", async () => {
		site = await scriptedSite([json(200, { ok: true })]);
		await site
			.client()
			.call({ method: "GET", path: "/rest/api/3/user/{id}", parameters: { id: "a/b c" }, query: { x: [1, 2], y: undefined } });
		expect(site.seen[0]?.url).toBe("/rest/api/3/user/a%2Fb%20c?x=1&x=2");
		expect(site.seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from("backup@example.com:token-1").toString("base64")}`);
	});

	it("keeps the text of numbers", async () => {
		site = await scriptedSite([(response) => response.end('{"points":5.0,"big":12345678901234567890}')]);
		const { json: answer } = await site.client().call(read);
		expect(JSON.stringify(answer)).toBe('{"points":5.0,"big":12345678901234567890}');
	});

	it("says which part of an answer is not what was promised, without quoting it", async () => {
		site = await scriptedSite([json(200, { values: [{ id: "SECRET-TEXT" }] })]);
		const error = await site
			.client()
			.read(read, z.object({ values: z.array(z.object({ id: z.number() })) }))
			.catch((one: unknown) => one);
		expect(error).toMatchObject({ code: "site-answer-malformed" });
		expect(String(error)).toContain("values.0.id");
		expect(JSON.stringify(error) + String(error)).not.toContain("SECRET-TEXT");
	});
});

describe("errors", () => {
	const cases: readonly (readonly [string, Reply, string])[] = [
		["a wrong API token", json(401, { message: "Client must be authenticated" }), "credential-rejected"],
		["a missing scope", json(401, { code: 401, message: "Unauthorized; scope does not match" }), "scope-missing"],
		["a missing permission", json(403, {}), "site-refused"],
		["something that is not there", json(404, {}), "not-found"],
		["a refused value", json(400, { errors: { summary: "no" } }), "site-refused"],
		["an answer that is no JSON", (response) => response.end("<html>"), "site-answer-malformed"],
		["an error of the site", json(500, {}), "site-unreachable"],
		["a connection that is cut", cut, "site-unreachable"],
		["a limit that does not end", json(429, {}, { "retry-after": "1" }), "site-limited"],
	];
	it.each(cases)("%s", async (_what, reply, code) => {
		site = await scriptedSite([reply]);
		expect(await codeOf(site.client().call(read))).toBe(code);
	});

	it("a site that is not there", async () => {
		site = await scriptedSite([json(200, {})]);
		const client = site.client({ connection: { siteUrl: "http://127.0.0.1:9", type: "api-token" } });
		expect(await codeOf(client.call(write))).toBe("site-unreachable");
	});

	it("a cancelled call", async () => {
		site = await scriptedSite([() => {}]);
		const controller = new AbortController();
		const work = site.client().call({ ...read, signal: controller.signal });
		controller.abort();
		expect(await codeOf(work)).toBe("cancelled");
	});

	it("a call cancelled in the middle of its answer", async () => {
		const controller = new AbortController();
		site = await scriptedSite([
			(response) => {
				response.writeHead(200, { "content-type": "application/json" }).write('{"id":');
				controller.abort();
			},
		]);
		expect(await codeOf(site.client().call({ ...read, signal: controller.signal }))).toBe("cancelled");
	});
});

describe("trying again", () => {
	it("asks again when an answer is cut in its middle, and passes over early hints", async () => {
		const whole = { id: "10001", description: "x".repeat(300_000) };
		site = await scriptedSite([
			(response) => {
				response.writeHead(200, { "content-type": "application/json" }).write('{"id":', () => response.destroy());
			},
			(response) =>
				response.writeEarlyHints({ link: "</avatar.png>; rel=preload" }, () => json(200, whole)(response, site.seen[1] as never)),
		]);
		expect((await site.client().call(read)).json).toEqual(whole);
		expect(site.seen.length).toBe(2);
	});

	it("waits 2, 4 and 8 seconds with jitter, and gives up after four tries", async () => {
		site = await scriptedSite([json(503, {})]);
		expect(await codeOf(site.client().call(read))).toBe("site-unreachable");
		expect(site.seen.length).toBe(4);
		const expected = [2000, 4000, 8000];
		expect(site.clock.waits.length).toBe(3);
		for (const [index, wait] of site.clock.waits.entries()) {
			expect(wait).toBeGreaterThanOrEqual((expected[index] ?? 0) * 0.7);
			expect(wait).toBeLessThanOrEqual((expected[index] ?? 0) * 1.3);
		}
	});

	it("never repeats a write whose answer was lost", async () => {
		for (const reply of [cut, json(502, {}), json(503, {}), (response) => response.writeHead(201).end("{")] satisfies Reply[]) {
			site = await scriptedSite([reply]);
			expect(await codeOf(site.client().call(write))).toBe("answer-lost");
			expect(site.seen.length).toBe(1);
			await site.stop();
		}
		site = await scriptedSite([json(200, {})]);
	});

	it("repeats a write after 429: nothing was done", async () => {
		site = await scriptedSite([json(429, {}, { "retry-after": "3" }), json(201, { id: "1" })]);
		const client = site.client();
		expect((await client.call(write)).status).toBe(201);
		expect(client.usage()).toMatchObject({ requests: 2, limited: 1 });
	});
});

describe("limits", () => {
	it("takes Retry-After as the least wait", async () => {
		site = await scriptedSite([json(429, {}, { "retry-after": "17" }), json(200, {})]);
		await site.client().call(read);
		expect(Math.max(...site.clock.waits)).toBeGreaterThanOrEqual(17_000);
	});

	it("a used-up quota holds every call until the reset", async () => {
		const quota = { "retry-after": "5", "x-ratelimit-reset": "2026-05-03T11:00Z", "ratelimit-reason": "jira-quota-tenant-based" };
		site = await scriptedSite([json(429, {}, quota), json(200, {})]);
		const client = site.client();
		await client.call(read);
		expect(site.clock.now().getTime()).toBeGreaterThanOrEqual(Date.parse("2026-05-03T11:00:00Z"));
	});

	it("a burst slows its own endpoint and no other", async () => {
		const burst = { "retry-after": "30", "ratelimit-reason": "jira-burst-based" };
		let burned = false;
		const script = (request: SeenRequest): Reply => {
			if (request.url.includes("/search/jql") && !burned) {
				burned = true;
				return json(429, {}, burst);
			}
			return json(200, { issues: [] });
		};
		site = await scriptedSite(script);
		const client = site.client();
		const search = client.call({ method: "POST", path: "/rest/api/3/search/jql", body: {}, idempotent: true });
		await client.call(read);
		await search;
		const other = site.seen.findIndex((request) => request.url.includes("/issue/"));
		const second = site.seen.findLastIndex((request) => request.url.includes("/search/jql"));
		expect(other).toBeLessThan(second);
	});

	it("an item's limit holds writes to that item only", async () => {
		const limit = { "retry-after": "60", "ratelimit-reason": "jira-per-issue-on-write" };
		const script = (request: SeenRequest): Reply => {
			const first = site.seen.filter((one) => one.url === request.url).length === 0;
			return request.url.includes("/10001") && first ? json(429, {}, limit) : json(204, {});
		};
		site = await scriptedSite(script);
		const client = site.client();
		const edit = (id: string) =>
			client.call({ method: "PUT", path: "/rest/api/3/issue/{issueIdOrKey}", parameters: { issueIdOrKey: id }, body: {}, item: id });
		await edit("10001");
		const before = site.clock.waits.length;
		await edit("10002");
		expect(site.clock.waits.length).toBe(before);
	});

	it("stops before the quota is overdrawn, but not for an informational header", async () => {
		site = await scriptedSite([
			json(200, {}, { "beta-ratelimit": '"global-app-quota";r=0;t=900' }),
			json(200, {}, { ratelimit: '"burst";r=0;t=1, "global-app-quota";r=0;t=600' }),
			json(200, {}),
		]);
		const client = site.client();
		await client.call(read);
		await client.call(read);
		expect(site.clock.waits).toEqual([]);
		await client.call(read);
		expect(site.clock.waits).toEqual([600_000]);
	});

	it("runs no more calls at once than allowed", async () => {
		let open = 0;
		let most = 0;
		site = await scriptedSite(() => (response) => {
			open += 1;
			most = Math.max(most, open);
			setImmediate(() => {
				open -= 1;
				response.end("{}");
			});
		});
		const client = site.client({ concurrency: 3 });
		await Promise.all(Array.from({ length: 30 }, () => client.call(read)));
		expect(most).toBeLessThanOrEqual(3);
		expect(client.usage().byOperation).toEqual({ "GET /rest/api/3/issue/{issueIdOrKey}": 30 });
	});
});

describe("points", () => {
	it("counts 1 a call, 1 an object read and 2 a person", async () => {
		site = await scriptedSite((request) => json(200, request.url.includes("member") ? { values: [{}, {}] } : { issues: [{}, {}, {}] }));
		const client = site.client();
		await client.call({ method: "POST", path: "/rest/api/3/search/jql", body: {}, idempotent: true });
		await client.call({ method: "GET", path: "/rest/api/3/group/member" });
		expect(client.usage().points).toBe(4 + 5);
	});
});
