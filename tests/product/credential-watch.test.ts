import { quietLog, systemRandom } from "@skyeworx/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { watchForNotices } from "../../packages/server/src/notify/watch.ts";
import { realBackends } from "../../packages/server/src/sites/real-backends.ts";
import { type TestOrganization, TestServer } from "../../packages/server/src/test-server.fixture.ts";
import { lookAtConnections } from "../../packages/server/src/watch/look-at-connections.ts";
import { type RunningSimulator, startSimulator } from "../../packages/simulator/src/index.ts";

const server = new TestServer();
const day = 86_400_000;
let simulator: RunningSimulator;
let home: TestOrganization;

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

async function connected(): Promise<string> {
	home = await server.organization("Home");
	await home.client.createNoticeTarget({ body: { type: "webhook", url: "https://hooks.example.com/x", rules: ["credential"] } });
	const { clientId, clientSecret, refreshToken } = simulator.oauth;
	const connection = { type: "oauth" as const, clientId, clientSecret, refreshToken, authUrl: simulator.url, apiUrl: simulator.url };
	const { site } = await home.client.createSite({ body: { url: simulator.url, connection } });
	await look();
	return site.id;
}

/** As the schedule does it, six hours later. */
async function look(): Promise<void> {
	server.clock.ahead += 7 * 3_600_000;
	for (let turn = 0; turn < 4; turn += 1) await lookAtConnections(server.platform);
}

async function told(siteId: string): Promise<{ warnings: string[]; notices: string[]; overview: string[] }> {
	await watchForNotices(server.platform);
	const { connection } = await home.client.getSite({ params: { siteId } });
	const notices = (await home.client.listNotices({ query: {} })).items.filter(
		(notice) => notice.rule === "credential" && notice.clearedAt === null,
	);
	const { attention } = await home.client.getOverview();
	return {
		warnings: connection.warnings,
		notices: notices.map((notice) => notice.detail),
		overview: attention.filter((entry) => entry.code.startsWith("credential")).map((entry) => entry.detail),
	};
}

describe("the watch over credentials", () => {
	it("tells of scopes that a grant has lost, before any backup fails, until they are back", async () => {
		const siteId = await connected();
		expect(await told(siteId)).toEqual({ warnings: [], notices: [], overview: [] });
		const grants = simulator.credentials.grants as unknown as { scopes: ReadonlySet<string> }[];
		const [grant] = grants;
		if (grant === undefined) throw new Error("no grant");
		const whole = grant.scopes;
		grant.scopes = new Set([...whole].filter((scope) => !scope.includes("jira-user") && !scope.includes("user:jira")));
		simulator.credentials.expireAccessTokens();
		await look();
		const lost = await told(siteId);
		expect(lost.warnings.join()).toContain("The grant has lost scopes");
		expect(lost.warnings.join()).toContain("read:jira-user");
		expect(lost.notices.length).toBeGreaterThan(0);
		expect(lost.overview.join()).toContain("The grant has lost scopes");
		expect((await home.client.listRuns({ query: { siteId } })).items).toEqual([]);
		expect((await home.client.listAudit({ query: { action: "credential.warn" } })).items[0]).toMatchObject({ target: { id: siteId } });
		await look();
		expect((await told(siteId)).warnings).toEqual(lost.warnings);
		grant.scopes = whole;
		simulator.credentials.expireAccessTokens();
		await look();
		expect(await told(siteId)).toEqual({ warnings: [], notices: [], overview: [] });
	});

	it("tells which spaces are seen no more, and takes them for gone when somebody has checked the site", async () => {
		const siteId = await connected();
		const { email, apiToken } = simulator.site;
		const authorization = `Basic ${Buffer.from(`${email}:${apiToken}`).toString("base64")}`;
		const listed = await fetch(`${simulator.url}/rest/api/3/project/search`, { headers: { authorization } });
		const [space] = ((await listed.json()) as { values: { key: string }[] }).values.slice(-1);
		await fetch(`${simulator.url}/rest/api/3/project/${space?.key}?enableUndo=true`, { method: "DELETE", headers: { authorization } });
		await look();
		const { warnings, notices, overview } = await told(siteId);
		expect(warnings).toEqual([expect.stringContaining(`No longer seen: the space ${space?.key}.`)]);
		expect(notices).toEqual(warnings);
		expect(overview.join()).toContain(space?.key);
		await home.client.checkSite({ params: { siteId } });
		await look();
		expect(await told(siteId)).toEqual({ warnings: [], notices: [], overview: [] });
	});

	it("tells that a token ends, two weeks before it does", async () => {
		const siteId = await connected();
		const { email, apiToken } = simulator.site;
		const expiresAt = new Date(server.clock.now().getTime() + 30 * day).toISOString();
		const connection = { type: "api-token" as const, email, token: apiToken, expiresAt };
		await home.client.updateSite({ params: { siteId }, body: { connection } });
		expect((await home.client.getSite({ params: { siteId } })).connection.expiresAt).toBe(expiresAt);
		await look();
		expect((await told(siteId)).warnings).toEqual([]);
		server.clock.ahead += 17 * day;
		await look();
		const { warnings, notices } = await told(siteId);
		expect(warnings).toEqual([`The API token ends on ${expiresAt.slice(0, 10)}: make a new one`]);
		expect(notices).toEqual(warnings);
	});

	it("finds a revoked grant, and nobody of another organization hears of it", async () => {
		const siteId = await connected();
		simulator.credentials.revokeGrants();
		await look();
		const { client } = home;
		expect((await client.getSite({ params: { siteId } })).status).toBe("credential-problem");
		const { notices, overview } = await told(siteId);
		expect([notices.length, overview.length]).toEqual([1, 1]);
		const stranger = (await server.organization("Elsewhere")).client;
		await expect(stranger.getSite({ params: { siteId } })).rejects.toMatchObject({ code: "not-found" });
		expect((await stranger.getOverview()).attention).toEqual([]);
	});
});
