import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "@skyeworx/core";
import type { Store } from "@skyeworx/vault";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startSession } from "../access/sessions.ts";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";
import { readCertificates } from "./certificates.ts";
import { eraseConfirmed } from "./erase.ts";

const server = new TestServer();
const day = 86_400_000;
let owner: Client;
let home: TestOrganization;
let other: TestOrganization;
let siteId: string;
let otherSite: string;
let homeName: string;
let made = 0;

beforeAll(async () => {
	await server.start();
	owner = new Client({ connectionString: server.ownerUrl });
	await owner.connect();
	server.site.pages.set("1", { title: "Plan canary-77", body: "what nobody else may read" });
	other = await server.organization("Other");
	otherSite = await server.connect(other);
	await backedUp(other, otherSite);
});
afterAll(async () => {
	await owner?.end();
	await server.close();
});
beforeEach(async () => {
	server.clock.ahead = 0;
	made += 1;
	homeName = `Home ${made}`;
	home = await server.organization(homeName);
	siteId = await server.connect(home);
	await backedUp(home, siteId);
});

/** Waits also for what follows a run: the signed checkpoint, the card. */
async function backedUp({ client }: TestOrganization, site: string): Promise<void> {
	await server.backUp(client, site);
	while ((await client.listAuditCheckpoints()).items.length === 0 || !existsSync(join(vaultOf(site), "control")))
		await server.clock.sleep(20);
}

const vaultOf = (site: string) => join(server.folder, "vaults", site);
const filesOf = (site: string): string[] =>
	existsSync(vaultOf(site))
		? readdirSync(vaultOf(site), { recursive: true, withFileTypes: true })
				.filter((entry) => entry.isFile())
				.map((entry) => entry.name)
		: [];

async function confirmed(): Promise<void> {
	await home.client.requestDeletion({ body: { name: homeName, reason: "We go elsewhere" } });
	server.clock.ahead += 7 * day + 1000;
	expect((await home.client.getDeletion()).state).toBe("confirmable");
	await home.client.confirmDeletion({ body: { name: homeName } });
}

async function rowsOf(organizationId: string): Promise<Record<string, number>> {
	const { rows } = await owner.query<{ name: string }>(
		"select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'organization_id'",
	);
	const found: Record<string, number> = {};
	for (const { name } of rows) {
		const held = await owner.query<{ n: number }>(`select count(*)::integer as n from ${name} where organization_id = $1`, [
			organizationId,
		]);
		if (held.rows[0]?.n !== 0) found[name] = held.rows[0]?.n ?? 0;
	}
	return found;
}

async function certificateOf(organizationId: string) {
	const found = (await readCertificates(server.ownerUrl)).filter((one) => one.organization === organizationId);
	expect(found.length).toBeLessThan(2);
	return found[0]?.facts as
		| { sites: { site: string; locked: { name: string; until: string | null }[] }[]; rows: number; organization: string }
		| undefined;
}

