import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type TestMember, type TestOrganization, TestServer } from "../test-server.fixture.ts";

const server = new TestServer();
const kind = "confluence.page";
let home: TestOrganization;
let asker: TestMember;
let second: TestMember;
let siteId: string;
let version: number;

beforeAll(async () => {
	await server.start();
	home = await server.organization("Home");
	server.site.pages.set("1", { title: "Plan", body: "as it was" });
	server.site.pages.set("2", { title: "Deleted plan", body: "as it was" });
	siteId = await server.connect(home);
	version = (await server.backUp(home.client, siteId)).snapshotId ?? -1;
	asker = await server.member(home, { name: "Asker", role: "restore-operator" });
	second = await server.member(home, { name: "Second", role: "restore-operator" });
	await home.client.updateOrganization({ body: { approvals: ["overwrite", "delete"] } });
});

afterAll(async () => await server.close());

const needed = { code: "approval-required", status: 409 };

async function planOf(id: string, { client } = asker) {
	return await client.createRestorePlan({ params: { siteId }, body: { items: [{ kind, id, version }] } });
}

async function asked(by: TestMember = second) {
	const [newest] = (await by.client.listApprovals()).items;
	if (newest === undefined) throw new Error("nothing was asked for");
	return newest;
}

function spoil(): void {
	server.site.pages.set("1", { title: "Plan", body: "spoilt" });
	server.site.writes = 0;
}

describe("an overwrite", () => {
	it("waits for a second person, is done once then, and the audit log says who agreed and why", async () => {
		spoil();
		const plan = await planOf("1");
		const body = { planId: plan.id, reason: "The page was defaced" };
		await expect(asker.client.createRestore({ body })).rejects.toMatchObject(needed);
		await expect(asker.client.createRestore({ body })).rejects.toMatchObject(needed);
		expect((await asker.client.listApprovals()).items).toHaveLength(1);
		const wanted = await asked();
		expect(wanted).toMatchObject({ deed: "overwrite", label: "Plan", reason: "The page was defaced", status: "waiting", mayDecide: true });
		expect(wanted.requestedBy.name).toBe("Asker");
		expect(server.site.pages.get("1")?.body).toBe("spoilt");
		await second.client.approve({ params: { approvalId: wanted.id } });
		expect(server.site.pages.get("1")?.body).toBe("spoilt");
		const restore = await asker.client.createRestore({ body });
		await vi.waitFor(
			async () => expect((await asker.client.getRestore({ params: { restoreId: restore.id } })).status).toBe("succeeded"),
			30_000,
		);
		expect(server.site.pages.get("1")?.body).toBe("as it was");
		expect((await asked()).status).toBe("used");
		const { items } = await home.client.listAudit({ query: { action: "approval.approve" } });
		expect(items).toMatchObject([{ actor: { name: "Second" }, target: { label: "Plan" }, reason: "The page was defaced" }]);
		const done = await home.client.listAudit({ query: { action: "restore.run" } });
		expect(done.items.map((entry) => entry.outcome)).toEqual(["success", "denied", "denied"]);
		expect(done.items[0]).toMatchObject({ reason: "The page was defaced", target: { label: "Plan" } });
	});

	it("can't be agreed to by whoever asked, by a key, by the maker of the key that asked, or without the permission", async () => {
		spoil();
		const plan = await planOf("1");
		await expect(asker.client.createRestore({ body: { planId: plan.id } })).rejects.toMatchObject(needed);
		const params = { approvalId: (await asked()).id };
		await expect(asker.client.approve({ params })).rejects.toMatchObject({ code: "not-permitted" });
		await expect(home.client.approve({ params })).rejects.toMatchObject({ code: "not-permitted" });
		const viewer = await server.member(home, { name: "Viewer", role: "viewer" });
		await expect(viewer.client.approve({ params })).rejects.toMatchObject({ code: "not-found" });
		expect((await viewer.client.listApprovals()).items).toEqual([]);
		const elsewhere = await server.organization("Elsewhere");
		const stranger = await server.member(elsewhere, { name: "Stranger", role: "owner" });
		await expect(stranger.client.approve({ params })).rejects.toMatchObject({ code: "not-found" });
		const spaces = [{ siteId, app: "confluence" as const, spaceId: "99" }];
		const limited = await server.member(home, { name: "Limited", role: "restore-operator", spaces });
		await expect(limited.client.approve({ params })).rejects.toMatchObject({ code: "not-found" });

		const admin = await server.member(home, { name: "Key maker", role: "admin" });
		const { secret } = await admin.client.createApiKey({ body: { name: "robot", permissions: ["item.restore", "item.preview"] } });
		const robot = { ...asker, client: server.client(secret) };
		const theirs = await planOf("1", robot);
		await expect(robot.client.createRestore({ body: { planId: theirs.id } })).rejects.toMatchObject(needed);
		const own = (await admin.client.listApprovals()).items[0];
		expect(own).toMatchObject({ requestedBy: { type: "api-key", name: "robot" }, mayDecide: false });
		await expect(admin.client.approve({ params: { approvalId: own?.id ?? "" } })).rejects.toMatchObject({ code: "not-permitted" });
		expect(server.site.writes).toBe(0);
	});

	it("that was rejected, or not decided in time, is not done", async () => {
		spoil();
		const plan = await planOf("1");
		const body = { planId: plan.id };
		await expect(asker.client.createRestore({ body })).rejects.toMatchObject(needed);
		const first = await asked();
		await second.client.reject({ params: { approvalId: first.id } });
		await expect(second.client.approve({ params: { approvalId: first.id } })).rejects.toMatchObject({ code: "conflict" });
		await expect(asker.client.createRestore({ body })).rejects.toMatchObject(needed);
		const again = await asked();
		expect(again.id).not.toBe(first.id);
		server.clock.ahead += 61 * 60_000;
		await expect(second.client.approve({ params: { approvalId: again.id } })).rejects.toMatchObject({ code: "conflict" });
		expect((await asked()).status).toBe("expired");
		await expect(asker.client.createRestore({ body })).rejects.toMatchObject({ code: "plan-outdated" });
		expect(server.site.writes).toBe(0);
	});

	it("an agreement is for that plan and that person alone", async () => {
		spoil();
		const plan = await planOf("1");
		await expect(asker.client.createRestore({ body: { planId: plan.id } })).rejects.toMatchObject(needed);
		await second.client.approve({ params: { approvalId: (await asked()).id } });
		await expect(second.client.createRestore({ body: { planId: plan.id } })).rejects.toMatchObject(needed);
		const other = await planOf("1");
		await expect(asker.client.createRestore({ body: { planId: other.id } })).rejects.toMatchObject(needed);
		expect(server.site.writes).toBe(0);
	});
});

