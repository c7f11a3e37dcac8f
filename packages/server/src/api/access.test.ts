import { type Endpoint, endpoints, organizationPermissions, permissions, type Run } from "@skyeworx/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";
import { neededQuery } from "./needed-query.fixture.ts";

const server = new TestServer();
let home: TestOrganization;
let stranger: TestOrganization;
let siteId: string;
let run: Run;

beforeAll(async () => {
	await server.start();
	home = await server.organization("Home");
	stranger = await server.organization("Stranger");
	server.site.pages.set("1", { title: "Plan", body: "text" });
	siteId = await server.connect(home);
	run = await server.backUp(home.client, siteId);
});

afterAll(async () => await server.close());

const named = Object.entries(endpoints) as [string, Endpoint][];
const guarded = named.filter(([, endpoint]) => endpoint.access !== "anyone");

/** Addresses things that exist, in the home organization. */
function addressOf(endpoint: Endpoint): string {
	const values: Record<string, string> = {
		siteId,
		runId: run.id,
		snapshotId: String(run.snapshotId),
		kind: "confluence.page",
		id: "1",
		version: String(run.snapshotId),
		fileId: "f",
		planId: run.id,
		restoreId: run.id,
		apiKeyId: run.id,
		sessionId: run.id,
		memberId: home.userId,
		roleId: run.id,
		invitationId: run.id,
		passkeyId: run.id,
		approvalId: run.id,
		scimTokenId: run.id,
	};
	const path = endpoint.path.replace(/:([A-Za-z]+)/g, (_match, name: string) => values[name] ?? (name.endsWith("Id") ? run.id : ""));
	return `${server.url}/api${path}${neededQuery(endpoint, run.snapshotId)}`;
}

async function ask(endpoint: Endpoint, headers: Record<string, string>) {
	const stop = new AbortController();
	const init: RequestInit = { method: endpoint.method, headers: { ...headers }, signal: stop.signal };
	if (endpoint.method !== "GET") {
		init.body = "{}";
		init.headers = { ...headers, "content-type": "application/json" };
	}
	const response = await fetch(addressOf(endpoint), init);
	const type = response.headers.get("content-type") ?? "";
	const body = type.includes("json") ? ((await response.json()) as { code?: string; items?: unknown[] }) : undefined;
	stop.abort();
	return { status: response.status, body, type };
}

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

describe("every route", () => {
	it.each(guarded)("%s: refuses whoever has not signed in, in whatever way", async (_name, endpoint) => {
		const nobody = [{}, bearer("skx_wrong"), bearer(""), { authorization: "Basic YTpi" }, { cookie: "skyeworx_session=forged" }];
		for (const headers of nobody) {
			const { status, body, type } = await ask(endpoint, headers as Record<string, string>);
			expect({ status, code: body?.code, type }).toEqual({
				status: 401,
				code: "sign-in-required",
				type: "application/problem+json",
			});
		}
	});

	it.each(guarded.filter(([, endpoint]) => endpoint.access !== "signed-in"))(
		"%s: refuses a key that lacks its permission",
		async (_name, endpoint) => {
			const others = permissions.filter((permission) => permission !== endpoint.access);
			const { secret } = await server.keyOf(home.owner, others);
			const { status, body } = await ask(endpoint, bearer(secret));
			expect({ status, code: body?.code }).toEqual({ status: 403, code: "not-permitted" });
		},
	);

	it.each(guarded.filter(([, endpoint]) => endpoint.path.includes(":")))(
		"%s: is as if nothing were there for another organization",
		async (_name, endpoint) => {
			const { status, body } = await ask(endpoint, bearer(stranger.apiKey));
			// A body that the schema refuses is refused before anything is looked up.
			const refused = endpoint.body !== undefined && status === 400;
			// What belongs to a person and not to the organization is for nobody's key.
			const personal = endpoint.access === "signed-in" && status === 403;
			expect(refused || personal || (status === 404 && body?.code === "not-found"), JSON.stringify({ status, body })).toBe(true);
		},
	);

	it.each(guarded.filter(([, endpoint]) => endpoint.path.includes(":siteId") || endpoint.path.includes(":runId")))(
		"%s: is as if nothing were there for a key that is limited to another site",
		async (_name, endpoint) => {
			const { secret } = await server.keyOf({ ...home.owner, siteIds: [home.userId] }, permissions);
			const { status } = await ask(endpoint, bearer(secret));
			// Whoever is limited to sites never holds what goes over the organization: that is said before anything is looked up.
			const overall = organizationPermissions.some((permission) => permission === endpoint.access);
			expect(overall ? [403] : [400, 404]).toContain(status);
		},
	);
});