describe("the deletion of an organization", () => {
	it("takes two steps with a week between, the name each time, and can be called off", async () => {
		const { client } = home;
		expect(await client.getDeletion()).toMatchObject({ state: "none", requestedBy: null });
		await expect(client.requestDeletion({ body: { name: "Other" } })).rejects.toMatchObject({ code: "bad-input" });
		await expect(client.confirmDeletion({ body: { name: homeName } })).rejects.toMatchObject({ code: "not-found" });
		const asked = await client.requestDeletion({ body: { name: homeName, reason: "We go elsewhere" } });
		expect(asked).toMatchObject({ state: "cooling-off", reason: "We go elsewhere", requestedBy: { name: "test" } });
		await expect(client.requestDeletion({ body: { name: homeName } })).rejects.toMatchObject({ code: "conflict" });
		server.clock.ahead += 6.9 * day;
		await expect(client.confirmDeletion({ body: { name: homeName } })).rejects.toMatchObject({ code: "conflict" });
		await client.cancelDeletion();
		await expect(client.cancelDeletion()).rejects.toMatchObject({ code: "not-found" });
		await client.requestDeletion({ body: { name: homeName } });
		server.clock.ahead += 31 * day;
		await expect(client.confirmDeletion({ body: { name: homeName } })).rejects.toMatchObject({ code: "not-found" });
		expect((await client.getDeletion()).state).toBe("none");
		expect(await eraseConfirmed(server.platform)).toEqual([]);
		expect((await client.searchItems({ query: { q: "canary-77" } })).items).toHaveLength(1);
		expect((await client.listAudit({ query: { action: "organization.deletion-cancel" } })).items).toHaveLength(2);
	});

	it("needs a second person where deletions do", async () => {
		await home.client.updateOrganization({ body: { approvals: ["delete"] } });
		const second = await server.member(home, { role: "owner", name: "Second", email: "second@example.com" });
		await expect(home.client.requestDeletion({ body: { name: homeName } })).rejects.toMatchObject({ code: "approval-required" });
		expect((await home.client.getDeletion()).state).toBe("none");
		const [wanted] = (await second.client.listApprovals()).items;
		expect(wanted).toMatchObject({ deed: "delete", permission: "data.delete", mayDecide: true });
		await second.client.approve({ params: { approvalId: wanted?.id ?? "" } });
		expect(await home.client.requestDeletion({ body: { name: homeName } })).toMatchObject({ state: "cooling-off" });
	});

	it("destroys keys, objects and every row, locks everybody out at once, leaves others alone, and is certified", async () => {
		const before = await rowsOf(other.organizationId);
		const member = await server.member(home, { role: "owner", name: "Owner two", email: "two@example.com" });
		await confirmed();
		await expect(home.client.getMe()).rejects.toMatchObject({ status: 401 });
		await expect(member.client.getMe()).rejects.toMatchObject({ status: 401 });
		expect(await eraseConfirmed(server.platform)).toEqual([home.organizationId]);
		expect(await rowsOf(home.organizationId)).toEqual({});
		expect(filesOf(siteId)).toEqual([]);
		expect(existsSync(join(server.folder, "catalogs", `${siteId}.db`))).toBe(false);
		await expect(server.platform.keys.sealer(home.organizationId)).rejects.toMatchObject({ code: "not-found" });
		expect(await rowsOf(other.organizationId)).toEqual(before);
		expect((await other.client.searchItems({ query: { q: "canary-77" } })).items).toHaveLength(1);
		expect(filesOf(otherSite).length).toBeGreaterThan(5);
		const facts = await certificateOf(home.organizationId);
		expect(facts).toMatchObject({ organization: home.organizationId, sites: [{ site: siteId, keysDestroyed: true, locked: [] }] });
		expect(facts?.rows).toBeGreaterThan(5);
		expect(JSON.stringify(facts)).not.toContain(homeName);
		for (const change of ["update operator_audit set action = 'x'", "delete from operator_audit", "truncate operator_audit"])
			await expect(owner.query(change), change).rejects.toThrow("append-only");
		await expect(owner.query("delete from audit_entries where organization_id = $1", [other.organizationId])).rejects.toThrow(
			"append-only",
		);
		expect(await eraseConfirmed(server.platform)).toEqual([]);
	});

	it("goes on where it was killed, and forgets nothing before keys and objects are gone", async () => {
		await confirmed();
		let deletes = 0;
		const failing = changedStore((store) => ({
			...plain(store),
			delete: async (name) => {
				deletes += 1;
				if (deletes > 3) throw new AppError("store-unreachable", "cut off");
				return await store.delete(name);
			},
		}));
		expect(await eraseConfirmed(failing)).toEqual([]);
		expect(await rowsOf(home.organizationId)).toMatchObject({ organizations: 1, sites: 1, deletions: 1 });
		// However long the store is away, nobody signs in meanwhile.
		const { rows } = await owner.query<{ id: string }>("select id from users where organization_id = $1", [home.organizationId]);
		const who = { organizationId: home.organizationId, userId: rows[0]?.id ?? "", method: "passkey" as const };
		await expect(startSession(server.platform, who)).rejects.toMatchObject({ code: "not-permitted" });
		expect(await certificateOf(home.organizationId)).toBeUndefined();
		const both = await Promise.all([eraseConfirmed(server.platform), eraseConfirmed(server.platform)]);
		expect(both.flat()).toEqual([home.organizationId]);
		expect(filesOf(siteId)).toEqual([]);
		expect(await rowsOf(home.organizationId)).toEqual({});
	});

	it("names what the store has locked, with its date; nothing opens it", async () => {
		const [first] = (await home.client.listAuditCheckpoints()).items;
		await confirmed();
		const locking = changedStore((store) => ({
			...plain(store),
			delete: async (name) => (name.startsWith("audit/") || name.startsWith("packs/") ? "locked" : await store.delete(name)),
		}));
		expect(await eraseConfirmed(locking)).toEqual([home.organizationId]);
		const locked = (await certificateOf(home.organizationId))?.sites[0]?.locked ?? [];
		const checkpoint = locked.find((one) => one.name.startsWith("audit/"));
		expect(Math.abs(Date.parse(checkpoint?.until ?? "") - Date.parse(first?.at ?? "") - 365 * day)).toBeLessThan(60_000);
		expect(locked.some((one) => one.name.startsWith("packs/"))).toBe(true);
		expect(readdirSync(join(vaultOf(siteId), "keys"), { recursive: true, withFileTypes: true }).filter((one) => one.isFile())).toEqual([]);
	});

	it("waits for a job that has the site, and a changed certificate is noticed", async () => {
		await confirmed();
		const lease = await server.platform.leases.take(siteId, () => {});
		expect(await eraseConfirmed(server.platform)).toEqual([]);
		expect(filesOf(siteId).length).toBeGreaterThan(5);
		await lease?.release();
		expect(await eraseConfirmed(server.platform)).toEqual([home.organizationId]);
		await owner.query("alter table operator_audit disable trigger operator_audit_append_only");
		await owner.query("update operator_audit set facts = replace(facts, 'true', 'false') where subject = $1", [home.organizationId]);
		await expect(readCertificates(server.ownerUrl)).rejects.toMatchObject({ code: "verify-failed" });
		await owner.query("update operator_audit set facts = replace(facts, 'false', 'true') where subject = $1", [home.organizationId]);
		await owner.query("alter table operator_audit enable always trigger operator_audit_append_only");
		expect(await certificateOf(home.organizationId)).toBeDefined();
	});
});

