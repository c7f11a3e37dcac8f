import { type DrillRule, noDrills, type Run } from "@skyeworx/contract";
import { AppError, systemClock } from "@skyeworx/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { watchForNotices } from "../notify/watch.ts";
import { SiteApps } from "../schedule/read-due.ts";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";
import { packFiles, spoilFile } from "../upkeep/spoil-packs.fixture.ts";
import { beginDueDrills } from "./begin-drills.ts";

const server = new TestServer();
const drillSpace = { app: "confluence", spaceId: "7" } as const;
let home: TestOrganization;
let siteId: string;

beforeAll(async () => await server.start());
afterAll(async () => await server.close());

beforeEach(async () => {
	server.site.reset();
	home = await server.organization("Home");
	siteId = await server.connect(home);
	for (const id of ["1", "2", "3"]) server.site.pages.set(id, { title: `Page ${id}`, body: `text of ${id}` });
	server.site.pages.set("70", { title: "About this space", body: "scratch", space: "7" });
	await server.backUp(home.client, siteId);
});

const params = () => ({ siteId });
const client = () => server.client(home.apiKey);

async function setRule(change: Partial<DrillRule>): Promise<void> {
	await client().updateDrills({ params: params(), body: { rule: { ...noDrills, items: 3, ...change } } });
}

async function drill(): Promise<Run> {
	const { id } = await client().createDrill({ params: params() });
	return await server.ended(client(), id);
}

const state = () => structuredClone([...server.site.pages]);
const copies = () => [...server.site.pages.keys()].filter((id) => id.includes("-copy-"));

/** Holds the trial at its n-th write, until it is let go. */
function holdAtWrite(n: number) {
	const reached = Promise.withResolvers<void>();
	const goOn = Promise.withResolvers<void>();
	server.site.beforeWrite = async () => {
		if (server.site.writes !== n - 1) return;
		reached.resolve();
		await goOn.promise;
	};
	return { reached: reached.promise, goOn };
}

async function beginDue(): Promise<number> {
	return await beginDueDrills(server.platform, { atOnce: 100, pointsPerHour: 65_000, apps: new SiteApps(server.platform) });
}

describe("a restore drill", () => {
	it("reads out, plans, restores copies into the drill space, reads them back, and leaves everything as it was", async () => {
		await setRule({ every: "month", drillSpaces: [drillSpace] });
		server.site.pages.set("2", { title: "Page 2", body: "changed since" });
		const before = state();
		const points = (await client().listSnapshots({ params: params() })).items.length;
		const seen: (string | undefined)[] = [];
		server.site.onWrite = (page) => {
			seen.push(page.space);
			return page;
		};
		const run = await drill();
		expect(run).toMatchObject({ status: "succeeded", type: "drill", error: null });
		expect(run.drill).toMatchObject({
			sampled: [{ kind: "confluence.page", items: 3 }],
			read: { items: 3, parts: 3, damagedParts: 0 },
			plan: { leave: 2, change: 1, create: 0 },
			trial: { restored: 3, notRestored: 0, fields: { exact: 3, failed: 0 } },
			noTrial: null,
			cleared: { undone: 3, kept: 0, left: 0 },
			score: 1,
			time: { basis: "measured" },
			faults: [],
		});
		expect(seen).toEqual(["7", "7", "7"]);
		expect(state()).toEqual(before);
		expect((await client().listSnapshots({ params: params() })).items).toHaveLength(points);
		const { drills } = await client().getInsights({ query: { siteId } });
		expect(drills).toMatchObject([{ runId: run.id, siteId, status: "succeeded", items: 3, restored: 3, faults: 0, score: 1 }]);
		const { items } = await client().listAudit({ query: { action: "drill.finish" } });
		expect(items).toMatchObject([{ outcome: "success", facts: { score: 1, restored: 3, undone: 3 } }]);
	});

	it("without a drill space writes nothing, and reckons the time by the plan", async () => {
		server.site.pages.delete("1");
		const run = await drill();
		expect(run).toMatchObject({
			status: "succeeded",
			drill: { trial: null, noTrial: "no-drill-space", score: 1, time: { basis: "planned" } },
		});
		expect(run.drill?.plan).toMatchObject({ leave: 3, create: 1 });
		expect(server.site.writes).toBe(0);
	});

	it("takes items from the chosen spaces only, and none from the drill space", async () => {
		server.site.pages.set("80", { title: "Elsewhere", body: "in space 8", space: "8" });
		await server.backUp(home.client, siteId);
		await setRule({ items: 50, drillSpaces: [drillSpace], spaces: [{ app: "confluence", spaceId: "8" }] });
		expect((await drill()).drill).toMatchObject({ sampled: [{ items: 1 }], trial: { restored: 1 } });
		await setRule({ items: 50, drillSpaces: [drillSpace] });
		expect((await drill()).drill).toMatchObject({ sampled: [{ items: 4 }] });
	});

	it("finds fields that the site does not keep, is scored by them, and tells of it", async () => {
		await home.client.createNoticeTarget({ body: { type: "webhook", url: "https://hooks.example.com/x", rules: ["drill"] } });
		await setRule({ drillSpaces: [drillSpace] });
		server.site.onWrite = (page) => (page.title === "Page 2" ? { ...page, body: "mangled" } : page);
		const run = await drill();
		expect(run).toMatchObject({ status: "incomplete", drill: { score: 2 / 3, faultCount: 1, cleared: { undone: 3 } } });
		expect(run.drill?.faults).toEqual([{ kind: "confluence.page", id: "2", field: "body", what: "field", code: "differs" }]);
		expect(copies()).toEqual([]);
		await watchForNotices(server.platform);
		const { items } = await client().listNotices({ query: {} });
		expect(items.filter((notice) => notice.rule === "drill")).toMatchObject([
			{ siteId, detail: expect.stringContaining("faults found: 1.") },
		]);
	});

	it("finds what can't be read out of the vault any more", async () => {
		for (const path of await packFiles(client(), siteId, "R")) spoilFile(path);
		await server.platform.sites.forget(home.organizationId, siteId);
		const run = await drill();
		expect(run).toMatchObject({ status: "incomplete", drill: { score: 0 } });
		expect(run.drill?.faults[0]).toMatchObject({ what: "unreadable", code: "vault-damaged" });
	});

	it("keeps a copy that somebody worked on meanwhile", async () => {
		await setRule({ drillSpaces: [drillSpace] });
		server.site.beforeWrite = async () => {
			const [first] = copies();
			if (first !== undefined && server.site.writes === 2) server.site.pages.set(first, { title: "Mine", body: "by hand", space: "7" });
		};
		const run = await drill();
		expect(run.drill?.cleared).toMatchObject({ undone: 2, kept: 1, left: 0 });
		expect(copies().map((id) => server.site.pages.get(id)?.title)).toEqual(["Mine"]);
	});
});

