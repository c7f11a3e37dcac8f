import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quietLog, systemClock, systemRandom } from "@skyeworx/core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { withOrganization } from "../data/database.ts";
import { watchForNotices } from "../notify/watch.ts";
import { openPlatform, serveJobs } from "../server.ts";
import { realBackends } from "../sites/real-backends.ts";
import { TestServer } from "../test-server.fixture.ts";
import { beginDueUpkeep } from "./begin-upkeep.ts";
import { KeptSite } from "./kept-site.fixture.ts";
import { packFiles, spoilFile } from "./spoil-packs.fixture.ts";
import { packsDue } from "./verify-share.ts";

const server = new TestServer();
const day = 86_400_000;

beforeAll(async () => await server.start());
afterAll(async () => await server.close());

const runtimeOf = async (kept: KeptSite) => await server.platform.sites.open(kept.home.organizationId, kept.siteId);

describe("what is changed while an upkeep forgets", () => {
	it.each(["hold", "rules", "pin"] as const)("a %s counts from the next restore point on", async (change) => {
		const kept = await KeptSite.make(server, 5);
		const { client } = kept.home;
		const params = { siteId: kept.siteId };
		const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0] = kept.ids;
		await client.updateRetention({ params, body: { rules: { last: 1 } } });
		const { vault } = await runtimeOf(kept);
		const changed: Promise<unknown>[] = [];
		const { forget } = vault;
		onTestFinished(() => {
			vault.forget = forget;
		});
		// The change is asked for when the first is about to go; rules and holds of the site wait until it is gone.
		vault.forget = async (id, reason) => {
			if (changed.length === 0) {
				if (change === "hold") changed.push(client.holdSite({ params, body: { name: "Court order" } }));
				if (change === "rules") changed.push(client.updateRetention({ params, body: { rules: { last: 3 } } }));
				if (change === "pin") {
					changed.push(client.pinSnapshot({ params: { ...params, snapshotId: second }, body: { label: "Quarter end" } }));
					await changed[0];
				}
				await systemClock.sleep(300);
			}
			await forget.call(vault, id, reason);
			if (change !== "pin") await systemClock.sleep(50);
		};
		const run = await kept.upkeep();
		await Promise.all(changed);
		expect(run.status).toBe("succeeded");
		const left = { hold: [second, third, fourth, fifth], rules: [third, fourth, fifth], pin: [second, fifth] }[change];
		expect(await kept.listed()).toEqual(left);
		expect(run.upkeep?.forgotten[0]).toBe(first);
		expect(run.upkeep?.forgetHindered).toBe(change === "hold" ? "held" : null);
		for (const id of left) expect(await kept.readBack(id)).toEqual(kept.held.get(id));
	});
});

describe("space", () => {
	it("comes back in two steps: what was announced goes with the next upkeep, and all that stays reads back", async () => {
		const kept = await KeptSite.make(server, 8);
		const { client } = kept.home;
		const params = { siteId: kept.siteId };
		await client.updateRetention({ params, body: { rules: { last: 1 } } });
		const first = await kept.upkeep();
		expect(first.upkeep?.forgotten).toHaveLength(7);
		expect(first.upkeep?.collected?.condemned.objects).toBeGreaterThan(0);
		expect(first.upkeep?.collected?.freed.objects).toBe(0);
		const before = (await packFiles(kept.home.client, kept.siteId, "R")).length;
		const second = await kept.upkeep();
		expect(second.upkeep?.collected?.freed.bytes).toBeGreaterThan(0);
		expect((await packFiles(kept.home.client, kept.siteId, "R")).length).toBeLessThan(before);
		const [newest = 0] = kept.ids.slice(-1);
		expect(await kept.listed()).toEqual([newest]);
		expect(await kept.readBack(newest)).toEqual(kept.held.get(newest));
		expect((await client.createVerification({ params, body: { level: "data" } })).type).toBe("verify");
	});

	it("does not go from a paused site", async () => {
		const kept = await KeptSite.make(server, 3);
		const params = { siteId: kept.siteId };
		await kept.home.client.updateRetention({ params, body: { rules: { last: 1 } } });
		await kept.home.client.updateSite({ params, body: { paused: true } });
		expect((await kept.upkeep()).upkeep).toMatchObject({ forgotten: [], forgetHindered: "paused" });
		expect(await kept.listed()).toEqual(kept.ids);
	});
});

