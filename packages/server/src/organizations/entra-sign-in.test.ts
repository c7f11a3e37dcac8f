import { createClient } from "@skyeworx/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { clientId, clientSecret, type EntraAccount, EntraTenant } from "../access/entra-provider.fixture.ts";
import { CookieJar, type TestMember, type TestOrganization, TestServer } from "../test-server.fixture.ts";

const tenantId = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const tenant = new EntraTenant(tenantId);
const server = new TestServer();
let home: TestOrganization;
let owner: TestMember;

const account = (number: number, about: Partial<EntraAccount> = {}): EntraAccount => ({
	oid: `00000000-0000-4000-8000-00000000000${number}`,
	name: `Person ${number}`,
	preferred_username: `person${number}@example.com`,
	...about,
});

const operators = "aaaaaaaa-0000-4000-8000-000000000001";
const auditors = "aaaaaaaa-0000-4000-8000-000000000002";

beforeAll(async () => {
	await tenant.start();
	server.entra = { authority: tenant.authority, clientId, clientSecret };
	await server.start({ concurrency: 0 });
	home = await server.organization("Home");
	owner = await server.member(home, { role: "owner", name: "Linking owner" });
});

afterAll(async () => {
	await server.close();
	await tenant.stop();
});

interface Trip {
	/** Where Microsoft sends the browser back to. */
	readonly callback: string;
	readonly jar: CookieJar;
}

/** To Microsoft and to the edge of the way back. */
async function toMicrosoft(jar: CookieJar, start: string): Promise<Trip> {
	const theirs = new CookieJar();
	let next = start;
	for (let hops = 0; hops < 10; hops += 1) {
		const response = await theirs.fetch(next, { redirect: "manual" });
		const location = response.headers.get("location");
		if (location === null) throw new Error(`Microsoft answered ${response.status}: ${await response.text()}`);
		next = new URL(location, next).href;
		if (next.startsWith(server.url)) return { callback: next, jar };
	}
	throw new Error("Microsoft sends the browser in circles");
}

async function begin(jar = new CookieJar(), query = ""): Promise<Trip> {
	const response = await jar.fetch(`${server.url}/api/sign-in/entra${query}`, { redirect: "manual" });
	expect(response.status).toBe(302);
	return await toMicrosoft(jar, response.headers.get("location") ?? "");
}

async function end({ callback, jar }: Trip): Promise<string> {
	const response = await jar.fetch(callback, { redirect: "manual" });
	expect(response.status).toBe(302);
	return response.headers.get("location") ?? "";
}

async function signIn(
	who: EntraAccount | undefined,
): Promise<{ readonly location: string; readonly client: ReturnType<typeof createClient> }> {
	tenant.account = who;
	const jar = new CookieJar();
	const location = await end(await begin(jar));
	return { location, client: createClient({ baseUrl: server.url, fetch: jar.fetch }) };
}

async function link(): Promise<void> {
	tenant.account = account(0);
	const { url } = await owner.client.linkEntra();
	expect(await end(await toMicrosoft(owner.jar, url))).toBe("/settings/sign-in");
}

const limitless = { groupRoles: [], defaultRole: null };

beforeEach(async () => {
	await home.client.updateIdentity({ body: limitless });
});

describe("before a tenant is linked", () => {
	it("nobody comes in, and a member who may not manage members can't link one", async () => {
		expect((await signIn(account(1))).location).toBe("/sign-in?refused=not-permitted");
		const { client, jar } = await server.member(home, { role: "viewer", name: "Viewer" });
		const { url } = await client.linkEntra();
		expect(await end(await toMicrosoft(jar, url))).toBe("/sign-in?refused=conflict");
		expect((await home.client.getIdentity()).tenantId).toBeNull();
	});
});