describe("the export of an organization", () => {
	it("holds all that is known, no secret, and nothing of another organization", async () => {
		const response = await home.client.exportOrganization();
		const text = await response.text();
		const lines = text
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line) as { type: string; value: Record<string, unknown> });
		const types = new Set(lines.map((line) => line.type));
		for (const type of [
			"header",
			"organization",
			"identity",
			"member",
			"role",
			"api-key",
			"run",
			"site",
			"policy",
			"snapshot",
			"insights",
			"audit",
		])
			expect(types, type).toContain(type);
		expect(lines.at(-1)).toEqual({ type: "end", value: { complete: true } });
		expect(lines.find((line) => line.type === "organization")?.value).toMatchObject({ name: homeName });
		for (const secret of ["secret-token", home.apiKey, other.organizationId, otherSite]) expect(text).not.toContain(secret);
	});
});

/** A store's methods, so that one of them can be another. */
function plain(store: Store): Store {
	return {
		description: store.description,
		create: (...given) => store.create(...given),
		replace: (...given) => store.replace(...given),
		read: (...given) => store.read(...given),
		facts: (...given) => store.facts(...given),
		list: (...given) => store.list(...given),
		delete: (...given) => store.delete(...given),
	};
}

function changedStore(change: (store: Store) => Store) {
	const { backends } = server.platform;
	return {
		...server.platform,
		backends: { ...backends, openStore: (...given: Parameters<typeof backends.openStore>) => change(backends.openStore(...given)) },
	};
}
