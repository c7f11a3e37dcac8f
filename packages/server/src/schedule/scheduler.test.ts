import type { Clock } from "@skyeworx/core";
import { AppError, systemClock } from "@skyeworx/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { withOrganization } from "../data/database.ts";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";
import { type Scheduler, startScheduler } from "./scheduler.ts";

const server = new TestServer();
const hour = 3_600_000;
let ahead = 0;
/** The machine's clock, moved: the scheduler lives in the future, its own waiting never ends. */
const clock: Clock = {
	...systemClock,
	now: () => new Date(systemClock.now().getTime() + ahead),
	sleep: async (_milliseconds, signal) =>
		await new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(new AppError("cancelled", "")))),
};
let home: TestOrganization;
let siteId: string;
let scheduler: Scheduler;

beforeAll(async () => await server.start());
afterAll(async () => {
	await scheduler?.stop();
	await server.close();
});
beforeEach(async () => {
	await scheduler?.stop();
	server.site.reset();
	server.site.pages.set("1", { title: "Plan", body: "text" });
	ahead = 0;
	home = await server.organization("Home");
	siteId = await server.connect(home);
	scheduler = startScheduler({ ...server.platform, clock }, { atOnce: 100, pointsPerHour: 65_000 });
});

const scheduled = async () =>
	(await home.client.listRuns({ query: { siteId, type: "backup" } })).items.filter((run) => run.trigger === "schedule");

async function settled(): Promise<void> {
	await expect.poll(async () => (await scheduled()).every((run) => run.finishedAt !== null)).toBe(true);
}

describe("the schedule", () => {
	it("takes the first backup of a new site at once, and the next one when it is due, once however many schedulers there are", async () => {
		await scheduler.tick();
		await settled();
		expect((await scheduled()).map((run) => run.status)).toEqual(["succeeded"]);
		const { nextDueAt, schedule } = await home.client.getPolicy({ params: { siteId } });
		expect(schedule.every).toBe("day");
		expect(Date.parse(nextDueAt) - systemClock.now().getTime()).toBeLessThanOrEqual(25 * hour);
		expect(await scheduler.tick()).toBe(0);
		ahead = Date.parse(nextDueAt) - systemClock.now().getTime() + 1000;
		const second = startScheduler({ ...server.platform, clock }, { atOnce: 100, pointsPerHour: 65_000 });
		await Promise.all([scheduler.tick(), second.tick(), scheduler.tick(), second.tick()]);
		await second.stop();
		await settled();
		expect(await scheduled()).toHaveLength(2);
		const audit = await home.client.listAudit({ query: { action: "backup.run" } });
		expect(audit.items.filter((entry) => entry.facts.via === "schedule")).toHaveLength(2);
	});

	it("leaves a paused site alone, and takes a backup by hand for this turn's", async () => {
		await home.client.updateSite({ params: { siteId }, body: { paused: true } });
		await scheduler.tick();
		expect(await scheduled()).toEqual([]);
		await home.client.updateSite({ params: { siteId }, body: { paused: false } });
		await server.backUp(home.client, siteId);
		await scheduler.tick();
		expect(await scheduled()).toEqual([]);
		expect(Date.parse((await home.client.getPolicy({ params: { siteId } })).nextDueAt)).toBeGreaterThan(systemClock.now().getTime());
	});

	it("tries a backup that failed again half an hour later", async () => {
		server.site.trouble = new AppError("site-unreachable", "The site does not answer");
		await scheduler.tick();
		await settled();
		expect((await scheduled()).map((run) => run.status)).toEqual(["failed"]);
		server.site.trouble = undefined;
		ahead = 20 * 60_000;
		await scheduler.tick();
		expect(await scheduled()).toHaveLength(1);
		ahead = 31 * 60_000;
		await scheduler.tick();
		await settled();
		expect((await scheduled()).map((run) => run.status)).toEqual(["succeeded", "failed"]);
	});

	it("puts a run back into line whose job was lost", async () => {
		await scheduler.stop();
		await server.stopServer();
		await server.start({ concurrency: 0 });
		const client = server.client(home.apiKey);
		const { id } = await client.createBackup({ params: { siteId } });
		await server.platform.queue.clear();
		ahead = hour;
		scheduler = startScheduler({ ...server.platform, clock }, { atOnce: 100, pointsPerHour: 65_000 });
		expect([...(await server.platform.queue.known([id]))]).toEqual([]);
		await scheduler.tick();
		expect([...(await server.platform.queue.known([id]))]).toEqual([id]);
		await scheduler.stop();
		await server.stopServer();
		await server.start();
		home = { ...home, client: server.client(home.apiKey) };
		expect((await server.ended(home.client, id)).status).toBe("succeeded");
	});

	it("purges sessions and links that have expired", async () => {
		await scheduler.stop();
		ahead = 400 * 24 * hour;
		const codes = () =>
			withOrganization(server.platform.database, home.organizationId, (scoped) => scoped.selectFrom("sign_in_codes").selectAll().execute());
		await withOrganization(server.platform.database, home.organizationId, async (scoped) => {
			await scoped
				.insertInto("sign_in_codes")
				.values({
					code_hash: Buffer.from("a"),
					organization_id: home.organizationId,
					user_id: home.userId,
					expires_at: new Date(),
					used_at: null,
				})
				.execute();
		});
		expect(await codes()).toHaveLength(1);
		scheduler = startScheduler({ ...server.platform, clock }, { atOnce: 0, pointsPerHour: 65_000 });
		await scheduler.tick();
		expect(await codes()).toEqual([]);
	});
});

describe("a policy", () => {
	it("can be looked at before it is set, says whether it keeps the promise, and is in the audit log", async () => {
		const params = { siteId };
		const weekly = { every: "week" as const, weekday: 6 as const, window: { from: "22:00", to: "04:00" }, jitterMinutes: 10 };
		const preview = await home.client.previewPolicy({ params, body: { schedule: weekly } });
		expect(preview).toMatchObject({ keepsPromise: false, timeZone: "Australia/Sydney" });
		expect(preview.upcoming).toHaveLength(10);
		expect((await home.client.getPolicy({ params })).schedule.every).toBe("day");
		await server.backUp(home.client, siteId);
		await scheduler.tick();
		const set = await home.client.updatePolicy({ params, body: { schedule: { every: "6-hours" } } });
		expect(set).toMatchObject({ schedule: { every: "6-hours", jitterMinutes: 15 }, keepsPromise: true });
		expect(set.upcoming[0]).toBe(set.nextDueAt);
		expect((await home.client.listAudit({ query: { action: "policy.update" } })).items).toHaveLength(1);
	});

	it("refuses what can't be", async () => {
		const params = { siteId };
		for (const expression of ["* * * * *", "0 0 30 2 *", "not a cron at all"]) {
			const body = { schedule: { every: "cron" as const, expression } };
			await expect(home.client.updatePolicy({ params, body }), expression).rejects.toMatchObject({ code: "bad-input" });
		}
		const body = { schedule: { every: "day" as const, window: { from: "25:00", to: "01:00" } } };
		await expect(home.client.updatePolicy({ params, body })).rejects.toMatchObject({ code: "bad-input" });
		const { apiKey, secret } = await server.keyOf(home.owner, ["status.see"]);
		expect(apiKey.permissions).toEqual(["status.see"]);
		await expect(server.client(secret).updatePolicy({ params, body: { schedule: { every: "6-hours" } } })).rejects.toMatchObject({
			code: "not-permitted",
		});
	});
});
