import type { LiveEvent } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { withOrganization } from "../data/database.ts";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";

const server = new TestServer();
let home: TestOrganization;
let siteId: string;

beforeAll(async () => await server.start());
afterAll(async () => await server.close());

beforeEach(async () => {
	server.site.reset();
	home = await server.organization("Home");
	siteId = await server.connect(home);
	for (let id = 10; id < 30; id += 1) server.site.pages.set(String(id), { title: `Page ${id}`, body: "text" });
});

/** A read that stops after some pages until it is let go, or stopped. */
function pauseAfter(pages: number) {
	const reached = Promise.withResolvers<void>();
	const goOn = Promise.withResolvers<void>();
	server.site.afterPage = async (given, signal) => {
		if (given < pages) return;
		reached.resolve();
		const stopped = new Promise<never>((_resolve, reject) => {
			signal?.addEventListener("abort", () => reject(new AppError("cancelled", "stopped")), { once: true });
		});
		await Promise.race([goOn.promise, stopped]);
	};
	return { reached: reached.promise, goOn: () => goOn.resolve() };
}

describe("a backup", () => {
	it("is told live, from waiting to the snapshot", async () => {
		const events: LiveEvent[] = [];
		const stop = new AbortController();
		const listening = (async () => {
			for await (const event of home.client.listen(stop.signal)) events.push(event);
		})().catch(() => {});
		await expect
			.poll(async () => {
				await server.platform.bus.publish(home.organizationId, { type: "site.changed", at: "2026-01-01T00:00:00Z", siteId });
				return events.length;
			})
			.toBeGreaterThan(0);
		const run = await server.backUp(home.client, siteId);
		await expect.poll(() => events.some((event) => event.type === "snapshot.created")).toBe(true);
		const own = events.filter((event) => event.type === "run.progress" && event.runId === run.id);
		expect(own.map((event) => "status" in event && event.status)).toContain("running");
		expect(own.at(-1)).toMatchObject({ status: "succeeded" });
		stop.abort();
		await listening;
		expect(run).toMatchObject({ status: "succeeded", counts: [{ kind: "confluence.page", total: 20, created: 20 }] });
	});

	it("is one at a time for a site, and whoever asks meanwhile gets that one", async () => {
		const pause = pauseAfter(5);
		const first = await home.client.createBackup({ params: { siteId } });
		await pause.reached;
		const others = await Promise.all(Array.from({ length: 5 }, () => home.client.createBackup({ params: { siteId } })));
		expect(new Set(others.map((run) => run.id))).toEqual(new Set([first.id]));
		const verification = await home.client.createVerification({ params: { siteId }, body: { level: "structure" } });
		expect((await home.client.getRun({ params: { runId: verification.id } })).status).toBe("queued");
		pause.goOn();
		expect((await server.ended(home.client, first.id)).status).toBe("succeeded");
		const verified = await server.ended(home.client, verification.id);
		expect(verified).toMatchObject({ status: "succeeded", verification: { ok: true } });
		expect(Date.parse(verified.startedAt ?? "")).toBeGreaterThanOrEqual(
			Date.parse((await home.client.getRun({ params: { runId: first.id } })).finishedAt ?? ""),
		);
	});

	it("stops when it is cancelled and leaves nothing half-committed", async () => {
		const pause = pauseAfter(5);
		const run = await home.client.createBackup({ params: { siteId } });
		await pause.reached;
		await home.client.cancelRun({ params: { runId: run.id } });
		expect(await server.ended(home.client, run.id)).toMatchObject({ status: "cancelled", snapshotId: null, error: { code: "cancelled" } });
		expect((await home.client.listSnapshots({ params: { siteId } })).items).toEqual([]);
		await expect(home.client.cancelRun({ params: { runId: run.id } })).rejects.toMatchObject({ code: "conflict" });
		pause.goOn();
		expect((await server.backUp(home.client, siteId)).status).toBe("succeeded");
	});

	it("says what the site answered when it fails, and the overview says it too", async () => {
		server.site.trouble = new AppError("credential-revoked", "The token was revoked", { hint: "Make a new one." });
		const run = await server.backUp(home.client, siteId);
		expect(run).toMatchObject({ status: "failed", error: { code: "credential-revoked", hint: "Make a new one." } });
		const overview = await home.client.getOverview();
		expect(overview.health.level).toBe("critical");
		expect(overview.attention.map((entry) => entry.code)).toContain("credential");
		expect((await home.client.getSite({ params: { siteId } })).status).toBe("credential-problem");
		const audit = await home.client.listAudit({ query: { action: "backup.finish" } });
		expect(audit.items[0]).toMatchObject({ outcome: "failure", error: { code: "credential-revoked" } });
		server.site.trouble = undefined;
		await home.client.checkSite({ params: { siteId } });
		await server.backUp(home.client, siteId);
		expect((await home.client.getOverview()).health).toEqual({ level: "good", sentence: "Test site is within its promise." });
	});
});

describe("a server that ends in the middle of a backup", () => {
	it("takes it up again at the next start when it was stopped", async () => {
		const pause = pauseAfter(7);
		const { id } = await home.client.createBackup({ params: { siteId } });
		await pause.reached;
		await server.stopServer();
		server.site.afterPage = async () => {};
		await server.start();
		const run = await server.ended(server.client(home.apiKey), id);
		expect(run).toMatchObject({ status: "succeeded", counts: [{ kind: "confluence.page", total: 20 }] });
	});

	it("takes it up again when it was killed: the job is active, the run is running, and nobody works on it", async () => {
		await server.stopServer();
		await server.start({ concurrency: 0 });
		const client = server.client(home.apiKey);
		const { id } = await client.createBackup({ params: { siteId } });
		await withOrganization(server.platform.database, home.organizationId, async (scoped) => {
			await scoped
				.updateTable("runs")
				.set({ status: "running", started_at: new Date(0) })
				.where("id", "=", id)
				.execute();
		});
		await server.stopServer();
		await server.start();
		expect(await server.ended(server.client(home.apiKey), id)).toMatchObject({
			status: "succeeded",
			startedAt: "1970-01-01T00:00:00.000Z",
		});
	});
});
