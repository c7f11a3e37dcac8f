import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Run } from "@skyeworx/contract";
import { type S3Request, type S3Server, startS3Server } from "@skyeworx/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";

const server = new TestServer();
let bucket: S3Server;
let home: TestOrganization;
let siteId: string;
let prefix: string;
let count = 0;

beforeAll(async () => {
	bucket = await startS3Server({ skewDays: 0 });
	await server.start();
});

afterAll(async () => {
	await server.close();
	await bucket?.stop();
});

beforeEach(async () => {
	bucket.setFault(undefined);
	server.site.reset();
	for (let id = 1; id <= 5; id += 1) server.site.pages.set(String(id), { title: `Page ${id}`, body: `needle ${id}` });
	home = await server.organization("Home");
	siteId = await server.connect(home);
	await server.backUp(home.client, siteId);
	const { endpoint, bucket: name, region, credentials } = bucket.place;
	prefix = `moved-${++count}`;
	const store = { type: "s3" as const, bucket: name, region, prefix, endpoint, access: { type: "keys" as const, ...credentials } };
	await home.client.updateStorage({ body: { store } });
});

const client = () => server.client(home.apiKey);
const stored = (under: string) => bucket.objects.all(under).filter((version) => bucket.objects.current(version.key)?.bytes !== undefined);
const found = async () => (await client().searchSiteItems({ params: { siteId }, query: { q: "needle", limit: 50 } })).items.length;
const kept = async () => (await client().getStorage()).sites.find((site) => site.siteId === siteId);

async function move(): Promise<Run> {
	const { id } = await client().moveSite({ params: { siteId } });
	return await server.ended(client(), id);
}

/** Stops the n-th upload of the move until it is let go. */
function holdUpload(n: number) {
	const reached = Promise.withResolvers<void>();
	let uploads = 0;
	let held = true;
	bucket.setFault(({ method, key }: S3Request) => {
		if (method !== "PUT" || !key.startsWith(`${prefix}/${siteId}`) || key.includes("/probe/")) return undefined;
		uploads += 1;
		if (uploads < n || !held) return undefined;
		reached.resolve();
		return { status: 503, code: "SlowDown" };
	});
	return { reached: reached.promise, release: () => (held = false) };
}

