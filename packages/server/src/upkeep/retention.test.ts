import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withOrganization } from "../data/database.ts";
import { type TestMember, TestServer } from "../test-server.fixture.ts";
import { KeptSite } from "./kept-site.fixture.ts";

const server = new TestServer();
const kind = "confluence.page";

beforeAll(async () => await server.start());
afterAll(async () => await server.close());

describe("rules of retention", () => {
	it("say what would go before they are saved, let it go with the next upkeep, and leave all else as it was", async () => {
		const kept = await KeptSite.make(server, 6);
		const { client } = kept.home;
		const params = { siteId: kept.siteId };
		expect(await client.getRetention({ params })).toMatchObject({
			rules: {},
			hold: null,
			plan: "enterprise",
			maxDays: null,
			beyondPlan: false,
		});
		const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0, sixth = 0] = kept.ids;
		const preview = await client.previewRetention({ params, body: { rules: { last: 2 } } });
		expect(preview.forget.map((verdict) => verdict.snapshotId)).toEqual([fourth, third, second, first]);
		expect(preview).toMatchObject({ keepCount: 2, forgetCount: 4, letsGo: true, needsApproval: false, hold: null });
		expect(preview.freedBytes).toBeGreaterThan(0);
		expect(await kept.listed()).toEqual(kept.ids);
		await client.updateRetention({ params, body: { rules: { last: 2 }, reason: "Two are enough" } });
		expect(await kept.listed()).toEqual(kept.ids);
		await client.pinSnapshot({ params: { ...params, snapshotId: second }, body: { label: "Quarter end" } });
		await client.holdSnapshot({ params: { ...params, snapshotId: third }, body: { name: "Case 7" } });
		const run = await kept.upkeep();
		expect(run).toMatchObject({ status: "succeeded", upkeep: { forgotten: [first, fourth], forgetHindered: null } });
		expect(await kept.listed()).toEqual([second, third, fifth, sixth]);
		for (const id of [second, third, fifth, sixth]) expect(await kept.readBack(id)).toEqual(kept.held.get(id));
		for (const id of [first, fourth]) {
			expect(new Set((await kept.readBack(id)).values())).toEqual(new Set([undefined]));
			await expect(client.getSnapshot({ params: { ...params, snapshotId: id } })).rejects.toMatchObject({ code: "not-found" });
			const plan = await client
				.createRestorePlan({ params, body: { items: [{ kind, id: "2", version: id }] } })
				.catch((error: unknown) => error);
			expect(plan).toMatchObject({ status: "failed", error: { code: "not-found" } });
		}
		// The page of the first day was in no restore point that is left: nobody finds it any more.
		expect((await client.searchItems({ query: { q: "fleeting1" } })).items).toEqual([]);
		await expect(client.getItem({ params: { ...params, kind, id: "11" } })).rejects.toMatchObject({ code: "not-found" });
		const history = (await client.getItem({ params: { ...params, kind, id: "2" } })).history.map((version) => version.snapshotId);
		expect(history).toEqual([sixth, fifth, third, second]);
		const audit = await client.listAudit({ query: { action: "retention.update" } });
		expect(audit.items).toMatchObject([{ outcome: "success", reason: "Two are enough", facts: { rules: "last 2" } }]);
		expect((await client.listAudit({ query: { action: "upkeep.finish" } })).items[0]).toMatchObject({ facts: { forgotten: 2 } });
	});

	it("wait while the site is held, whoever asks, and go on when it is released", async () => {
		const kept = await KeptSite.make(server, 3);
		const { client } = kept.home;
		const params = { siteId: kept.siteId };
		const [first = 0] = kept.ids;
		await client.holdSite({ params, body: { name: "Court order" } });
		await client.updateRetention({ params, body: { rules: { last: 1 } } });
		expect((await client.getRetention({ params })).hold?.name).toBe("Court order");
		expect((await kept.upkeep()).upkeep).toMatchObject({ forgotten: [], forgetHindered: "held" });
		await expect(client.forgetSnapshot({ params: { ...params, snapshotId: first }, body: { reason: "mine" } })).rejects.toMatchObject({
			code: "conflict",
		});
		expect(await kept.listed()).toEqual(kept.ids);
		await client.releaseSite({ params });
		await expect(client.releaseSite({ params })).rejects.toMatchObject({ code: "not-found" });
		expect((await kept.upkeep()).upkeep?.forgotten).toHaveLength(2);
		expect(await kept.listed()).toEqual(kept.ids.slice(-1));
	});

	it("are not stretched beyond the plan, and a plan alone lets nothing go", async () => {
		const kept = await KeptSite.make(server, 2);
		const { client, organizationId } = kept.home;
		const params = { siteId: kept.siteId };
		await withOrganization(server.platform.database, organizationId, async (scoped) => {
			await scoped.updateTable("organizations").set({ plan: "professional" }).execute();
		});
		expect(await client.getRetention({ params })).toMatchObject({ plan: "professional", maxDays: 365, beyondPlan: true });
		expect((await client.previewRetention({ params, body: { rules: { yearly: 3 } } })).beyondPlan).toContain("yearly");
		await expect(client.updateRetention({ params, body: { rules: { yearly: 3 } } })).rejects.toMatchObject({ code: "bad-input" });
		await expect(client.updateRetention({ params, body: { rules: {} } })).rejects.toMatchObject({ code: "bad-input" });
		expect((await kept.upkeep()).upkeep?.forgotten).toEqual([]);
		expect(await client.updateRetention({ params, body: { rules: { withinDays: 365, monthly: 12 } } })).toMatchObject({
			beyondPlan: false,
		});
	});
});

