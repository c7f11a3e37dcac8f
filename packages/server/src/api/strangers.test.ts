import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";
import { addressGroup } from "./strangers.ts";

/** Behind a proxy that is believed: a test comes from whatever address it says. */
const server = new TestServer();
let home: TestOrganization;

beforeAll(async () => {
	server.rateLimit = 100;
	server.signInLimit = 5;
	server.trustProxy = true;
	await server.start({ concurrency: 0 });
	home = await server.organization("Home");
});
afterAll(async () => await server.close());

async function ask(path: string, from: string, headers: Record<string, string> = {}, init: RequestInit = {}): Promise<Response> {
	return await fetch(`${server.url}${path}`, { ...init, headers: { "x-forwarded-for": from, ...headers } });
}

const statuses = async (count: number, one: (n: number) => Promise<Response>): Promise<number[]> => {
	const seen: number[] = [];
	for (let n = 0; n < count; n += 1) seen.push((await one(n)).status);
	return seen;
};
const wrongKey = (n: number) => ({ authorization: `Bearer skx_wrong${n}` });
const nextMinute = () => {
	server.clock.ahead += 61_000;
};

describe("a flood without a valid credential", () => {
	it.each([
		["wrong API keys, each another", "/api/me", wrongKey],
		["no credential", "/api/sites", () => ({})],
		["made-up cookies", "/api/me", (n: number) => ({ cookie: `skyeworx_session=made-up-${n}` })],
		["wrong provisioning tokens", "/scim/v2/Users", wrongKey],
	] as const)("of %s is refused after a few, with how long to wait", async (_what, path, headers) => {
		nextMinute();
		const from = "203.0.113.7";
		expect(await statuses(14, async (n) => await ask(path, from, headers(n)))).toEqual([...Array(10).fill(401), ...Array(4).fill(429)]);
		const refused = await ask(path, from, headers(99));
		const wait = Number(refused.headers.get("retry-after"));
		expect(wait).toBeGreaterThan(0);
		expect(wait).toBeLessThanOrEqual(60);
		expect((await ask(path, "203.0.113.8", headers(0))).status).toBe(401);
		nextMinute();
		expect((await ask(path, from, headers(0))).status).toBe(401);
	});

	it("does not keep out who was known at the same address, and lets nobody new in meanwhile", async () => {
		nextMinute();
		const from = "203.0.113.20";
		const known = { authorization: `Bearer ${home.apiKey}` };
		expect((await ask("/api/me", from, known)).status).toBe(200);
		await statuses(12, async (n) => await ask("/api/me", from, wrongKey(n)));
		expect((await ask("/api/me", from, known)).status).toBe(200);
		const { secret } = await server.keyOf(home.owner, ["status.see"]);
		const fresh = { authorization: `Bearer ${secret}` };
		expect((await ask("/api/me", from, fresh)).status).toBe(429);
		expect((await ask("/api/me", "203.0.113.21", fresh)).status).toBe(200);
		nextMinute();
		expect((await ask("/api/me", from, fresh)).status).toBe(200);
	});

	it("counts tries to sign in by address too, those of another site's page among them", async () => {
		nextMinute();
		const from = "203.0.113.30";
		const guess = async (n: number, headers: Record<string, string> = {}) =>
			await ask(
				"/api/session",
				from,
				{ "content-type": "application/json", ...headers },
				{ method: "POST", body: JSON.stringify({ password: `guess ${n}` }) },
			);
		const foreign = { origin: "https://evil.example.com" };
		expect(await statuses(2, async (n) => await guess(n, foreign))).toEqual([403, 403]);
		expect(await statuses(5, async (n) => await guess(n))).toEqual([401, 401, 401, 429, 429]);
		expect(Number((await guess(9)).headers.get("retry-after"))).toBeGreaterThan(0);
		expect((await ask("/api/me", from, { authorization: `Bearer ${home.apiKey}` })).status).toBe(200);
	});

	it("at addresses where nothing is gets no further", async () => {
		nextMinute();
		const seen = await statuses(103, async (n) => await ask(`/api/nothing/${n}`, "203.0.113.40", wrongKey(n)));
		expect(seen.slice(0, 100).every((status) => status === 404)).toBe(true);
		expect(seen.slice(100)).toEqual([429, 429, 429]);
	});
});

describe("who is known", () => {
	it("is counted by the credential, wherever it comes from", async () => {
		nextMinute();
		const { secret } = await server.keyOf(home.owner, ["status.see"]);
		const headers = { authorization: `Bearer ${secret}` };
		const seen = await statuses(102, async (n) => await ask("/api/me", `198.51.100.${n % 50}`, headers));
		expect(seen.slice(0, 100).every((status) => status === 200)).toBe(true);
		expect(seen.slice(100)).toEqual([429, 429]);
		expect((await ask("/api/me", "198.51.100.1", { authorization: `Bearer ${home.apiKey}` })).status).toBe(200);
	});
});

it("believes no proxy that it was not told of", async () => {
	const open = new TestServer();
	open.rateLimit = 100;
	await open.start({ concurrency: 0 });
	try {
		const seen = await statuses(
			12,
			async (n) => await fetch(`${open.url}/api/me`, { headers: { ...wrongKey(n), "x-forwarded-for": `203.0.113.${n}` } }),
		);
		expect(seen.slice(10)).toEqual([429, 429]);
	} finally {
		await open.close();
	}
});

it("takes all of somebody's IPv6 addresses for one", () => {
	expect(addressGroup("2001:db8:1:2:aaaa::1")).toBe("2001:db8:1:2::/64");
	expect(addressGroup("2001:0db8:0001:0002:ffff:1:2:3")).toBe("2001:db8:1:2::/64");
	expect(addressGroup("2001:db8::1")).toBe("2001:db8:0:0::/64");
	expect(addressGroup("::1")).toBe("0:0:0:0::/64");
	expect(addressGroup("fe80::1%eth0")).toBe("fe80:0:0:0::/64");
	expect(addressGroup("::ffff:192.0.2.7")).toBe("192.0.2.7");
	expect(addressGroup("192.0.2.7")).toBe("192.0.2.7");
});