describe("with a linked tenant", () => {
	beforeAll(link);

	it("the one who linked it signs in as the member that they were", async () => {
		expect((await home.client.getIdentity()).tenantId).toBe(tenantId);
		const { location, client } = await signIn(account(0));
		expect(location).toBe("/");
		expect(await client.getMe()).toMatchObject({ via: "session", role: "owner", email: "person0@example.com", name: "Person 0" });
		expect((await client.listSessions()).items.some((session) => session.current && session.method === "entra")).toBe(true);
	});

	it("asks for PKCE, state and nonce, and asks for nothing more than who one is", async () => {
		const response = await fetch(`${server.url}/api/sign-in/entra`, { redirect: "manual" });
		const asked = new URL(response.headers.get("location") ?? "").searchParams;
		expect(asked.get("code_challenge_method")).toBe("S256");
		expect(asked.get("code_challenge")).toMatch(/^[\w-]{43}$/);
		expect(asked.get("state")).toMatch(/^[\w-]{20,}$/);
		expect(asked.get("nonce")).toMatch(/^[\w-]{20,}$/);
		expect(asked.get("response_type")).toBe("code");
		expect(asked.get("scope")).toBe("openid profile email");
		expect(response.headers.get("set-cookie")).toMatch(/HttpOnly; SameSite=Lax; Max-Age=600$/);
	});

	it("a stranger of the tenant is kept out until a group or the standard role lets them in", async () => {
		expect((await signIn(account(2))).location).toBe("/sign-in?refused=not-permitted");
		await home.client.updateIdentity({ body: { groupRoles: [{ group: operators, role: "restore-operator" }], defaultRole: null } });
		expect((await signIn(account(2, { groups: [auditors] }))).location).toBe("/sign-in?refused=not-permitted");
		const { client } = await signIn(account(2, { groups: [auditors, operators] }));
		expect(await client.getMe()).toMatchObject({ role: "restore-operator", name: "Person 2" });
		await home.client.updateIdentity({ body: { groupRoles: [], defaultRole: "viewer" } });
		expect(await (await signIn(account(3))).client.getMe()).toMatchObject({ role: "viewer" });
		const { items } = await home.client.listAudit({ query: { action: "session.create", outcome: "denied" } });
		expect(items[0]).toMatchObject({ actor: { name: "Somebody" }, error: { code: "not-permitted" }, facts: { method: "entra" } });
	});

	it("the first group that fits counts, and a changed group changes the role with the next sign-in", async () => {
		const groupRoles = [
			{ group: auditors, role: "auditor" as const },
			{ group: operators, role: "restore-operator" as const },
		];
		await home.client.updateIdentity({ body: { groupRoles, defaultRole: null } });
		expect((await (await signIn(account(4, { groups: [operators, auditors] }))).client.getMe()).role).toBe("auditor");
		expect((await (await signIn(account(4, { groups: [operators] }))).client.getMe()).role).toBe("restore-operator");
		expect((await signIn(account(4, { groups: [] }))).location).toBe("/sign-in?refused=not-permitted");
		const kept = (await home.client.listMembers()).items.filter((member) => member.email === "person4@example.com");
		expect(kept).toHaveLength(1);
	});

	it("a role that somebody gave is not changed by groups", async () => {
		await home.client.updateIdentity({ body: { groupRoles: [{ group: auditors, role: "auditor" }], defaultRole: "viewer" } });
		await signIn(account(5));
		const member = (await home.client.listMembers()).items.find((one) => one.email === "person5@example.com");
		await home.client.updateMember({ params: { memberId: member?.id ?? "" }, body: { role: "backup-operator" } });
		expect((await (await signIn(account(5, { groups: [auditors] }))).client.getMe()).role).toBe("backup-operator");
	});

	it("too many groups to be told are not taken for none", async () => {
		await home.client.updateIdentity({ body: { groupRoles: [], defaultRole: "viewer" } });
		const overage = { _claim_names: { groups: "src1" } };
		expect((await signIn(account(6, overage))).location).toBe("/sign-in?refused=not-permitted");
	});

	it("a token that speaks of another tenant than the one that issued it opens nothing", async () => {
		await home.client.updateIdentity({ body: { groupRoles: [], defaultRole: "viewer" } });
		const forged = account(7, { tid: "99999999-0000-4000-8000-000000000009" });
		expect((await signIn(forged)).location).toBe("/sign-in?refused=sign-in-required");
	});

	it("an answer works in the browser that asked, once, with its own state and code", async () => {
		await home.client.updateIdentity({ body: { groupRoles: [], defaultRole: "viewer" } });
		tenant.account = account(8);
		const refused = "/sign-in?refused=sign-in-required";
		const trip = await begin();
		expect(await end({ ...trip, jar: new CookieJar() })).toBe(refused);
		const other = await begin();
		const swapped = new URL(trip.callback);
		swapped.searchParams.set("state", new URL(other.callback).searchParams.get("state") ?? "");
		expect(await end({ callback: swapped.href, jar: other.jar })).toBe(refused);
		const again = await begin();
		const copy = new CookieJar();
		for (const [name, value] of again.jar.cookies) copy.cookies.set(name, value);
		expect(await end(again)).toBe("/");
		expect(await end({ ...again, jar: copy })).toBe(refused);
		const injected = await begin();
		const foreign = await begin();
		const mixed = new URL(injected.callback);
		mixed.searchParams.set("code", new URL(foreign.callback).searchParams.get("code") ?? "");
		expect(await end({ callback: mixed.href, jar: injected.jar })).toBe(refused);
		const late = await begin();
		server.clock.ahead += 601_000;
		expect(await end(late)).toBe(refused);
	});

	it("leads back to where one came from, and never to another site", async () => {
		tenant.account = account(0);
		const next = async (path: string) => await end(await begin(new CookieJar(), `?next=${encodeURIComponent(path)}`));
		expect(await next("/explore?q=invoice")).toBe("/explore?q=invoice");
		for (const path of ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"]) {
			expect(await next(path), path).toBe("/");
		}
	});

	it("who declines at Microsoft is back at the sign-in page", async () => {
		expect((await signIn(undefined)).location).toBe("/sign-in?refused=sign-in-required");
	});

	it("another organization can't link the same tenant", async () => {
		const stranger = await server.organization("Stranger");
		const theirs = await server.member(stranger, { role: "owner", name: "Their owner" });
		tenant.account = account(9);
		const { url } = await theirs.client.linkEntra();
		expect(await end(await toMicrosoft(theirs.jar, url))).toBe("/sign-in?refused=conflict");
		expect((await stranger.client.getIdentity()).tenantId).toBeNull();
	});

	it("when it is let go, sessions that began through it end", async () => {
		const { client } = await signIn(account(0));
		await client.getMe();
		await home.client.unlinkTenant();
		await expect(client.getMe()).rejects.toMatchObject({ code: "sign-in-required" });
		expect((await signIn(account(0))).location).toBe("/sign-in?refused=not-permitted");
	});
});