describe("one restore point", () => {
	it("is forgotten by hand with a reason, but never the newest, a pinned or a held one", async () => {
		const kept = await KeptSite.make(server, 4);
		const { client } = kept.home;
		const [first = 0, second = 0, third = 0, newest = 0] = kept.ids;
		const at = (snapshotId: number) => ({ siteId: kept.siteId, snapshotId });
		await client.pinSnapshot({ params: at(first), body: { label: "Before the migration" } });
		await client.holdSnapshot({ params: at(second), body: { name: "Case 7" } });
		const listed = (await client.listSnapshots({ params: { siteId: kept.siteId } })).items.toReversed();
		expect(listed.map(({ pin, holds }) => [pin, holds])).toEqual([
			["Before the migration", []],
			[null, ["Case 7"]],
			[null, []],
			[null, []],
		]);
		for (const id of [first, second, newest]) {
			await expect(client.forgetSnapshot({ params: at(id), body: { reason: "no" } })).rejects.toMatchObject({ code: "conflict" });
		}
		expect(await client.forgetSnapshot({ params: at(third), body: { reason: "Holds a secret" } })).toEqual(at(third));
		expect(await kept.listed()).toEqual([first, second, newest]);
		for (const id of [first, second, newest]) expect(await kept.readBack(id)).toEqual(kept.held.get(id));
		await expect(client.pinSnapshot({ params: at(third), body: { label: "late" } })).rejects.toMatchObject({ code: "not-found" });
		await client.releaseSnapshot({ params: at(second), body: { name: "Case 7" } });
		await client.unpinSnapshot({ params: at(first) });
		await client.forgetSnapshot({ params: at(first), body: { reason: "done" } });
		const { items } = await client.listAudit({ query: { action: "snapshot.forget" } });
		expect(items.map((entry) => [entry.outcome, entry.reason])).toEqual([
			["success", "done"],
			["success", "Holds a secret"],
			["failure", "no"],
			["failure", "no"],
			["failure", "no"],
		]);
	});

	it("stays for as long as a restore can be taken back with it", async () => {
		const kept = await KeptSite.make(server, 2);
		const { client } = kept.home;
		const params = { siteId: kept.siteId };
		const [first = 0, second = 0] = kept.ids;
		const plan = await client.createRestorePlan({ params, body: { items: [{ kind, id: "2", version: first }] } });
		const { id } = await client.createRestore({ body: { planId: plan.id } });
		const status = async () => (await client.getRestore({ params: { restoreId: id } })).status;
		await expect.poll(status, { timeout: 20_000 }).toBe("succeeded");
		await server.backUp(client, kept.siteId);
		await client.updateRetention({ params, body: { rules: { last: 1 } } });
		expect((await kept.upkeep()).upkeep?.forgotten).toEqual([second]);
		await client.undoRestore({ params: { restoreId: id } });
		await expect.poll(status, { timeout: 20_000 }).toBe("undone");
		server.clock.ahead += 31 * 86_400_000;
		const newest = await kept.nextDay();
		expect((await kept.upkeep()).status).toBe("succeeded");
		expect(await kept.listed()).toEqual([newest]);
	});
});

