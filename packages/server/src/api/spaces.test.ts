import type { Client } from "@skyeworx/contract";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";

const server = new TestServer();
const kind = "confluence.page";
let home: TestOrganization;
let siteId: string;
let snapshots: number[];
/** Sees space 1 only, with all that somebody limited to spaces can hold. */
let limited: Client;
/** The same by an API key. */
let keyed: Client;

const bytes = new TextEncoder().encode("the bytes");
const file = (id: string) => ({ id, name: `${id}.txt`, mediaType: "text/plain", bytes });

/*
 * Space 1: open, moved-in (was in space 2). Space 2: secret, moved-out (was in space 1). Gone: deleted from space 2.
 */
beforeAll(async () => {
	await server.start();
	home = await server.organization("Home");
	const { pages } = server.site;
	pages.set("open", { title: "Open plan", body: "everybody's plan", file: file("f1") });
	pages.set("secret", { title: "Secret plan", body: "hush", space: "2", file: file("f2") });
	pages.set("in", { title: "Arriving plan hush-title", body: "was hush", space: "2" });
	pages.set("out", { title: "Leaving plan", body: "was open" });
	pages.set("gone", { title: "Gone plan", body: "hush and gone", space: "2" });
	siteId = await server.connect(home);
	const first = await server.backUp(home.client, siteId);
	pages.set("in", { title: "Arrived plan", body: "now open" });
	pages.set("out", { title: "Left plan", body: "now hush", space: "2" });
	pages.delete("gone");
	const second = await server.backUp(home.client, siteId);
	snapshots = [first.snapshotId ?? -1, second.snapshotId ?? -1];
	const spaces = [{ siteId, app: "confluence" as const, spaceId: "1" }];
	limited = (await server.member(home, { role: "restore-operator", spaces })).client;
	const permissions = (await limited.getMe()).permissions;
	const made = await home.client.createApiKey({ body: { name: "space 1", permissions, spaces } });
	keyed = server.client(made.secret);
});

afterAll(async () => await server.close());

const at = (id: string) => ({ siteId, kind, id });
const missing = { code: "not-found" };
const each = (): readonly Client[] => [limited, keyed];