describe("a drill that breaks off", () => {
	it("is cleaned up at the next start of the server, and begun anew", async () => {
		await setRule({ drillSpaces: [drillSpace] });
		const before = state();
		const held = holdAtWrite(2);
		const { id } = await client().createDrill({ params: params() });
		await held.reached;
		const stopped = server.stopServer();
		held.goOn.reject(new AppError("cancelled", "the process is going"));
		await stopped;
		expect(copies()).toHaveLength(1);
		server.site.beforeWrite = async () => {};
		await server.start();
		expect(await server.ended(client(), id)).toMatchObject({ status: "succeeded", drill: { score: 1, cleared: { kept: 0, left: 0 } } });
		expect(state()).toEqual(before);
	});

	it("is cleaned up when it is cancelled", async () => {
		await setRule({ drillSpaces: [drillSpace] });
		const before = state();
		const held = holdAtWrite(2);
		const { id } = await client().createDrill({ params: params() });
		await held.reached;
		await client().cancelRun({ params: { runId: id } });
		held.goOn.resolve();
		expect(await server.ended(client(), id)).toMatchObject({ status: "cancelled" });
		expect(state()).toEqual(before);
	});

	it("is cleaned up later where the site could not be reached, also when there are to be no drills any more", async () => {
		await setRule({ drillSpaces: [drillSpace] });
		const before = state();
		const gone = new AppError("site-unreachable", "away");
		const undo = holdAtWrite(4);
		const { id } = await client().createDrill({ params: params() });
		await undo.reached;
		server.site.beforeWrite = async () => {
			throw gone;
		};
		undo.goOn.reject(gone);
		const run = await server.ended(client(), id);
		expect(run).toMatchObject({ status: "incomplete", drill: { cleared: { left: 3 } } });
		expect(copies()).toHaveLength(3);
		expect(await client().getDrills({ params: params() })).toMatchObject({ leftBehind: 1, nextDueAt: null });
		server.site.beforeWrite = async () => {};
		expect(await beginDue()).toBe(0);
		server.clock.ahead += 3_700_000;
		expect(await beginDue()).toBe(1);
		const [again] = (await client().listRuns({ query: { siteId, type: "drill" } })).items;
		await server.ended(client(), again?.id ?? "");
		expect(state()).toEqual(before);
		expect(await client().getDrills({ params: params() })).toMatchObject({ leftBehind: 0 });
	});
});

