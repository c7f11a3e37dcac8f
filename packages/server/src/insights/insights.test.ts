import { randomBytes } from "node:crypto";
import { AppError } from "@skyeworx/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";

const server = new TestServer();
let home: TestOrganization;
let siteId: string;

beforeAll(async () => {
	await server.start();
	home = await server.organization("Home");
	siteId = await server.connect(home);
});
afterAll(async () => await server.close());

const today = async () => (await home.client.getInsights({ query: { days: 7 } })).days.at(-1);

it("tells what the backups did, day by day, and what is unusual about one", async () => {
	for (let id = 1; id <= 100; id += 1) server.site.pages.set(String(id), { title: `Page ${id}`, body: "what people write" });
	await server.backUp(home.client, siteId);
	expect(await today()).toMatchObject({ runs: 1, succeeded: 1, created: 100, items: 100, deleted: 0 });
	await server.backUp(home.client, siteId);
	for (let id = 1; id <= 30; id += 1) server.site.pages.delete(String(id));
	const deletion = await server.backUp(home.client, siteId);
	for (let id = 31; id <= 100; id += 1) server.site.pages.set(String(id), { title: "x", body: randomBytes(300).toString("base64") });
	const encryption = await server.backUp(home.client, siteId);
	server.site.trouble = new AppError("site-unreachable", "away");
	await server.backUp(home.client, siteId);
	server.site.trouble = undefined;
	const seen = await home.client.getInsights({ query: { siteId, days: 30 } });
	expect(seen.days).toHaveLength(30);
	expect(seen.days.at(-1)).toMatchObject({ runs: 5, succeeded: 4, failed: 1, created: 100, changed: 70, deleted: 30, items: 70 });
	expect(seen.days.at(-1)?.storedBytes).toBeGreaterThan(1000);
	expect(seen.days.at(-2)).toMatchObject({ runs: 0, items: 0 });
	expect(seen.sites).toMatchObject([{ siteId, name: "Test site", withinPromise: true, runs: 5, successRate: 0.8, items: 70 }]);
	const unusual = seen.anomalies.map((one) => [one.code, one.runId, one.measured]).toReversed();
	expect(unusual).toContainEqual(["mass-deletion", deletion.id, 30]);
	expect(unusual).toContainEqual(["mass-edit", encryption.id, 70]);
	expect(unusual).toContainEqual(["encrypted-content", encryption.id, 70]);
	expect(unusual).toHaveLength(3);
	expect(seen.api).toMatchObject({ pointsPerHourAllowed: null });
	expect(seen.api.requestsPerDay).toBeGreaterThan(0);
	expect(seen.sites[0]).toMatchObject({ kinds: 1, kindsRead: 1, gaps: [], blindSpots: [] });
});

it("carries what is held over days without a backup, also from before the days that are shown", async () => {
	server.clock.ahead += 3 * 86_400_000;
	const later = await home.client.getInsights({ query: { siteId, days: 2 } });
	expect(later.days).toMatchObject([
		{ runs: 0, items: 70 },
		{ runs: 0, items: 70 },
	]);
	expect(later.days[0]?.storedBytes).toBeGreaterThan(1000);
	expect(later.sites).toMatchObject([{ withinPromise: false, runs: 0, successRate: null, items: 70 }]);
	server.clock.ahead = 0;
});

it("tells nothing of sites that the caller may not see, nor of other organizations", async () => {
	const other = await server.organization("Other");
	const ownSite = await server.connect(other);
	expect((await other.client.getInsights()).anomalies).toEqual([]);
	expect((await other.client.getInsights({ query: { siteId } })).sites).toEqual([]);
	const second = await other.client.listSites();
	expect(second.items.map((site) => site.id)).toEqual([ownSite]);
});