describe("letting go", () => {
	it("needs a second person where deletions do: rules, pins, holds and forgetting; keeping more needs nobody", async () => {
		const kept = await KeptSite.make(server, 3);
		const { client } = kept.home;
		const params = { siteId: kept.siteId };
		const [first = 0, second = 0] = kept.ids;
		await client.updateRetention({ params, body: { rules: { daily: 30 } } });
		await client.holdSite({ params, body: { name: "Court order" } });
		await client.pinSnapshot({ params: { ...params, snapshotId: first }, body: { label: "Quarter end" } });
		await client.updateOrganization({ body: { approvals: ["delete"] } });
		const admin = await server.member(kept.home, { name: "Admin", role: "admin" });
		const second_ = await server.member(kept.home, { name: "Second", role: "admin" });
		const deeds: readonly [string, (member: TestMember) => Promise<unknown>][] = [
			["rules", ({ client: as }) => as.updateRetention({ params, body: { rules: { daily: 2 } } })],
			["hold", ({ client: as }) => as.releaseSite({ params })],
			["unpin", ({ client: as }) => as.unpinSnapshot({ params: { ...params, snapshotId: first } })],
			["forget", ({ client: as }) => as.forgetSnapshot({ params: { ...params, snapshotId: second }, body: { reason: "a secret" } })],
		];
		expect(await admin.client.updateRetention({ params, body: { rules: { daily: 31 } } })).toMatchObject({ rules: { daily: 31 } });
		expect((await admin.client.previewRetention({ params, body: { rules: { daily: 2 } } })).needsApproval).toBe(true);
		for (const [name, deed] of deeds) {
			await expect(deed(admin), name).rejects.toMatchObject({ code: "approval-required" });
			const [waiting] = (await second_.client.listApprovals()).items;
			expect(waiting, name).toMatchObject({ deed: "delete", permission: "retention.edit", status: "waiting", mayDecide: true });
			await second_.client.approve({ params: { approvalId: waiting?.id ?? "" } });
			// The agreement is to what was asked for, by whom it was asked.
			if (name === "rules")
				await expect(admin.client.updateRetention({ params, body: { rules: { daily: 1 } } })).rejects.toMatchObject({
					code: "approval-required",
				});
			await deed(admin);
		}
		expect(await client.getRetention({ params })).toMatchObject({ rules: { daily: 2 }, hold: null });
		expect(await kept.listed()).not.toContain(second);
	});

	it("is for nobody without the permission and for no other organization", async () => {
		const kept = await KeptSite.make(server, 2);
		const params = { siteId: kept.siteId };
		const ofFirst = { ...params, snapshotId: kept.ids[0] ?? 0 };
		const stranger = (await server.organization("Elsewhere")).client;
		const operator = (await server.member(kept.home, { name: "Operator", role: "backup-operator" })).client;
		for (const [client, code] of [
			[stranger, "not-found"],
			[operator, "not-permitted"],
		] as const) {
			await expect(client.updateRetention({ params, body: { rules: { last: 1 } } })).rejects.toMatchObject({ code });
			await expect(client.forgetSnapshot({ params: ofFirst, body: { reason: "x" } })).rejects.toMatchObject({ code });
			await expect(client.pinSnapshot({ params: ofFirst, body: { label: "x" } })).rejects.toMatchObject({ code });
			await expect(client.holdSite({ params, body: { name: "x" } })).rejects.toMatchObject({ code });
			await expect(client.releaseSnapshot({ params: ofFirst, body: { name: "x" } })).rejects.toMatchObject({ code });
		}
		const foreign = { code: "not-found" };
		await expect(stranger.getRetention({ params })).rejects.toMatchObject(foreign);
		await expect(stranger.getUpkeep({ params })).rejects.toMatchObject(foreign);
		await expect(stranger.createUpkeep({ params })).rejects.toMatchObject(foreign);
		await expect(stranger.previewRetention({ params, body: { rules: {} } })).rejects.toMatchObject({ code: "not-found" });
		expect(await kept.listed()).toEqual(kept.ids);
		expect((await operator.getRetention({ params })).rules).toEqual({});
	});
});