it("an address with what no database keeps is refused, and that is in the audit log", async () => {
	const { secret } = await server.keyOf(home.owner, ["status.see"]);
	const address = `${server.url}/api/sites/${siteId}/items/confluence.page/%00/files/f`;
	expect((await fetch(address, { headers: bearer(secret) })).status).toBe(403);
	const { items } = await home.client.listAudit({ query: { action: "item.file", outcome: "denied" } });
	expect(items[0]?.target?.id).toBe("confluence.page/\ufffd");
});

describe("lists", () => {
	it("show another organization nothing", async () => {
		const { client } = stranger;
		expect((await client.listSites()).items).toEqual([]);
		expect((await client.listRuns()).items).toEqual([]);
		expect((await client.listRestores()).items).toEqual([]);
		expect((await client.searchItems({ query: { q: "Plan" } })).items).toEqual([]);
		expect((await client.getOverview()).health.level).toBe("empty");
		const audit = await client.listAudit();
		expect(audit.items.every((entry) => entry.actor.name !== home.owner.actor.name)).toBe(true);
		expect((await home.client.listSites()).items.map((site) => site.id)).toEqual([siteId]);
	});

	it("show a key that is limited to another site nothing", async () => {
		const { secret } = await server.keyOf({ ...home.owner, siteIds: [home.userId] }, permissions);
		const client = server.client(secret);
		expect((await client.listSites()).items).toEqual([]);
		expect((await client.listRuns()).items).toEqual([]);
		expect((await client.searchItems({ query: { q: "Plan" } })).items).toEqual([]);
	});
});

describe("API keys", () => {
	it("can't be given what their maker lacks", async () => {
		const { secret } = await server.keyOf(home.owner, ["api-keys.manage", "status.see"]);
		const body = { name: "more", permissions: ["data.delete" as const] };
		await expect(server.client(secret).createApiKey({ body })).rejects.toMatchObject({ code: "not-permitted" });
	});

	it("stop working the moment they are revoked, and when they expire", async () => {
		const { apiKey, secret } = await server.keyOf(home.owner, ["status.see"]);
		await server.client(secret).listSites();
		await home.client.deleteApiKey({ params: { apiKeyId: apiKey.id } });
		await expect(server.client(secret).listSites()).rejects.toMatchObject({ code: "sign-in-required" });
		await expect(home.client.deleteApiKey({ params: { apiKeyId: apiKey.id } })).rejects.toMatchObject({ code: "not-found" });
		const past = { name: "past", permissions: ["status.see" as const], expiresAt: "2020-01-01T00:00:00Z" };
		await expect(home.client.createApiKey({ body: past })).rejects.toMatchObject({ code: "bad-input" });
	});

	it("are shown once and never again", async () => {
		const made = await home.client.createApiKey({ body: { name: "shown once", permissions: ["status.see"] } });
		expect(made.secret).toMatch(/^skx_[\w-]{43}$/);
		const listed = JSON.stringify(await home.client.listApiKeys());
		expect(listed).toContain(made.apiKey.id);
		expect(listed).not.toContain(made.secret.slice(12));
	});
});