describe("rolling verification", () => {
	it("reads everything within the days that the policy says", async () => {
		expect(packsDue(0, { daysSince: 1, withinDays: 30 })).toBe(0);
		expect(packsDue(10, { daysSince: 0, withinDays: 30 })).toBe(1);
		expect(packsDue(3000, { daysSince: 1, withinDays: 30 })).toBe(100);
		expect(packsDue(3000, { daysSince: 2.5, withinDays: 30 })).toBe(250);
		expect(packsDue(3000, { daysSince: Number.POSITIVE_INFINITY, withinDays: 30 })).toBe(3000);
		const kept = await KeptSite.make(server, 6);
		const params = { siteId: kept.siteId };
		const { client } = kept.home;
		await client.updateRetention({ params, body: { verifyWithinDays: 3 } });
		expect(await client.getUpkeep({ params })).toMatchObject({ verifiedAt: null, wholeSince: null, verifyWithinDays: 3, damage: null });
		const first = await kept.upkeep();
		expect(first.upkeep?.verified).toMatchObject({ gaveWay: false });
		const { packs = 0, ofPacks = 0 } = first.upkeep?.verified ?? {};
		expect(packs).toBe(ofPacks);
		const began = Date.parse(first.startedAt ?? "");
		expect(Date.parse((await client.getUpkeep({ params })).wholeSince ?? "")).toBeGreaterThanOrEqual(began);
		let read = 0;
		for (let n = 1; n <= 3; n += 1) {
			server.clock.ahead += day;
			const { verified } = (await kept.upkeep()).upkeep ?? {};
			expect(verified?.packs).toBeLessThan(ofPacks);
			read += verified?.packs ?? 0;
		}
		expect(read).toBeGreaterThanOrEqual(ofPacks);
		expect(Date.parse((await client.getUpkeep({ params })).wholeSince ?? "")).toBeGreaterThan(began + day / 2);
	});
});

describe("damage", () => {
	it("is told with each item of each restore point, turns the overview, raises a notice, and is healed from the site", async () => {
		const kept = await KeptSite.make(server, 2);
		const { client, organizationId } = kept.home;
		const params = { siteId: kept.siteId };
		await client.createNoticeTarget({ body: { type: "webhook", url: "https://hooks.example.com/x", rules: ["damage"] } });
		const [first = 0, second = 0] = kept.ids;
		for (const path of await packFiles(client, kept.siteId, "R")) spoilFile(path);
		await server.platform.sites.forget(organizationId, kept.siteId);
		const run = await kept.upkeep();
		expect(run).toMatchObject({ status: "failed", error: { code: "vault-damaged" } });
		expect(run.upkeep?.repaired?.setAside).toBeGreaterThan(0);
		const healingRunId = run.upkeep?.healingRunId;
		if (typeof healingRunId !== "string") throw new Error("no backup was asked for");
		const told = await client.getUpkeep({ params });
		const lost = told.damage?.objects.flatMap((one) => one.lost) ?? [];
		expect(lost).toContainEqual({ snapshotId: second, kind: "confluence.page", id: "2", part: "", key: null, title: "Diary" });
		expect(lost.some((entry) => entry.snapshotId === first && entry.id === "1")).toBe(true);
		await watchForNotices(server.platform);
		expect((await client.listNotices({ query: {} })).items.map((notice) => notice.rule)).toContain("damage");
		const overview = await client.getOverview();
		expect(overview.health).toEqual({ level: "critical", sentence: "The vault of Test site is damaged." });
		expect(overview.attention.map((entry) => entry.code)).toContain("damaged");
		expect((await (await server.organization("Elsewhere")).client.getOverview()).attention).toEqual([]);
		expect((await server.ended(client, healingRunId)).status).toBe("succeeded");
		const again = await kept.upkeep();
		const left = (await client.getUpkeep({ params })).damage?.objects.flatMap((one) => one.lost) ?? [];
		// What the site still has is whole again, in older restore points too; what it has no more is lost and said to be.
		expect(left.some((entry) => entry.id === "1" || entry.snapshotId > second)).toBe(false);
		expect(left.some((entry) => entry.snapshotId === first && entry.id === "2")).toBe(true);
		expect(again.status).toBe("failed");
		expect((await kept.readBack(first)).get("1")).toBe("as ever");
		expect(await kept.readBack(second)).toEqual(kept.held.get(second));
		await client.forgetSnapshot({ params: { ...params, snapshotId: first }, body: { reason: "Its diary is lost" } });
		expect((await kept.upkeep()).status).toBe("succeeded");
		expect((await client.getOverview()).health.level).toBe("good");
	});
});

describe("damage that a verification by hand finds", () => {
	it("is told where any damage is, stays while less is looked at, and goes with a look at everything", async () => {
		const kept = await KeptSite.make(server, 2);
		const { client, organizationId } = kept.home;
		const params = { siteId: kept.siteId };
		const verify = async (level: "log" | "data") => {
			const { id } = await client.createVerification({ params, body: { level } });
			return (await server.ended(client, id)).status;
		};
		const damaged = async () => (await client.getUpkeep({ params })).damage?.objects.map((one) => one.object) ?? [];
		const files = await packFiles(client, kept.siteId, "R");
		const whole = files.map((path) => [path, readFileSync(path)] as const);
		const reopen = async () => await server.platform.sites.forget(organizationId, kept.siteId);
		for (const path of files) spoilFile(path);
		await reopen();
		expect(await verify("log")).toBe("succeeded");
		expect(await damaged()).toEqual([]);
		expect(await verify("data")).toBe("failed");
		expect((await damaged()).length).toBeGreaterThan(0);
		expect((await client.getOverview()).attention.map((entry) => entry.code)).toContain("damaged");
		for (const [path, bytes] of whole) {
			rmSync(path);
			writeFileSync(path, bytes);
		}
		await reopen();
		expect(await verify("log")).toBe("succeeded");
		expect((await damaged()).length).toBeGreaterThan(0);
		expect(await verify("data")).toBe("succeeded");
		expect(await damaged()).toEqual([]);
		expect((await client.getOverview()).attention.map((entry) => entry.code)).not.toContain("damaged");
	});
});

