import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CookieJar, type TestMember, type TestOrganization, TestServer } from "../test-server.fixture.ts";

const server = new TestServer();
let home: TestOrganization;
let member: TestMember;
let count = 0;

beforeAll(async () => {
	await server.start({ concurrency: 0 });
	home = await server.organization("Home");
});

afterAll(async () => await server.close());

const minute = 60_000;
const hour = 60 * minute;
const over = { code: "sign-in-required" };

function copyOf(jar: CookieJar): CookieJar {
	const copy = new CookieJar();
	for (const [name, value] of jar.cookies) copy.cookies.set(name, value);
	return copy;
}

const me = async (jar: CookieJar) => (await jar.fetch(`${server.url}/api/me`)).status;

describe("a session", () => {
	beforeEach(async () => {
		count += 1;
		member = await server.member(home, { name: `Member ${count}` });
	});

	it("gets another token every quarter of an hour, and requests under way keep working", async () => {
		const before = member.jar.header;
		await member.client.getMe();
		expect(member.jar.header).toBe(before);
		server.clock.ahead += 16 * minute;
		const jars = Array.from({ length: 6 }, () => copyOf(member.jar));
		expect(await Promise.all(jars.map(me))).toEqual([200, 200, 200, 200, 200, 200]);
		const renewed = jars.filter((jar) => jar.header !== before);
		expect(renewed).toHaveLength(1);
		expect(await me(renewed[0] ?? new CookieJar())).toBe(200);
	});

	it("ends when somebody comes with a token that was replaced long ago: one of the two has stolen it", async () => {
		const thief = copyOf(member.jar);
		server.clock.ahead += 16 * minute;
		await member.client.getMe();
		server.clock.ahead += 2 * minute;
		expect(await me(thief)).toBe(401);
		await expect(member.client.getMe()).rejects.toMatchObject(over);
		const { items } = await home.client.listAudit({ query: { action: "session.replay" } });
		expect(items).toMatchObject([{ outcome: "denied", actor: { name: `Member ${count}` }, target: { type: "session" } }]);
		expect(await me(thief)).toBe(401);
		expect((await home.client.listAudit({ query: { action: "session.replay" } })).items).toHaveLength(1);
	});

	it("ends with any of its older tokens, also when one was replaced only just now", async () => {
		const first = copyOf(member.jar);
		for (let turn = 0; turn < 3; turn += 1) {
			server.clock.ahead += 16 * minute;
			await member.client.getMe();
		}
		const newest = copyOf(member.jar);
		expect(await me(first)).toBe(401);
		expect(await me(newest)).toBe(401);
		const told = await home.client.listAudit({ query: { action: "session.replay" } });
		expect(told.items[0]?.actor.name).toBe(`Member ${count}`);
	});

	it("ends after two hours without a request", async () => {
		server.clock.ahead += 2 * hour - minute;
		await member.client.getMe();
		server.clock.ahead += 2 * hour + minute;
		await expect(member.client.getMe()).rejects.toMatchObject(over);
	});

	it("ends after twelve hours however busy it is", async () => {
		for (let hours = 1; hours < 12; hours += 1) {
			server.clock.ahead += hour;
			await member.client.getMe();
		}
		server.clock.ahead += hour;
		await expect(member.client.getMe()).rejects.toMatchObject(over);
	});

	it("is listed with where it began, and can be ended from another one", async () => {
		const items = (await member.client.listSessions()).items;
		expect(items).toMatchObject([{ current: true, method: "invitation", ip: "127.0.0.1" }]);
		const other = await server.member(home, { name: "Other" });
		const own = (await other.client.listSessions()).items[0]?.id ?? "";
		await expect(member.client.revokeSession({ params: { sessionId: own } })).rejects.toMatchObject({ code: "not-found" });
		await other.client.revokeSession({ params: { sessionId: own } });
		await expect(other.client.getMe()).rejects.toMatchObject(over);
		expect(await me(member.jar)).toBe(200);
	});
});

describe("behind TLS", () => {
	it("cookies go over TLS only and belong to this very host", async () => {
		await server.stopServer();
		server.publicUrl = "https://backup.example.com";
		await server.start({ concurrency: 0 });
		const body = JSON.stringify({ password: server.password });
		const headers = { "content-type": "application/json", origin: "https://backup.example.com", "sec-fetch-site": "same-origin" };
		const response = await fetch(`${server.url}/api/session`, { method: "POST", headers, body });
		expect(response.headers.get("set-cookie")).toMatch(
			/^__Host-skyeworx_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200; Secure$/,
		);
		expect(response.headers.get("strict-transport-security")).toMatch(/max-age=31536000/);
		const csp = response.headers.get("content-security-policy") ?? "";
		expect(csp).toContain("default-src 'none'");
		expect(csp).toContain("script-src 'self'");
		expect(csp).toContain("frame-ancestors 'none'");
		expect(csp).not.toMatch(/script-src[^;]*unsafe/);
	});

	it("tries to sign in are counted by address, whatever they try", async () => {
		await server.stopServer();
		server.publicUrl = undefined;
		server.signInLimit = 5;
		await server.start({ concurrency: 0 });
		const attempt = async (path: string, body: unknown) =>
			(
				await fetch(`${server.url}/api${path}`, {
					method: "POST",
					headers: { "content-type": "application/json" },
					body: JSON.stringify(body),
				})
			).status;
		const statuses: number[] = [];
		for (let tries = 0; tries < 7; tries += 1) statuses.push(await attempt("/session", { password: `guess ${tries}` }));
		expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
		expect((await server.client(home.apiKey).getMe()).via).toBe("api-key");
	});
});
