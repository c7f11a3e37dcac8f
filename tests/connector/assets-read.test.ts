import { quietLog, systemRandom } from "@skyeworx/core";
import type { Observation } from "@skyeworx/engine";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { credentialStore } from "../../packages/atlassian/src/http/scripted-site.test-support.ts";
import { openConnector } from "../../packages/atlassian/src/index.ts";
import { Kept } from "./confluence-site.ts";
import { hurried, type JiraSite, jiraSite } from "./jira-site.ts";

let site: JiraSite;
let kept: Kept;
beforeEach(async () => {
	site = await jiraSite({ seed: 12 });
	kept = new Kept();
});
afterEach(async () => {
	expect(site.simulator.violations).toEqual([]);
	await site.stop();
});

/** Requests to Assets so far, by operation. */
const asked = (): Readonly<Record<string, number>> =>
	Object.fromEntries(Object.entries(site.connector.usage().byOperation).filter(([operation]) => operation.includes("assets")));
const total = (): number => Object.values(asked()).reduce((sum, one) => sum + one, 0);
async function cost(): Promise<number> {
	const before = total();
	await site.backup(kept);
	return total() - before;
}
const objects = () => [...kept.items.keys()].filter((ref) => ref.startsWith("jsm.asset-object/"));
const said = () => kept.blindSpots.map(({ reason }) => reason).filter((reason) => reason.startsWith("Assets:"));

describe("reading Assets", () => {
	it("costs two requests where nothing happened, and finds what was made, changed or deleted since", async () => {
		site.simulator.state.switches.assetPageMax = 25;
		// The workspace, one list and four lists of one schema, three pages of objects.
		expect(await cost()).toBe(9);
		expect(objects()).toHaveLength(63);
		expect(await cost()).toBe(2);
		const { assets, clock } = site.simulator.state;
		const [first, second] = [...assets.objects.values()];
		if (first === undefined || second === undefined) throw new Error("the site has objects");
		const city = [...assets.attributes.values()].find(({ name }) => name === "City")?.id ?? "";
		first.values.set(city, ["Porto"]);
		first.updated = clock.now();
		expect(await cost()).toBe(2);
		expect(JSON.stringify(kept.item("jsm.asset-object", first.id).parts.get(""))).toContain("Porto");
		assets.objects.delete(second.id);
		// The search, the count that does not fit, then everything; one page less is asked once more for the one that is gone.
		expect(await cost()).toBe(2 + 9 + 1);
		expect(objects()).toHaveLength(62);
		clock.advance(25 * 3_600_000);
		expect(await cost()).toBe(9);
	});

	it("takes no object for deleted that slid from page to page while they were read", async () => {
		site.simulator.state.switches.assetPageMax = 10;
		await site.backup(kept);
		const { assets, clock } = site.simulator.state;
		clock.advance(25 * 3_600_000);
		const [first] = assets.objects.keys();
		await kept.take(deletingAfter(15, first ?? "", site.connector.read(kept.request())));
		expect(assets.objects.size).toBe(62);
		expect(objects()).toEqual(expect.arrayContaining([...assets.objects.keys()].map((id) => `jsm.asset-object/${id}`)));
		await site.backup(kept);
		expect(objects()).toHaveLength(62);
	});

	it("ends with an error rather than with too few, where Assets answers one page again and again", async () => {
		await site.backup(kept);
		site.simulator.state.clock.advance(25 * 3_600_000);
		site.simulator.state.switches.assetPageMax = 20;
		site.simulator.state.switches.assetPagesStick = true;
		await expect(site.backup(kept)).rejects.toMatchObject({ code: "site-answer-malformed" });
		expect(objects()).toHaveLength(63);
	});
});

/** Deletes an object of the site as soon as so many were read: every later page begins one too late. */
async function* deletingAfter(count: number, id: string, observations: AsyncIterable<Observation>): AsyncGenerator<Observation> {
	let read = 0;
	for await (const one of observations) {
		yield one;
		if (one.type === "item" && one.ref.kind === "jsm.asset-object") read += 1;
		if (read === count) site.simulator.state.assets.objects.delete(id);
	}
}

describe("a site without Assets", () => {
	it("costs one request a day, and says so", async () => {
		await site.stop();
		site = await jiraSite({ seed: 12, assets: false });
		expect(await cost()).toBe(1);
		expect(await cost()).toBe(0);
		expect(said()).toHaveLength(1);
		expect(said()[0]).toBe("Assets: the site has none, or its plan does not include it.");
		site.simulator.state.clock.advance(25 * 3_600_000);
		expect(await cost()).toBe(1);
	});

	it.each(["forbidden", "not-found", "unauthorized"] as const)(
		"or with an answer of %s is a blind spot, and keeps what is kept",
		async (kind) => {
			await site.backup(kept);
			site.simulator.state.clock.advance(25 * 3_600_000);
			site.simulator.faults.inject({ kind, path: "objectschema/list", times: 1000 });
			await site.backup(kept);
			expect(said()).toHaveLength(1);
			expect(objects()).toHaveLength(63);
			site.simulator.faults.clear();
			site.simulator.state.clock.advance(2 * 3_600_000);
			await site.backup(kept);
			expect(said()).toEqual([]);
		},
	);
});

describe("a connection by OAuth", () => {
	it("without Assets' scopes reads everything else, and names them", async () => {
		const all = site.simulator.router.routes.flatMap(({ scopes }) => (scopes === "public" ? [] : scopes.flat()));
		const { clientId, clientSecret } = site.simulator.oauth;
		const open = (scopes: readonly string[]) =>
			openConnector({
				connection: { siteUrl: site.simulator.url, apiUrl: site.simulator.url, authUrl: site.simulator.url, type: "oauth" },
				credentials: credentialStore({ type: "oauth", clientId, clientSecret, refreshToken: site.simulator.grant(scopes) }),
				ports: { clock: hurried, random: systemRandom, log: quietLog },
				apps: ["jira"],
			});
		const without = open([...new Set(all)].filter((scope) => !scope.includes("cmdb")));
		await kept.take(without.read(kept.request()));
		expect(said()[0]).toContain("read:cmdb-schema:jira");
		expect(kept.items.size).toBeGreaterThan(12);
		const facts = await without.inspect();
		expect(facts.gaps.map(({ kind, reason }) => [kind, reason.includes("read:cmdb-schema:jira")])).toEqual([["jsm.asset-schema", true]]);
		await without.close();
		const whole = open([...new Set(all)]);
		const fresh = new Kept();
		await fresh.take(whole.read(fresh.request()));
		expect([...fresh.items.keys()].filter((ref) => ref.startsWith("jsm.asset-object/"))).toHaveLength(63);
		expect((await whole.inspect()).gaps).toEqual([]);
		await whole.close();
	});
});
