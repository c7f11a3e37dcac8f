import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RunningSimulator, startSimulator } from "../server.ts";
import { SimulatorClock } from "../site/clock.ts";
import { document, type TestClient, testClient } from "../testing/test-client.ts";

let running: RunningSimulator;
let client: TestClient;
let clock: SimulatorClock;
beforeEach(async () => {
	clock = new SimulatorClock({ frozen: true, start: Date.UTC(2026, 5, 1, 10, 40, 0) });
	running = await startSimulator({ seed: 60, clock, validate: "throw" });
	client = testClient(running);
});
afterEach(() => running.stop());

async function oauthClient(): Promise<TestClient> {
	const { clientId, clientSecret, refreshToken } = running.oauth;
	const granted = await client.post("/oauth/token", {
		client_id: clientId,
		client_secret: clientSecret,
		grant_type: "refresh_token",
		refresh_token: refreshToken,
	});
	return testClient(running, {
		authorization: `Bearer ${granted.json.access_token}`,
		origin: `${running.url}/ex/jira/${running.site.cloudId}`,
	});
}

describe("hourly points", () => {
	it("are charged by the objects of an answer and written on it", async () => {
		running.limits.settings.points = { on: true, perHour: 1000 };
		const app = await oauthClient();
		const one = await app.get("/rest/api/3/issue/CORE-1");
		expect(one.headers.get("x-ratelimit-limit")).toBe("1000");
		expect(one.headers.get("x-ratelimit-remaining")).toBe("998");
		expect(one.headers.get("ratelimit-policy")).toBe('"global-app-quota";q=1000;w=3600');
		const page = await app.post("/rest/api/3/search/jql", { jql: "project = CORE", fields: ["summary"], maxResults: 10 });
		expect(page.json.issues).toHaveLength(10);
		expect(page.headers.get("x-ratelimit-remaining")).toBe(String(998 - 11));
	});

	it("run out with a 429 that says until when, and come back with the next hour", async () => {
		running.limits.settings.points = { on: true, perHour: 4 };
		const app = await oauthClient();
		const near = await app.get("/rest/api/3/issue/CORE-1");
		expect(near.headers.get("x-ratelimit-nearlimit")).toBe("false");
		expect((await app.get("/rest/api/3/issue/CORE-1")).headers.get("x-ratelimit-nearlimit")).toBe("true");
		const refused = await app.get("/rest/api/3/issue/CORE-1");
		expect(refused.status).toBe(429);
		expect(refused.headers.get("ratelimit-reason")).toBe("jira-quota-global-based");
		expect(refused.headers.get("retry-after")).toBe("1200");
		expect(refused.headers.get("x-ratelimit-reset")).toBe("2026-06-01T11:00:00.000Z");
		clock.advance(20 * 60_000);
		expect((await app.get("/rest/api/3/issue/CORE-1")).status).toBe(200);
	});

	it("do not count calls with an API token", async () => {
		running.limits.settings.points = { on: true, perHour: 1 };
		for (let call = 0; call < 3; call += 1) expect((await client.get("/rest/api/3/issue/CORE-1")).status).toBe(200);
		expect(running.limits.pointsUsed).toBe(0);
	});
});

describe("bursts", () => {
	it("are limited by operation, and only that operation waits", async () => {
		running.limits.settings.burst = { on: true, perSecond: 3 };
		const answers = await Promise.all(Array.from({ length: 5 }, () => client.get("/rest/api/3/issue/CORE-1")));
		expect(answers.filter((answer) => answer.status === 429)).toHaveLength(2);
		expect(answers.find((answer) => answer.status === 429)?.headers.get("ratelimit-reason")).toBe("jira-burst-based");
		expect((await client.get("/rest/api/3/issue/CORE-1/comment")).status).toBe(200);
		clock.advance(1000);
		expect((await client.get("/rest/api/3/issue/CORE-1")).status).toBe(200);
	});
});

describe("writes on one work item", () => {
	it("are limited to 20 in 2 seconds and 100 in 30 seconds", async () => {
		running.limits.settings.issueWrites.on = true;
		const write = () => client.post("/rest/api/3/issue/CORE-1/comment", { body: document("once more") });
		for (let round = 0; round < 5; round += 1) {
			for (let count = 0; count < 20; count += 1) expect((await write()).status).toBe(201);
			expect((await write()).headers.get("ratelimit-reason")).toBe("jira-per-issue-on-write");
			clock.advance(2000);
		}
		const refused = await write();
		expect(refused.status).toBe(429);
		expect(refused.headers.get("retry-after")).toBe("20");
		expect((await client.post("/rest/api/3/issue/CORE-2/comment", { body: document("another item") })).status).toBe(201);
		clock.advance(20_000);
		expect((await write()).status).toBe(201);
	});
});
