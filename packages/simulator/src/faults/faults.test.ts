import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type RunningSimulator, startSimulator } from "../server.ts";
import { document, fetchAddress, type TestClient, testClient } from "../testing/test-client.ts";

let running: RunningSimulator;
let client: TestClient;
beforeAll(async () => {
	running = await startSimulator({ seed: 60, validate: "throw" });
	client = testClient(running);
});
afterEach(() => running.faults.clear());
afterAll(() => running.stop());

describe("faults", () => {
	it("strike only what matches, as often as told, and after as many as told", async () => {
		running.faults.inject({ kind: "rate-limited", method: "GET", path: "/issue/CORE-1\\b", times: 2, after: 1, retryAfter: 7 });
		const statuses = [];
		for (let call = 0; call < 4; call += 1) statuses.push((await client.get("/rest/api/3/issue/CORE-1")).status);
		expect(statuses).toEqual([200, 429, 429, 200]);
		running.faults.inject({ kind: "unavailable", path: "/issue/CORE-2", retryAfter: 3 });
		expect((await client.get("/rest/api/3/issue/CORE-3")).status).toBe(200);
		const refused = await client.get("/rest/api/3/issue/CORE-2");
		expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "3"]);
	});

	it("answer in the shape of the product that they strike", async () => {
		running.faults.inject({ kind: "server-error", path: "^/wiki/api/v2/pages" });
		running.faults.inject({ kind: "forbidden", path: "^/wiki/rest/api/user" });
		running.faults.inject({ kind: "rate-limited", path: "^/wiki/api/v2/spaces" });
		const v2 = await client.get("/wiki/api/v2/pages");
		expect([v2.status, v2.json.errors[0].status, v2.json.errors[0].code]).toEqual([500, 500, "INTERNAL_SERVER_ERROR"]);
		const v1 = await client.get("/wiki/rest/api/user/current");
		expect([v1.json.statusCode, v1.json.data.authorized]).toEqual([403, false]);
		const limited = await client.get("/wiki/api/v2/spaces");
		expect([limited.headers.get("ratelimit-reason"), limited.json.errors[0].status]).toEqual(["confluence-burst-based", 429]);
	});

	it("reset a connection before any effect", async () => {
		const before = (await client.get("/rest/api/3/issue/CORE-1/comment")).json.total;
		running.faults.inject({ kind: "reset", method: "POST" });
		await expect(client.post("/rest/api/3/issue/CORE-1/comment", { body: document("lost") })).rejects.toThrow();
		expect((await client.get("/rest/api/3/issue/CORE-1/comment")).json.total).toBe(before);
	});

	it("lose an answer after the effect", async () => {
		const before = (await client.get("/rest/api/3/issue/CORE-1/comment")).json.total;
		running.faults.inject({ kind: "lost-answer", method: "POST", path: "/comment$" });
		await expect(client.post("/rest/api/3/issue/CORE-1/comment", { body: document("arrived") })).rejects.toThrow();
		expect((await client.get("/rest/api/3/issue/CORE-1/comment")).json.total).toBe(before + 1);
	});

	it("cut JSON in the middle", async () => {
		running.faults.inject({ kind: "malformed" });
		const response = await client.raw("/rest/api/3/issue/CORE-1");
		expect(response.status).toBe(200);
		const text = await response.text();
		expect(() => JSON.parse(text)).toThrow(SyntaxError);
	});

	it("break a download off before its announced length", async () => {
		const attachment = [...running.state.jira.attachments.values()][0];
		running.faults.inject({ kind: "truncated", path: "/_media/" });
		const place = await client.raw(`/rest/api/3/attachment/content/${attachment?.id}`);
		const response = await fetchAddress(place.headers.get("location") ?? "");
		expect(response.headers.get("content-length")).toBe(String(attachment?.size));
		await expect(response.arrayBuffer()).rejects.toThrow();
	});

	it("take the site away and bring it back", async () => {
		running.faults.takeDown();
		expect((await client.get("/rest/api/3/myself")).status).toBe(503);
		running.faults.takeDown("not-found");
		expect((await client.get("/rest/api/3/myself")).status).toBe(404);
		running.faults.takeDown("reset");
		await expect(client.get("/rest/api/3/myself")).rejects.toThrow();
		running.faults.bringUp();
		expect((await client.get("/rest/api/3/myself")).status).toBe(200);
	});

	it("are not needed for a client that goes away in the middle of its upload", async () => {
		const before = running.state.jira.attachments.size;
		const half = new ReadableStream<Uint8Array>({
			start(controller) {
				controller.enqueue(Buffer.from('--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf'));
			},
		});
		const abort = new AbortController();
		const upload = client.raw("/rest/api/3/issue/CORE-1/attachments", {
			method: "POST",
			body: half,
			duplex: "half",
			signal: abort.signal,
			headers: { "content-type": "multipart/form-data; boundary=x", "x-atlassian-token": "no-check" },
		} as RequestInit);
		await client.get("/rest/api/3/myself");
		abort.abort();
		await expect(upload).rejects.toThrow();
		expect((await client.get("/rest/api/3/myself")).status).toBe(200);
		expect(running.state.jira.attachments.size).toBe(before);
		expect(running.violations).toEqual([]);
	});

	it("can be steered over HTTP, and the log counts what happened", async () => {
		await client.delete("/_simulator/requests");
		expect((await client.post("/_simulator/faults", { kind: "earthquake", times: "often" })).json.errorMessages).toHaveLength(2);
		expect((await client.put("/_simulator/switches", { searchLagMs: "long" })).status).toBe(400);
		expect((await client.put("/_simulator/switches", { searchLagMs: 0 })).json.searchLagMs).toBe(0);
		await client.post("/_simulator/faults", { kind: "server-error", path: "/myself" });
		expect((await client.get("/rest/api/3/myself")).status).toBe(500);
		await client.get("/rest/api/3/issue/CORE-1");
		await client.get("/rest/api/3/issue/CORE-2");
		const log = (await client.get("/_simulator/requests")).json;
		expect(log.counts).toEqual({ "GET /rest/api/3/issue/{issueIdOrKey}": 2, "GET /rest/api/3/myself": 1 });
		expect(log.requests[0]).toMatchObject({ status: 500, fault: "server-error" });
	});
});
