import type { Restore } from "@skyeworx/contract";
import { AppError, systemClock } from "@skyeworx/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { withOrganization } from "../data/database.ts";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";

const server = new TestServer();
let home: TestOrganization;
let siteId: string;
let version: number;

beforeAll(async () => await server.start());
afterAll(async () => await server.close());

beforeEach(async () => {
	server.site.reset();
	home = await server.organization("Home");
	siteId = await server.connect(home);
	for (const id of ["1", "2", "3"]) server.site.pages.set(id, { title: `Page ${id}`, body: `text of ${id}` });
	version = (await server.backUp(home.client, siteId)).snapshotId ?? 0;
	server.site.pages.delete("1");
	server.site.pages.set("2", { title: "Page 2", body: "graffiti" });
});

const item = (id: string) => ({ kind: "confluence.page", id, version });

async function plan(...ids: string[]) {
	return await server.client(home.apiKey).createRestorePlan({ params: { siteId }, body: { items: ids.map(item) } });
}

async function ended(restoreId: string): Promise<Restore> {
	const client = server.client(home.apiKey);
	for (;;) {
		const restore = await client.getRestore({ params: { restoreId } });
		if (!["queued", "running", "undoing"].includes(restore.status)) return restore;
		await systemClock.sleep(20);
	}
}

