import { quietLog, systemRandom } from "@skyeworx/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { realBackends } from "../../packages/server/src/sites/real-backends.ts";
import { TestServer } from "../../packages/server/src/test-server.fixture.ts";
import { type RunningSimulator, startSimulator } from "../../packages/simulator/src/index.ts";

const server = new TestServer();
let simulator: RunningSimulator;

beforeAll(async () => {
	simulator = await startSimulator({ seed: 40 });
	const { kinds, connect } = realBackends({ clock: server.clock, random: systemRandom, log: quietLog });
	server.backends = { kinds, connect };
	await server.start();
});
afterAll(async () => {
	await server.close();
	await simulator?.stop();
});

it("a drill on a whole site restores copies of work items and pages into the drill spaces, and nothing of the site is another afterwards", async () => {
	const { client, ...home } = await server.organization("Home");
	const { clientId, clientSecret, refreshToken } = simulator.oauth;
	const connection = { type: "oauth" as const, clientId, clientSecret, refreshToken, authUrl: simulator.url, apiUrl: simulator.url };
	const { site } = await client.createSite({ body: { url: simulator.url, connection } });
	const params = { siteId: site.id };
	expect((await server.backUp(client, site.id)).status).toBe("succeeded");
	const spaces = (await client.listSpaces({ params })).items.filter((space) => space.state === "live");
	const smallest = (apps: readonly string[]) => spaces.filter((space) => apps.includes(space.app)).toSorted((a, b) => a.items - b.items)[0];
	const [jira, confluence] = [smallest(["jira"]), smallest(["confluence"])];
	if (jira === undefined || confluence === undefined) throw new Error("the simulated site has too few spaces");
	const drillSpaces = [
		{ app: "jira" as const, spaceId: jira.id },
		{ app: "confluence" as const, spaceId: confluence.id },
	];
	await client.updateDrills({ params, body: { rule: { every: "never", items: 25, spaces: null, drillSpaces } } });
	await server.backUp(client, site.id);
	const { id } = await client.createDrill({ params });
	const run = await server.ended(client, id);
	const done = run.drill;
	expect(run.error).toBeNull();
	expect(done?.faults.filter((fault) => fault.what !== "field")).toEqual([]);
	expect(done).toMatchObject({ read: { damagedParts: 0 }, cleared: { kept: 0, left: 0 }, noTrial: null, time: { basis: "measured" } });
	expect(done?.trial?.restored).toBeGreaterThan(5);
	expect(done?.cleared.undone).toBe(done?.trial?.restored);
	const { exact = 0, degraded = 0, impossible = 0, failed = 0 } = done?.trial?.fields ?? {};
	const all = exact + degraded + impossible + failed;
	// What the plan announced as lost counts neither way; everything else came back.
	expect(done?.score).toBeGreaterThanOrEqual(exact / all);
	expect(done?.score).toBeGreaterThan(0.97);
	expect(failed / all).toBeLessThan(0.02);
	expect(run.status).toBe(failed === 0 ? "succeeded" : "incomplete");
	await server.platform.sites.forget(home.organizationId, site.id);
	const after = await server.backUp(client, site.id);
	expect(after.counts.filter((entry) => entry.created + entry.changed + entry.deleted > 0)).toEqual([]);
});