describe("an upkeep and others", () => {
	it("is one at a time for a site, waits for a backup, and is taken up by whoever comes next when its worker is gone", async () => {
		const kept = await KeptSite.make(server, 3);
		const { client, organizationId, apiKey } = kept.home;
		const params = { siteId: kept.siteId };
		await client.updateRetention({ params, body: { rules: { last: 1 } } });
		await server.stopServer();
		await server.start({ concurrency: 0 });
		const [one, two] = await Promise.all([server.client(apiKey).createUpkeep({ params }), server.client(apiKey).createUpkeep({ params })]);
		expect(one.id).toBe(two.id);
		// As a worker leaves it that was killed after it had forgotten one.
		await withOrganization(server.platform.database, organizationId, async (scoped) => {
			await scoped
				.updateTable("runs")
				.set({ status: "running", started_at: new Date(0) })
				.where("id", "=", one.id)
				.execute();
		});
		await (await runtimeOf(kept)).vault.forget(kept.ids[0] ?? 0, "retention: kept by no rule");
		await server.stopServer();
		await server.start();
		const again = server.client(apiKey);
		expect(await server.ended(again, one.id)).toMatchObject({ status: "succeeded", upkeep: { forgotten: [kept.ids[1]] } });
		const { items } = await again.listSnapshots({ params });
		expect(items.map((snapshot) => snapshot.id)).toEqual(kept.ids.slice(-1));
	});

	it("never overlaps with a backup of the site over two workers, and is done once", async () => {
		const kept = await KeptSite.make(server, 3);
		const { client, organizationId } = kept.home;
		const params = { siteId: kept.siteId };
		const dataFolder = mkdtempSync(join(tmpdir(), "skyeworx-second-"));
		const ports = { clock: server.clock, random: systemRandom, log: quietLog };
		const { masterKey, ownerUrl } = server;
		const backends = { ...realBackends(ports), kinds: server.site.connector().kinds, connect: () => server.site.connector() };
		const options = { dataFolder, ownerUrl, masterKey, backends, storageRoots: [], siteAddresses: "any" as const };
		const other = await openPlatform({ ...ports, ...options, shared: true, collecting: { grace: 0 } });
		const second = await serveJobs(other, { concurrency: 2, alone: false });
		onTestFinished(async () => {
			await second.stop();
			rmSync(dataFolder, { recursive: true, force: true });
		});
		await client.updateRetention({ params, body: { rules: { last: 2 } } });
		for (let round = 0; round < 4; round += 1) {
			const asked = [
				client.createBackup({ params }),
				client.createUpkeep({ params }),
				client.createBackup({ params }),
				client.createUpkeep({ params }),
			];
			for (const { id } of await Promise.all(asked)) await server.ended(client, id);
		}
		const { items } = await client.listRuns({ query: { siteId: kept.siteId, limit: 100 } });
		const spans = items
			.map((run) => [Date.parse(run.startedAt ?? ""), Date.parse(run.finishedAt ?? "")])
			.toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
		for (const [index, span] of spans.entries()) expect(span[0]).toBeGreaterThanOrEqual(spans[index - 1]?.[1] ?? 0);
		expect(items.every((run) => run.status === "succeeded")).toBe(true);
		const forgotten = items.flatMap((run) => run.upkeep?.forgotten ?? []);
		expect(new Set(forgotten).size).toBe(forgotten.length);
		await other.sites.open(organizationId, kept.siteId);
		const verified = await client.createVerification({ params, body: { level: "data" } });
		expect(await server.ended(client, verified.id)).toMatchObject({ status: "succeeded", verification: { ok: true } });
	});

	it("begins by itself at night in the site's time zone, once however many look, for one organization as for another", async () => {
		const kept = await KeptSite.make(server, 1);
		const params = { siteId: kept.siteId };
		const { client } = kept.home;
		server.clock.ahead += 2 * day;
		// Earlier tests left sites that are due too: all of them get their turn.
		await Promise.all([beginDueUpkeep(server.platform, { atOnce: 100 }), beginDueUpkeep(server.platform, { atOnce: 100 })]);
		const { items } = await client.listRuns({ query: { siteId: kept.siteId, type: "upkeep" } });
		expect(items).toMatchObject([{ trigger: "schedule", requestedBy: { name: "Schedule" } }]);
		await server.ended(client, items[0]?.id ?? "");
		expect(await beginDueUpkeep(server.platform, { atOnce: 100 })).toBe(0);
		const { nextDueAt, lastRunId } = await client.getUpkeep({ params });
		expect(lastRunId).toBe(items[0]?.id);
		const hour = Number(new Intl.DateTimeFormat("en-GB", { timeZone: "Australia/Sydney", hour: "2-digit" }).format(new Date(nextDueAt)));
		expect(hour).toBeGreaterThanOrEqual(1);
		expect(hour).toBeLessThan(7);
	});
});