describe("a deletion", () => {
	it("is what undoing a re-creation is: it waits, while creating did not", async () => {
		server.site.pages.delete("2");
		const plan = await planOf("2");
		const restore = await asker.client.createRestore({ body: { planId: plan.id } });
		const params = { restoreId: restore.id };
		await vi.waitFor(async () => expect((await asker.client.getRestore({ params })).status).toBe("succeeded"), 60_000);
		await expect(asker.client.undoRestore({ params })).rejects.toMatchObject(needed);
		expect(server.site.pages.has("2")).toBe(true);
		await second.client.approve({ params: { approvalId: (await asked()).id } });
		await asker.client.undoRestore({ params });
		await vi.waitFor(() => expect(server.site.pages.has("2")).toBe(false), 60_000);
	});
});

describe("the rule itself", () => {
	it("is switched on by one, and off by two", async () => {
		const one = await server.member(home, { name: "First admin", role: "admin" });
		const two = await server.member(home, { name: "Second admin", role: "admin" });
		const off = { body: { approvals: [] } };
		await expect(one.client.updateOrganization(off)).rejects.toMatchObject(needed);
		expect((await one.client.getOrganization()).approvals.toSorted()).toEqual(["delete", "overwrite"]);
		await two.client.approve({ params: { approvalId: (await asked(two)).id } });
		expect((await one.client.updateOrganization(off)).approvals).toEqual([]);
		spoil();
		const plan = await planOf("1");
		expect((await asker.client.createRestore({ body: { planId: plan.id } })).status).toBe("queued");
		expect((await one.client.updateOrganization({ body: { approvals: ["overwrite"] } })).approvals).toEqual(["overwrite"]);
	});
});