describe("moving a vault", () => {
	it("brings every snapshot along, and keeps the old place until a person removes it", async () => {
		const before = (await client().listSnapshots({ params: { siteId } })).items;
		const old = (await client().getSite({ params: { siteId } })).storage.description;
		expect(await move()).toMatchObject({ status: "succeeded", type: "move" });
		expect(await kept()).toMatchObject({ inChosenStore: true, store: { type: "s3" }, oldStore: { type: "folder", description: old } });
		expect((await client().listSnapshots({ params: { siteId } })).items).toEqual(before);
		expect(await found()).toBe(5);
		server.site.pages.set("6", { title: "Page 6", body: "needle 6" });
		expect((await server.backUp(client(), siteId)).status).toBe("succeeded");
		await server.platform.sites.forget(home.organizationId, siteId);
		expect(await found()).toBe(6);
		await expect(client().moveSite({ params: { siteId } })).rejects.toMatchObject({ code: "conflict" });
		expect(existsSync(old)).toBe(true);
		expect(await client().removeOldStore({ params: { siteId } })).toMatchObject({ locked: 0 });
		expect(existsSync(old)).toBe(false);
		expect((await kept())?.oldStore).toBeNull();
		await server.platform.sites.forget(home.organizationId, siteId);
		expect(await found()).toBe(6);
		expect((await client().createVerification({ params: { siteId }, body: { level: "data" } })).type).toBe("verify");
		const actions = (await client().listAudit({ query: { limit: 30 } })).items.map(({ action }) => action);
		expect(actions).toEqual(expect.arrayContaining(["storage.update", "storage.move", "storage.move.finish", "storage.remove-old"]));
	});

	it("leaves alone what somebody else keeps beside the old vault", async () => {
		const old = (await client().getSite({ params: { siteId } })).storage.description;
		const theirs = join(old, "notes", "where-the-kit-is.txt");
		mkdirSync(dirname(theirs), { recursive: true });
		writeFileSync(theirs, "In the safe.");
		expect(await move()).toMatchObject({ status: "succeeded" });
		expect(stored(`${prefix}/${siteId}`).some(({ key }) => key.includes("where-the-kit-is"))).toBe(false);
		await client().removeOldStore({ params: { siteId } });
		expect(readFileSync(theirs, "utf8")).toBe("In the safe.");
		expect(existsSync(join(old, "vault.json"))).toBe(false);
	});

	it("lets a backup through, and loses nothing of it", async () => {
		const upload = holdUpload(3);
		const { id } = await client().moveSite({ params: { siteId } });
		await upload.reached;
		server.site.pages.set("7", { title: "Page 7", body: "needle 7" });
		const backup = await client().createBackup({ params: { siteId } });
		upload.release();
		const done = await server.ended(client(), backup.id);
		const moved = await server.ended(client(), id);
		expect([done.status, moved.status]).toEqual(["succeeded", "succeeded"]);
		// The backup did not wait for the whole move.
		expect(Date.parse(done.finishedAt ?? "")).toBeLessThan(Date.parse(moved.finishedAt ?? ""));
		await server.platform.sites.forget(home.organizationId, siteId);
		expect(await kept()).toMatchObject({ inChosenStore: true });
		expect(await found()).toBe(6);
		expect((await client().listSnapshots({ params: { siteId } })).items).toHaveLength(2);
	});

	it("goes on after the server was stopped in the middle", async () => {
		const upload = holdUpload(4);
		const { id } = await client().moveSite({ params: { siteId } });
		await upload.reached;
		await server.stopServer();
		expect(stored(`${prefix}/${siteId}`).length).toBeGreaterThan(0);
		upload.release();
		await server.start();
		expect(await server.ended(client(), id)).toMatchObject({ status: "succeeded" });
		expect(await found()).toBe(5);
		expect(await kept()).toMatchObject({ inChosenStore: true });
	});

	it("leaves the vault where it is when it is cancelled, or the copy can't be made", async () => {
		const upload = holdUpload(2);
		const { id } = await client().moveSite({ params: { siteId } });
		await upload.reached;
		await client().cancelRun({ params: { runId: id } });
		upload.release();
		expect((await server.ended(client(), id)).status).toBe("cancelled");
		bucket.setFault(({ method, key }) => (method === "PUT" && key.includes("/packs/") ? { status: 403, code: "AccessDenied" } : undefined));
		expect(await move()).toMatchObject({ status: "failed", error: { detail: expect.stringContaining("s3:PutObject is missing") } });
		bucket.setFault(undefined);
		expect(await kept()).toMatchObject({ inChosenStore: false, oldStore: null, movingRunId: null });
		expect((await server.backUp(client(), siteId)).status).toBe("succeeded");
		expect(await move()).toMatchObject({ status: "succeeded" });
		expect(await found()).toBe(5);
	});

	it("writes nothing more into the old place, whoever still has it open", async () => {
		const place = (await client().getSite({ params: { siteId } })).storage.description;
		const stale = await server.platform.sites.open(home.organizationId, siteId);
		const [snapshot] = stale.vault.snapshots();
		expect(await move()).toMatchObject({ status: "succeeded" });
		const files = { location: { type: "folder" as const, folder: place }, cacheFolder: server.folder };
		const store = server.platform.backends.openStore(files.location);
		const count = async () => {
			let objects = 0;
			for await (const _ of store.list("")) objects += 1;
			return objects;
		};
		const before = await count();
		await expect(stale.vault.pin(snapshot?.id ?? 0, "late")).rejects.toThrow();
		expect(await count()).toBe(before);
	});

	it("asks a second person where keys and stores need one", async () => {
		await client().updateOrganization({ body: { approvals: ["key-change"] } });
		await expect(client().moveSite({ params: { siteId } })).rejects.toMatchObject({ code: "approval-required" });
		const { client: second } = await server.member(home, { role: "admin" });
		const waiting = (await second.listApprovals()).items.find(({ target }) => target.type === "move");
		await second.approve({ params: { approvalId: waiting?.id ?? "" } });
		expect((await move()).status).toBe("succeeded");
		await expect(client().removeOldStore({ params: { siteId } })).rejects.toMatchObject({ code: "approval-required" });
	});
});
