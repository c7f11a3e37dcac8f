import { everySite, type OverviewSite } from "@skyeworx/contract";
import { afterAll, beforeAll, expect, it } from "vitest";
import { withOrganization } from "../data/database.ts";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";

const sites = 60;
const server = new TestServer();
let home: TestOrganization;
let siteId: string;

beforeAll(async () => {
	await server.start();
	({ home, siteId } = await server.backedUpHome());
	await connectOthers();
});
afterAll(async () => await server.close());

/** Sites whose vaults are nowhere: a page that opened them would say so. */
async function connectOthers(): Promise<void> {
	const sealer = await server.platform.keys.sealer(home.organizationId);
	await withOrganization(server.platform.database, home.organizationId, async (scoped) => {
		const { storage: _, ...site } = await scoped.selectFrom("sites").selectAll().where("id", "=", siteId).executeTakeFirstOrThrow();
		const now = server.clock.now();
		for (let number = 1; number < sites; number += 1) {
			const id = crypto.randomUUID();
			await scoped
				.insertInto("sites")
				.values({
					...site,
					id,
					sealed_name: sealer.text(`sites.name/${id}`, `Customer ${number}`),
					sealed_facts: sealer.json(`sites.facts/${id}`, { accountName: "Backup", gaps: [] }),
					cloud_id: `cloud-${number}`,
					storage: JSON.stringify({ type: "folder", folder: `/nowhere/${number}` }),
					// A third of them at the same moment, as a script connects them.
					created_at: new Date(now.getTime() + Math.floor(number / 3)),
					last_good_at: number === 57 ? new Date(now.getTime() - 3 * 86_400_000) : now,
					problem_code: number === 39 ? "credential-rejected" : null,
					sealed_problem:
						number === 39 ? sealer.json(`sites.problem/${id}`, { code: "credential-rejected", detail: "Gone", hint: null }) : null,
				})
				.execute();
		}
	});
}

it("lists every site once, page by page", async () => {
	const first = await home.client.listSites({ query: { limit: 25 } });
	expect(first.items).toHaveLength(25);
	const seen = [...first.items];
	for (let cursor = first.nextCursor; cursor !== null; ) {
		const page = await home.client.listSites({ query: { limit: 25, cursor } });
		seen.push(...page.items);
		cursor = page.nextCursor;
	}
	expect(new Set(seen.map((site) => site.id)).size).toBe(sites);
	expect(seen).toHaveLength(sites);
	expect(seen[0]?.id).toBe(siteId);
	expect((await everySite(home.client)).map((site) => site.id)).toEqual(seen.map((site) => site.id));
	await expect(home.client.listSites({ query: { cursor: "bm8" } })).rejects.toMatchObject({ code: "bad-input" });
});

it("says how all are in one sentence, and shows the worst first", async () => {
	const overview = await home.client.getOverview();
	expect(overview.health).toEqual({ level: "critical", sentence: `1 of ${sites} sites is not within the promise.` });
	expect(overview.counts).toEqual({ sites, withinPromise: sites - 1, attention: 2 });
	expect(overview.sites.slice(0, 3).map((site) => site.name)).toEqual(["Customer 39", "Customer 57", "Customer 1"]);
	const seen: OverviewSite[] = [...overview.sites];
	for (let cursor = overview.nextCursor; cursor !== null; ) {
		const page = await home.client.getOverview({ query: { cursor } });
		expect(page.health).toEqual(overview.health);
		seen.push(...page.sites);
		cursor = page.nextCursor;
	}
	expect(new Set(seen.map((site) => site.id)).size).toBe(sites);
	// Told by what the backup counted, for no vault was opened.
	expect(seen.find((site) => site.id === siteId)).toMatchObject({ items: 1, deletedItems: 0, storedBytes: expect.any(Number) });
	expect(seen.find((site) => site.id === siteId)?.strip.at(-1)).toMatchObject({ outcome: "good", runs: 1 });
	expect(seen.find((site) => site.name === "Customer 5")).toMatchObject({ items: 0, deletedItems: null, storedBytes: null });
});

it("shows nobody more than the sites that are theirs", async () => {
	const { secret } = await server.keyOf(home.owner, ["status.see"], [siteId]);
	const limited = server.client(secret);
	expect((await limited.listSites()).items.map((site) => site.id)).toEqual([siteId]);
	expect((await limited.getOverview()).counts).toEqual({ sites: 1, withinPromise: 1, attention: 0 });
	const other = await server.organization("Other");
	expect((await other.client.listSites()).items).toEqual([]);
	const { nextCursor } = await home.client.listSites({ query: { limit: 1 } });
	expect((await other.client.listSites({ query: { cursor: nextCursor ?? "" } })).items).toEqual([]);
});
