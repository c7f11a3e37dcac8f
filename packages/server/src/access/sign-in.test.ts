import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";
import { createSignInCode } from "./sign-in-codes.ts";

const server = new TestServer();
let home: TestOrganization;

beforeAll(async () => {
	await server.start({ concurrency: 0 });
	home = await server.organization("Home");
});

afterAll(async () => await server.close());

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
	return await fetch(`${server.url}/api${path}`, {
		method: "POST",
		headers: { "content-type": "application/json", ...headers },
		body: JSON.stringify(body),
	});
}

async function cookieOf(response: Response): Promise<string> {
	return response.headers.get("set-cookie")?.split(";")[0] ?? "";
}

describe("the local sign-in", () => {
	it("takes a link's code once", async () => {
		const code = await createSignInCode(server.platform, home);
		const first = await post("/session", { code });
		expect(first.status).toBe(200);
		expect(await first.json()).toMatchObject({ via: "session", role: "owner", organization: { name: "Home" } });
		expect((await post("/session", { code })).status).toBe(401);
		expect((await post("/session", { code: "made-up" })).status).toBe(401);
	});

	it("takes the password, and notes refused tries in the audit log", async () => {
		const wrong = await post("/session", { password: "wrong" });
		expect(await wrong.json()).toMatchObject({ status: 401, code: "sign-in-required" });
		const right = await post("/session", { password: server.password });
		const session = await cookieOf(right);
		const audit = await fetch(`${server.url}/api/audit?action=session.create`, { headers: { cookie: session } });
		const { items } = (await audit.json()) as { items: { outcome: string }[] };
		expect(items.map((entry) => entry.outcome)).toEqual(["success", "denied", "denied", "denied"]);
	});

	it("gives a cookie that scripts and other sites can't use, and that ends with signing out", async () => {
		const response = await post("/session", { password: server.password });
		expect(response.headers.get("set-cookie")).toMatch(/^skyeworx_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
		const cookie = await cookieOf(response);
		const me = () => fetch(`${server.url}/api/me`, { headers: { cookie } });
		expect((await me()).status).toBe(200);
		const out = await fetch(`${server.url}/api/session`, { method: "DELETE", headers: { cookie } });
		expect(out.status).toBe(204);
		expect((await me()).status).toBe(401);
	});

	it("refuses changes that another site made the browser send", async () => {
		const cookie = await cookieOf(await post("/session", { password: server.password }));
		const key = { name: "x", permissions: ["status.see"] };
		expect((await post("/api-keys", key, { cookie, origin: "https://evil.example" })).status).toBe(403);
		expect((await post("/api-keys", key, { cookie, "sec-fetch-site": "cross-site" })).status).toBe(403);
		expect((await post("/api-keys", key, { cookie, origin: "null" })).status).toBe(403);
		expect((await post("/api-keys", key, { cookie, origin: server.url, "sec-fetch-site": "same-origin" })).status).toBe(201);
		const form = await fetch(`${server.url}/api/api-keys`, {
			method: "POST",
			headers: { cookie, "content-type": "text/plain" },
			body: JSON.stringify(key),
		});
		expect(form.status).toBe(415);
		expect((await post("/session", { password: server.password }, { origin: "https://evil.example" })).status).toBe(403);
	});
});