describe("a drill and others", () => {
	it("gives way to a restore of the site, which never runs at the same time", async () => {
		await setRule({ drillSpaces: [drillSpace] });
		server.site.pages.set("2", { title: "Page 2", body: "graffiti" });
		const [version] = (await client().listSnapshots({ params: params() })).items;
		const body = { items: [{ kind: "confluence.page", id: "2", version: version?.id ?? 0 }] };
		const plan = await client().createRestorePlan({ params: params(), body });
		const held = holdAtWrite(2);
		const { id } = await client().createDrill({ params: params() });
		await held.reached;
		const restore = await client().createRestore({ body: { planId: plan.id } });
		await systemClock.sleep(2500);
		expect((await client().getRestore({ params: { restoreId: restore.id } })).status).toBe("queued");
		held.goOn.resolve();
		expect(await server.ended(client(), id)).toMatchObject({ status: "succeeded", drill: { trial: null, noTrial: "gave-way" } });
		await vi.waitFor(
			async () => expect((await client().getRestore({ params: { restoreId: restore.id } })).status).toBe("succeeded"),
			20_000,
		);
		expect(copies()).toEqual([]);
		expect(server.site.pages.get("2")?.body).toBe("text of 2");
	});

	it("begins by itself at night, once however many look, and is due again in its time", async () => {
		await setRule({ every: "week" });
		expect(await beginDue()).toBe(0);
		const { nextDueAt } = await client().getDrills({ params: params() });
		server.clock.ahead += Date.parse(nextDueAt ?? "") - server.clock.now().getTime() + 1000;
		await Promise.all([beginDue(), beginDue()]);
		const { items } = await client().listRuns({ query: { siteId, type: "drill" } });
		expect(items).toMatchObject([{ trigger: "schedule", requestedBy: { name: "Schedule" } }]);
		await server.ended(client(), items[0]?.id ?? "");
		expect(await beginDue()).toBe(0);
		const next = Date.parse((await client().getDrills({ params: params() })).nextDueAt ?? "") - server.clock.now().getTime();
		expect(next / 86_400_000).toBeGreaterThan(5.5);
		expect(next / 86_400_000).toBeLessThan(8);
	});
});

describe("who may set drills up", () => {
	it("needs to be allowed to restore for a drill space, and that space must be there", async () => {
		const { secret } = await server.keyOf(home.owner, ["status.see", "policy.edit", "backup.run"]);
		const limited = server.client(secret);
		const rule = { ...noDrills, drillSpaces: [drillSpace] };
		await expect(limited.updateDrills({ params: params(), body: { rule } })).rejects.toMatchObject({ code: "not-permitted" });
		await limited.updateDrills({ params: params(), body: { rule: { ...noDrills, every: "month" } } });
		await setRule({ drillSpaces: [drillSpace] });
		await expect(limited.createDrill({ params: params() })).rejects.toMatchObject({ code: "not-permitted" });
		await expect(setRule({ drillSpaces: [{ app: "confluence", spaceId: "404" }] })).rejects.toMatchObject({ code: "bad-input" });
		const two = [drillSpace, { app: "confluence", spaceId: "1" }] as const;
		await expect(setRule({ drillSpaces: [...two] })).rejects.toMatchObject({ code: "bad-input" });
		const other = await server.organization("Other");
		await expect(other.client.getDrills({ params: params() })).rejects.toMatchObject({ code: "not-found" });
		await expect(other.client.updateDrills({ params: params(), body: { rule: noDrills } })).rejects.toMatchObject({ code: "not-found" });
		await expect(other.client.createDrill({ params: params() })).rejects.toMatchObject({ code: "not-found" });
	});

	it("needs a second person for a drill space where deletions do, and for that rule alone", async () => {
		const second = await server.member(home, { name: "Second", role: "admin" });
		await home.client.updateOrganization({ body: { approvals: ["delete"] } });
		const rule = { ...noDrills, drillSpaces: [drillSpace] };
		const asked = { params: params(), body: { rule, reason: "For the auditors" } };
		await expect(home.client.updateDrills(asked)).rejects.toMatchObject({ code: "approval-required" });
		expect(await client().getDrills({ params: params() })).toMatchObject({ rule: { drillSpaces: [] } });
		const [wanted] = (await second.client.listApprovals()).items;
		expect(wanted).toMatchObject({ deed: "delete", reason: "For the auditors", mayDecide: true });
		await second.client.approve({ params: { approvalId: wanted?.id ?? "" } });
		const other = { ...rule, drillSpaces: [{ app: "confluence" as const, spaceId: "1" }] };
		await expect(home.client.updateDrills({ params: params(), body: { rule: other } })).rejects.toMatchObject({
			code: "approval-required",
		});
		expect((await home.client.updateDrills(asked)).rule).toEqual(rule);
		expect((await home.client.updateDrills({ params: params(), body: { rule: { ...rule, items: 5 } } })).rule.items).toBe(5);
	});
});