describe("a restore", () => {
	it("does what the plan said, reads it back, and can be undone", async () => {
		const made = await plan("1", "2", "3");
		expect(made).toMatchObject({ status: "ready", totals: { create: 1, change: 1, leave: 1, cannot: 0 } });
		expect(server.site.writes).toBe(0);
		const { id } = await home.client.createRestore({ body: { planId: made.id, reason: "vandalism" } });
		const restore = await ended(id);
		expect(restore).toMatchObject({
			status: "succeeded",
			reason: "vandalism",
			label: "3 items",
			totals: { restored: 2, skipped: 1, failed: 0 },
		});
		expect(restore.items.map((one) => one.outcome).sort()).toEqual(["restored", "restored", "skipped"]);
		expect(server.site.pages.get("1")).toEqual({ title: "Page 1", body: "text of 1" });
		expect(server.site.pages.get("2")?.body).toBe("text of 2");
		expect(await home.client.getRestoreReceipt({ params: { restoreId: id } })).toMatchObject({ totals: { exact: 2, failed: 0 } });
		expect(restore.safetySnapshotId).not.toBeNull();
		const snapshots = await home.client.listSnapshots({ params: { siteId } });
		expect(snapshots.items.map((snapshot) => snapshot.type)).toEqual(["restore", "safety", "backup"]);

		await home.client.undoRestore({ params: { restoreId: id } });
		expect(await ended(id)).toMatchObject({ status: "undone", totals: { undone: 2 }, undoable: false });
		expect(server.site.pages.has("1")).toBe(false);
		expect(server.site.pages.get("2")?.body).toBe("graffiti");
		await expect(home.client.undoRestore({ params: { restoreId: id } })).rejects.toMatchObject({ code: "conflict" });
		const actions = (await home.client.listAudit({ query: { limit: 20 } })).items.map((entry) => entry.action);
		expect(actions).toEqual(
			expect.arrayContaining(["restore.plan", "restore.run", "restore.finish", "restore.undo", "restore.undo.finish"]),
		);
	});

	it("takes a plan once, not when it is old, and not when there is nothing to do", async () => {
		const made = await plan("1");
		const tries = await Promise.allSettled(Array.from({ length: 4 }, () => home.client.createRestore({ body: { planId: made.id } })));
		expect(tries.filter((one) => one.status === "fulfilled")).toHaveLength(1);
		for (const one of tries) if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "conflict" });
		const old = await plan("2");
		await withOrganization(server.platform.database, home.organizationId, async (scoped) => {
			await scoped
				.updateTable("restore_plans")
				.set({ expires_at: new Date(0) })
				.where("id", "=", old.id)
				.execute();
		});
		await expect(home.client.createRestore({ body: { planId: old.id } })).rejects.toMatchObject({ code: "plan-outdated", status: 409 });
		expect((await home.client.getRestorePlan({ params: { planId: old.id } })).status).toBe("expired");
		const idle = await plan("3");
		await expect(home.client.createRestore({ body: { planId: idle.id } })).rejects.toMatchObject({ code: "bad-input" });
	});

	it("writes nothing when the site moved since the plan", async () => {
		const made = await plan("2");
		server.site.pages.set("2", { title: "Page 2", body: "repaired by hand" });
		const { id } = await home.client.createRestore({ body: { planId: made.id } });
		expect(await ended(id)).toMatchObject({ status: "failed", error: { code: "plan-outdated" }, undoable: false });
		expect(server.site.writes).toBe(0);
	});

	it("says why a plan can't be made", async () => {
		const absent = await home.client.createRestorePlan({ params: { siteId }, body: { items: [{ ...item("99") }] } });
		expect(absent).toMatchObject({ status: "failed", error: { code: "not-found" } });
		server.site.trouble = new AppError("credential-revoked", "The token was revoked", { hint: "Make a new one." });
		expect(await plan("1")).toMatchObject({ status: "failed", error: { code: "credential-revoked", hint: "Make a new one." } });
		const missing = home.client.createRestorePlan({ params: { siteId }, body: { query: { q: "nothing like it" } } });
		await expect(missing).rejects.toMatchObject({ code: "bad-input" });
	});

	it("chooses by query: everything deleted comes back in the version before", async () => {
		await server.backUp(home.client, siteId);
		const body = { query: { state: "deleted" as const } };
		const made = await home.client.createRestorePlan({ params: { siteId }, body });
		expect(made.items.map((one) => [one.ref.id, one.version, one.action])).toEqual([["1", version, "create"]]);
	});

	it("goes on after the server ended in the middle, and writes nothing twice", async () => {
		const made = await plan("1", "2");
		const reached = Promise.withResolvers<void>();
		const hang = Promise.withResolvers<void>();
		server.site.beforeWrite = async () => {
			if (server.site.writes < 1) return;
			reached.resolve();
			await hang.promise;
		};
		const { id } = await home.client.createRestore({ body: { planId: made.id } });
		await reached.promise;
		const stopped = server.stopServer();
		hang.reject(new AppError("cancelled", "the process is going"));
		await stopped;
		server.site.beforeWrite = async () => {};
		await server.start();
		expect(await ended(id)).toMatchObject({ status: "succeeded", totals: { restored: 2 } });
		expect(server.site.pages.get("1")?.body).toBe("text of 1");
		expect(server.site.pages.get("2")?.body).toBe("text of 2");
		expect(server.site.writes).toBe(2);
	});

	it("that is cancelled takes back what it did, and one that waits does nothing at all", async () => {
		const made = await plan("1", "2");
		const reached = Promise.withResolvers<void>();
		const goOn = Promise.withResolvers<void>();
		server.site.beforeWrite = async () => {
			if (server.site.writes < 1) return;
			reached.resolve();
			await goOn.promise;
		};
		const { id } = await home.client.createRestore({ body: { planId: made.id } });
		await reached.promise;
		server.site.beforeWrite = async () => {};
		const waiting = await home.client.createRestore({ body: { planId: (await plan("2")).id } });
		expect((await home.client.cancelRestore({ params: { restoreId: waiting.id } })).status).toBe("cancelled");
		expect((await home.client.cancelRestore({ params: { restoreId: id } })).status).toBe("undoing");
		await expect(home.client.cancelRestore({ params: { restoreId: id } })).rejects.toMatchObject({ code: "conflict" });
		goOn.resolve();
		const cancelled = await ended(id);
		expect(cancelled).toMatchObject({ status: "cancelled", error: { code: "cancelled" }, undoable: false });
		expect(cancelled.items.map((one) => one.outcome)).not.toContain("restored");
		expect(server.site.pages.has("1")).toBe(false);
		expect(server.site.pages.get("2")?.body).toBe("graffiti");
		await server.backUp(home.client, siteId);
		expect(await ended(waiting.id)).toMatchObject({ status: "cancelled", startedAt: null });
		await expect(home.client.cancelRestore({ params: { restoreId: id } })).rejects.toMatchObject({ code: "conflict" });
	});
});