describe("somebody who is limited to a space", () => {
	it("holds nothing that goes over whole sites or the organization", async () => {
		const { client } = await server.member(home, {
			role: "admin",
			name: "Space admin",
			spaces: [{ siteId, app: "confluence", spaceId: "1" }],
		});
		expect((await client.getMe()).permissions.toSorted()).toEqual(["item.export", "item.preview", "item.restore", "status.see"]);
		await expect(client.createBackup({ params: { siteId } })).rejects.toMatchObject({ code: "not-permitted" });
		await expect(client.listMembers()).rejects.toMatchObject({ code: "not-permitted" });
	});

	it("learns what changed in it alone, and of nobody's changes elsewhere", async () => {
		const { items } = await home.client.listSnapshots({ params: { siteId } });
		const from = items.find(({ id }) => id === snapshots[0])?.at ?? "";
		const query = { from, to: "2100-01-01T00:00:00Z", deletions: "true" } as const;
		const params = { siteId, accountId: "-" };
		const all = await home.client.listAccountChanges({ params, query });
		expect(all.items.map(({ ref }) => ref.id)).toContain("gone");
		for (const client of each()) {
			const seen = JSON.stringify(await client.listAccountChanges({ params, query }));
			expect(seen).not.toMatch(/gone|hush|Left plan/i);
			expect(await client.listChangers({ params: { siteId }, query: { from, to: query.to } })).toEqual({ accounts: [], unsigned: 0 });
		}
	});

	it("finds what lies in it, with counts and facets of that alone", async () => {
		for (const client of each()) {
			for (const page of [
				await client.searchItems({ query: { q: "plan" } }),
				await client.searchSiteItems({ params: { siteId }, query: { q: "plan" } }),
				await client.searchSiteItems({ params: { siteId }, query: {} }),
			]) {
				expect(page.items.map((item) => item.title).toSorted()).toEqual(["Arrived plan", "Open plan"]);
				expect(page.total.count).toBe(2);
				expect(page.facets.kinds).toEqual({ [kind]: 2 });
			}
			expect((await client.searchItems({ query: { q: "hush" } })).items).toEqual([]);
			expect((await client.searchItems({ query: { q: "secret" } })).items).toEqual([]);
			expect((await client.searchItems({ query: { state: "deleted" } })).items).toEqual([]);
			const other = await client.searchSiteItems({ params: { siteId }, query: { space: "2" } });
			expect(other.items).toEqual([]);
			const then = await client.searchSiteItems({ params: { siteId }, query: { asOf: snapshots[0] ?? 0 } });
			expect(then.items.map((item) => item.title).toSorted()).toEqual(["Leaving plan", "Open plan"]);
			expect((await client.listSpaces({ params: { siteId } })).items.map((space) => space.id)).toEqual(["1"]);
		}
		expect((await home.client.searchItems({ query: { q: "plan" } })).total.count).toBe(5);
	});

	it("sees items, versions, comparisons and files there, and elsewhere none", async () => {
		const [before = 0, after = 0] = snapshots;
		for (const client of each()) {
			expect((await client.getItem({ params: at("open") })).title).toBe("Open plan");
			for (const id of ["secret", "out", "gone"]) {
				await expect(client.getItem({ params: at(id) }), id).rejects.toMatchObject(missing);
			}
			const arrived = await client.getItem({ params: at("in") });
			expect(arrived.history.map((version) => version.title)).toEqual(["Arrived plan"]);
			for (const version of [String(before), String(after), "live"]) {
				await expect(client.getItemVersion({ params: { ...at("secret"), version } })).rejects.toMatchObject(missing);
				await expect(client.getItemFile({ params: { ...at("secret"), fileId: "f2" }, query: { version } })).rejects.toMatchObject(missing);
			}
			await expect(client.getItemFile({ params: { ...at("secret"), fileId: "f2" } })).rejects.toMatchObject(missing);
			await expect(client.getItemVersion({ params: { ...at("in"), version: String(before) } })).rejects.toMatchObject(missing);
			await expect(client.getItemVersion({ params: { ...at("out"), version: String(after) } })).rejects.toMatchObject(missing);
			await expect(client.getItemVersion({ params: { ...at("out"), version: "live" } })).rejects.toMatchObject(missing);
			expect((await client.getItemVersion({ params: { ...at("out"), version: String(before) } })).title).toBe("Leaving plan");
			const own = await client.getItemFile({ params: { ...at("open"), fileId: "f1" } });
			expect(await own.text()).toBe("the bytes");
			const query = { from: String(before), to: String(after) };
			await expect(client.getItemDiff({ params: at("secret"), query })).rejects.toMatchObject(missing);
			for (const id of ["in", "out"]) {
				expect(JSON.stringify(await client.getItemDiff({ params: at(id), query })), id).not.toContain("hush");
			}
		}
	});

	it("sees of a snapshot's changes those that lie there", async () => {
		const params = { siteId, snapshotId: snapshots[1] ?? 0 };
		for (const client of each()) {
			const changes = await client.listSnapshotChanges({ params, query: { since: snapshots[0] ?? 0 } });
			expect(changes.items.map((change) => change.title)).toEqual(["Arrived plan"]);
		}
		expect((await home.client.listSnapshotChanges({ params, query: { since: snapshots[0] ?? 0 } })).items).toHaveLength(3);
	});

	it("plans and carries out restores there alone, and sees of others' none", async () => {
		const [before = 0, after = 0] = snapshots;
		const plan = async (client: Client, id: string, version: number) =>
			await client.createRestorePlan({ params: { siteId }, body: { items: [{ kind, id, version }] } });
		for (const client of each()) {
			for (const [id, version] of [
				["secret", after],
				["gone", before],
				["in", before],
				["out", before],
				["out", after],
			] as const) {
				await expect(plan(client, id, version), `${id} ${version}`).rejects.toMatchObject(missing);
			}
			const toOther = { items: [{ kind, id: "open", version: after }], target: { type: "copy" as const, spaceId: "2" } };
			await expect(client.createRestorePlan({ params: { siteId }, body: toOther })).rejects.toMatchObject(missing);
			const queried = await client.createRestorePlan({ params: { siteId }, body: { query: { q: "plan" } } });
			expect(queried.items.map((item) => item.ref.id).toSorted()).toEqual(["in", "open"]);
		}
		server.site.pages.set("secret", { title: "Secret plan", body: "spoilt", space: "2" });
		const theirs = await plan(home.client, "secret", after);
		await expect(limited.getRestorePlan({ params: { planId: theirs.id } })).rejects.toMatchObject(missing);
		await expect(limited.createRestore({ body: { planId: theirs.id } })).rejects.toMatchObject(missing);
		const restore = await home.client.createRestore({ body: { planId: theirs.id, reason: "hush reason" } });
		server.site.pages.set("open", { title: "Open plan", body: "spoilt" });
		const mine = await plan(limited, "open", after);
		const own = await limited.createRestore({ body: { planId: mine.id } });
		await vi.waitFor(async () => expect((await limited.getRestore({ params: { restoreId: own.id } })).status).toBe("succeeded"), 60_000);
		for (const client of each()) {
			const listed = await client.listRestores();
			expect(listed.items.map((one) => one.id)).toEqual([own.id]);
			expect(JSON.stringify(await client.getOverview())).not.toContain("Secret plan");
			await expect(client.getRestore({ params: { restoreId: restore.id } })).rejects.toMatchObject(missing);
			await expect(client.undoRestore({ params: { restoreId: restore.id } })).rejects.toMatchObject(missing);
		}
		expect((await home.client.listRestores()).items).toHaveLength(2);
	});

	it("is not shown an item that was moved away since the last backup", async () => {
		server.site.pages.set("open", { title: "Open plan", body: "moved and hush", space: "2" });
		const plan = await limited.createRestorePlan({
			params: { siteId },
			body: { items: [{ kind, id: "open", version: snapshots[1] ?? 0 }] },
		});
		expect(plan).toMatchObject({ status: "failed", items: [], error: { code: "not-found" } });
		await expect(limited.getItemVersion({ params: { ...at("open"), version: "live" } })).rejects.toMatchObject(missing);
	});
});
