import { connect } from "node:net";
import { problem } from "@skyeworx/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";

const server = new TestServer();
let home: TestOrganization;

beforeAll(async () => {
	await server.start();
	({ home } = await server.backedUpHome());
});

afterAll(async () => await server.close());

async function ask(path: string, init: Omit<RequestInit, "headers"> & { headers?: Record<string, string> } = {}) {
	const response = await fetch(`${server.url}${path}`, { ...init, headers: { authorization: `Bearer ${home.apiKey}`, ...init.headers } });
	expect(response.headers.get("content-type")).toBe("application/problem+json");
	const body = problem.parse(await response.json());
	expect(body.status).toBe(response.status);
	expect(response.headers.get("x-request-id")).toBe(body.requestId);
	return body;
}

const json = { "content-type": "application/json" };

describe("what is wrong is said as a problem", () => {
	it.each([
		["an address that is not there", "/api/nothing", {}, 404, "not-found"],
		["an address outside the API", "/nothing", {}, 404, "not-found"],
		["an address that can't be decoded", "/api/sites/%E0%A4%A", {}, 400, "bad-input"],
		["a method that is not there", "/api/sites", { method: "PUT" }, 404, "not-found"],
		["an id that is none", "/api/sites/x", {}, 400, "bad-input"],
		["a page size that is none", "/api/runs?limit=many", {}, 400, "bad-input"],
		["a page size beyond the most", "/api/runs?limit=100000", {}, 400, "bad-input"],
		["a parameter twice", "/api/runs?limit=1&limit=2", {}, 400, "bad-input"],
		["a cursor that was made up", "/api/runs?cursor=abc", {}, 400, "bad-input"],
		["a cursor of another list", `/api/runs?cursor=${Buffer.from('["audit",[1]]').toString("base64url")}`, {}, 400, "bad-input"],
		["a body that is not JSON", "/api/restores", { method: "POST", headers: json, body: "{" }, 400, "bad-input"],
		["a body that poisons prototypes", "/api/restores", { method: "POST", headers: json, body: '{"__proto__":{"x":1}}' }, 400, "bad-input"],
		["no body where one is needed", "/api/restores", { method: "POST", headers: json }, 400, "bad-input"],
		[
			"a body of another type",
			"/api/restores",
			{ method: "POST", headers: { "content-type": "application/xml" }, body: "<x/>" },
			415,
			"bad-input",
		],
		["a body that is too large", "/api/restores", { method: "POST", headers: json, body: `"${"x".repeat(1_100_000)}"` }, 413, "bad-input"],
		[
			"an idempotency key that is none",
			"/api/restores",
			{ method: "POST", headers: { ...json, "idempotency-key": "a b" }, body: `{"planId":"0b8f4e8e-0d0a-4a53-9f0f-5a9a3a3f4a11"}` },
			400,
			"bad-input",
		],
	])("%s", async (_name, path, init, status, code) => {
		const body = await ask(path, init as Parameters<typeof ask>[1]);
		expect(body).toMatchObject({ status, code });
		expect(body.detail).not.toBe("");
	});

	it("names what is wrong where", async () => {
		const body = await ask("/api/restores", { method: "POST", headers: json, body: '{"planId":"x"}' });
		expect(body.issues).toEqual([{ path: "body.planId", message: "Invalid UUID" }]);
		expect(body.hint).toContain("/api/docs");
	});

	it("requests that are not even HTTP do no harm", async () => {
		const { port } = new URL(server.url);
		const answer = await new Promise<string>((resolve, reject) => {
			let said = "";
			const socket = connect(Number(port), "127.0.0.1", () => socket.write("\u0000\u0001 nonsense\r\n\r\n"));
			socket.on("data", (chunk: Buffer) => {
				said += chunk.toString();
			});
			socket.on("close", () => resolve(said));
			socket.on("error", reject);
		});
		expect(answer).toMatch(/^HTTP\/1\.1 400/);
		expect((await home.client.getHealth()).status).toBe("ok");
	});
});

describe("the documentation", () => {
	it("lists every endpoint and needs no sign-in, and nothing of it comes from elsewhere", async () => {
		const document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as { openapi: string; paths: object };
		expect(document.openapi).toBe("3.1.0");
		expect(Object.keys(document.paths)).toContain("/api/sites/{siteId}/restore-plans");
		const page = await fetch(`${server.url}/api/docs`);
		const html = await page.text();
		expect(html).not.toMatch(/https?:\/\//);
		for (const [, address] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
			const asset = await fetch(new URL(address ?? "", `${server.url}/api/docs`));
			expect(asset.status, address).toBe(200);
		}
		expect(page.headers.get("content-security-policy")).toContain("script-src 'self';");
		expect((await fetch(`${server.url}/api/docs/assets/..%2f..%2fpackage.json`)).status).toBe(404);
	});
});

describe("the rate limit", () => {
	it("is said with how long to wait", async () => {
		const small = new TestServer();
		small.rateLimit = 3;
		await small.start({ concurrency: 0 });
		try {
			const statuses = [];
			for (let count = 0; count < 5; count += 1) statuses.push((await fetch(`${small.url}/api/health`)).status);
			expect(statuses).toEqual([200, 200, 200, 429, 429]);
			const limited = await fetch(`${small.url}/api/health`);
			expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
			expect(problem.parse(await limited.json())).toMatchObject({ code: "too-many-requests" });
		} finally {
			await small.close();
		}
	});
});
