import { AppError, quietLog, systemRandom } from "@skyeworx/core";
import { type S3Server, startS3Server } from "@skyeworx/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SiteBackends } from "../sites/backends.ts";
import { realBackends } from "../sites/real-backends.ts";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";

const server = new TestServer();
let bucket: S3Server;
let home: TestOrganization;
let siteId: string;
let folder: string;
let count = 0;
/** What happens when the new place is opened: first to look through the copy, and a second time to switch to it. */
let onOpenNew: (time: number) => Promise<void>;
let opened = 0;

beforeAll(async () => {
	bucket = await startS3Server({ skewDays: 0 });
	const { openVault } = realBackends({ clock: server.clock, random: systemRandom, log: quietLog, privateStorage: true });
	const watched: SiteBackends["openVault"] = async (place, ...how) => {
		if (place.location.type === "s3") await onOpenNew(++opened);
		return await openVault(place, ...how);
	};
	server.backends = { openVault: watched };
	await server.start();
});
afterAll(async () => {
	await server.close();
	await bucket?.stop();
});

beforeEach(async () => {
	opened = 0;
	onOpenNew = async () => {};
	server.site.reset();
	for (let id = 1; id <= 5; id += 1) server.site.pages.set(String(id), { title: `Page ${id}`, body: `needle ${id}` });
	home = await server.organization("Home");
	siteId = await server.connect(home);
	await server.backUp(home.client, siteId);
	folder = (await home.client.getSite({ params: { siteId } })).storage.description;
	const { endpoint, bucket: name, region, credentials } = bucket.place;
	const store = {
		type: "s3" as const,
		bucket: name,
		region,
		prefix: `left-${++count}`,
		endpoint,
		access: { type: "keys" as const, ...credentials },
	};
	await home.client.updateStorage({ body: { store } });
});

const client = () => server.client(home.apiKey);
const found = async () => (await client().searchSiteItems({ params: { siteId }, query: { q: "needle", limit: 50 } })).items.length;
const place = async () => (await client().getStorage()).sites.find((site) => site.siteId === siteId);
const inOldPlace = async () => {
	const names: string[] = [];
	for await (const { name } of server.platform.backends.openStore({ type: "folder", folder }).list("")) names.push(name);
	return names;
};

/** Stops where the old place has taken its last entry and the database does not know yet. */
function stopBetween() {
	const reached = Promise.withResolvers<void>();
	const go = Promise.withResolvers<void>();
	onOpenNew = async (time) => {
		if (time !== 2) return;
		reached.resolve();
		await go.promise;
	};
	return { reached: reached.promise, go: go.resolve, die: () => go.reject(new AppError("cancelled", "killed")) };
}

/** Everything is there in the new place, new backups go there, and the old place stays as it was left. */
async function expectMoved(before: readonly string[]): Promise<void> {
	expect(await place()).toMatchObject({ inChosenStore: true, oldStore: { type: "folder" }, movingRunId: null });
	expect(await found()).toBe(5);
	server.site.pages.set("6", { title: "Page 6", body: "needle 6" });
	expect((await server.backUp(client(), siteId)).status).toBe("succeeded");
	expect(await found()).toBe(6);
	expect((await inOldPlace()).toSorted()).toEqual([...before].toSorted());
	await client().removeOldStore({ params: { siteId } });
	await server.platform.sites.forget(home.organizationId, siteId);
	expect(await found()).toBe(6);
	const verified = await client().createVerification({ params: { siteId }, body: { level: "data" } });
	expect((await server.ended(client(), verified.id)).verification).toMatchObject({ ok: true });
}

describe("between the old place's last entry and the database's switch", () => {
	it("a server that dies is followed by one that switches, and no entry goes into either place meanwhile", async () => {
		const between = stopBetween();
		const { id } = await client().moveSite({ params: { siteId } });
		await between.reached;
		const before = await inOldPlace();
		const stopped = server.stopServer();
		between.die();
		await stopped;
		expect(await inOldPlace()).toEqual(before);
		await server.start();
		expect(await server.ended(client(), id)).toMatchObject({ status: "succeeded" });
		await expectMoved(before);
	});

	it("a store that does not answer is asked again until it does: the run neither fails nor is it cancelled", async () => {
		const between = stopBetween();
		const { id } = await client().moveSite({ params: { siteId } });
		await between.reached;
		const before = await inOldPlace();
		onOpenNew = async (time) => {
			if (time < 5) throw new AppError("store-unreachable", "away");
		};
		await client().cancelRun({ params: { runId: id } });
		between.die();
		expect(await server.ended(client(), id)).toMatchObject({ status: "succeeded", error: null });
		expect(opened).toBeGreaterThanOrEqual(5);
		await expectMoved(before);
	});

	it("a copy that was taken away meanwhile is said to be gone, and nothing that lies in the old place is lost", async () => {
		const between = stopBetween();
		const { id } = await client().moveSite({ params: { siteId } });
		await between.reached;
		onOpenNew = async (time) => {
			if (time === 3) throw new AppError("not-found", "There is no vault");
		};
		between.die();
		const run = await server.ended(client(), id);
		expect(run).toMatchObject({ status: "failed", error: { code: "vault-damaged", hint: expect.stringContaining("Nothing is lost") } });
		expect(await place()).toMatchObject({ inChosenStore: false });
		expect(await found()).toBe(5);
	});
});
