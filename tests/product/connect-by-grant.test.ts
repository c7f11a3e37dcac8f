import { allKinds } from "@skyeworx/atlassian";
import { quietLog, systemRandom } from "@skyeworx/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { withOrganization } from "../../packages/server/src/data/database.ts";
import { realBackends } from "../../packages/server/src/sites/real-backends.ts";
import { type TestMember, type TestOrganization, TestServer } from "../../packages/server/src/test-server.fixture.ts";
import { type RunningSimulator, startSimulator } from "../../packages/simulator/src/index.ts";

const server = new TestServer();
let simulator: RunningSimulator;
let home: TestOrganization;
let admin: TestMember;
let count = 0;

beforeAll(async () => {
	simulator = await startSimulator({ seed: 20 });
	const { kinds, connect } = realBackends({ clock: server.clock, random: systemRandom, log: quietLog });
	server.backends = { kinds, connect };
	server.atlassianApp = { ...appOf(simulator) };
	await server.start();
});
afterAll(async () => {
	await server.close();
	await simulator?.stop();
});
beforeEach(async () => {
	home = await server.organization(`Home ${++count}`);
	admin = await server.member(home, { name: "Admin", role: "admin" });
});

function appOf({ oauth, url }: RunningSimulator) {
	return { clientId: oauth.clientId, clientSecret: oauth.clientSecret, authUrl: url, apiUrl: url };
}

/** Goes to Atlassian as a browser does, agrees, and comes back; gives the page to which that leads. */
async function agree(url: string, by: TestMember = admin, change: (back: URL) => void = () => {}): Promise<string> {
	const consent = await fetch(url, { redirect: "manual" });
	const back = new URL(consent.headers.get("location") ?? "");
	change(back);
	const answer = await by.jar.fetch(back.href, { redirect: "manual" });
	expect(answer.status).toBe(302);
	return answer.headers.get("location") ?? "";
}

async function granted(by: TestMember = admin): Promise<string> {
	const page = await agree((await by.client.createGrant({ body: {} })).url, by);
	return /^\/setup\?grant=([0-9a-f-]{36})$/.exec(page)?.[1] ?? page;
}

describe("connecting a site by agreeing at Atlassian", () => {
	it("asks for scopes to read alone, lets one choose the site, and the backups go on by the grant", async () => {
		const { url, scopes } = await admin.client.createGrant({ body: {} });
		const asked = new URL(url).searchParams;
		expect(asked.get("scope")?.split(" ").toSorted()).toEqual([...scopes, "offline_access"].toSorted());
		const writes = new Set(allKinds().flatMap((kind) => kind.scopes.restore));
		const reads = new Set(allKinds().flatMap((kind) => kind.scopes.read));
		expect(scopes.filter((scope) => writes.has(scope) && !reads.has(scope))).toEqual([]);
		const grantId = /grant=(.*)$/.exec(await agree(url))?.[1] ?? "";
		const grant = await admin.client.getGrant({ params: { grantId } });
		expect(grant.sites).toMatchObject([{ url: simulator.url, connected: false }]);
		const cloudId = grant.sites[0]?.cloudId ?? "";
		const made = await admin.client.connectGranted({ params: { grantId }, body: { cloudId, name: "By consent" } });
		expect(made.site).toMatchObject({ name: "By consent", cloudId, connection: { type: "oauth", problem: null } });
		expect(made.recoveryKit.code).not.toBe("");
		const siteId = made.site.id;
		expect((await server.backUp(home.client, siteId)).status).toBe("succeeded");
		// Longer than an access token lives.
		server.clock.ahead += 2 * 3_600_000;
		expect((await server.backUp(home.client, siteId)).status).toBe("succeeded");
		server.clock.ahead = 0;
		await expect(admin.client.getGrant({ params: { grantId } })).rejects.toMatchObject({ code: "not-found" });
		await expect(admin.client.connectGranted({ params: { grantId }, body: { cloudId } })).rejects.toMatchObject({ code: "not-found" });
		const again = await admin.client.getGrant({ params: { grantId: await granted() } });
		expect(again.sites).toMatchObject([{ cloudId, connected: true }]);
		await expect(admin.client.connectGranted({ params: { grantId: again.id }, body: { cloudId } })).rejects.toMatchObject({
			code: "conflict",
		});
		// What failed uses nothing up.
		expect((await admin.client.getGrant({ params: { grantId: again.id } })).sites).toHaveLength(1);
		const actions = (await home.client.listAudit()).items.map((entry) => [entry.action, entry.outcome]);
		expect(actions).toContainEqual(["connection.grant-begin", "success"]);
		expect(actions).toContainEqual(["connection.consent", "success"]);
		expect(actions).toContainEqual(["site.create", "success"]);
	});

	it("is for whoever began it, in the browser in which it was begun, once", async () => {
		const stranger = await server.member(home, { name: "Stranger", email: "stranger@example.com", role: "admin" });
		const { url } = await admin.client.createGrant({ body: {} });
		expect(await agree(url, stranger)).toBe("/restores?consent=sign-in-required");
		expect(await agree(url, admin, (back) => back.searchParams.set("state", "forged"))).toBe("/setup?consent=sign-in-required");
		expect(await agree(url)).toBe("/restores?consent=sign-in-required");
		const grantId = await granted();
		await expect(stranger.client.getGrant({ params: { grantId } })).rejects.toMatchObject({ code: "not-found" });
		const [site] = (await admin.client.getGrant({ params: { grantId } })).sites;
		const cloudId = site?.cloudId ?? "";
		await expect(stranger.client.connectGranted({ params: { grantId }, body: { cloudId } })).rejects.toMatchObject({ code: "not-found" });
		await expect(admin.client.connectGranted({ params: { grantId }, body: { cloudId: "elsewhere" } })).rejects.toMatchObject({
			code: "bad-input",
		});
		const both = await Promise.allSettled([1, 2].map(() => admin.client.connectGranted({ params: { grantId }, body: { cloudId } })));
		expect(both.filter((one) => one.status === "fulfilled")).toHaveLength(1);
		expect((await home.client.listSites()).items).toHaveLength(1);
		await expect(home.client.createGrant({ body: {} })).rejects.toMatchObject({ code: "not-permitted" });
	});

	it("says what came of a refusal, and keeps nothing of a grant that nobody used", async () => {
		const { url } = await admin.client.createGrant({ body: {} });
		const state = new URL(url).searchParams.get("state") ?? "";
		const back = `${server.url}/api/consent/callback?error=access_denied&state=${state}`;
		const answer = await admin.jar.fetch(back, { redirect: "manual" });
		expect(answer.headers.get("location")).toBe("/setup?consent=credential-rejected");
		const grantId = await granted();
		server.clock.ahead += 3_600_000;
		try {
			await expect(admin.client.getGrant({ params: { grantId } })).rejects.toMatchObject({ code: "not-found" });
			await admin.client.createGrant({ body: {} });
			const kept = await withOrganization(server.platform.database, home.organizationId, (scoped) =>
				scoped.selectFrom("site_grants").select("id").execute(),
			);
			expect(kept).toHaveLength(1);
			expect(kept[0]?.id).not.toBe(grantId);
		} finally {
			server.clock.ahead = 0;
		}
	});
});

describe("the set-up of a site", () => {
	it("stands at the first step that is not done, whoever comes back when, and ends with a restore", async () => {
		const grantId = await granted();
		const cloudId = (await admin.client.getGrant({ params: { grantId } })).sites[0]?.cloudId ?? "";
		const { site, recoveryKit } = await admin.client.connectGranted({ params: { grantId }, body: { cloudId } });
		const params = { siteId: site.id };
		const step = async () => (await admin.client.getSetup({ params })).step;
		expect(await admin.client.getSetup({ params })).toMatchObject({ step: "found", proofGroup: recoveryKit.proofGroup, runId: null });
		expect((await home.client.getOverview()).attention.map((entry) => entry.code)).toContain("set-up");
		expect((await admin.client.updateSetup({ params, body: { did: "looked" } })).step).toBe("kit");
		const part = recoveryKit.code.split("-")[recoveryKit.proofGroup - 1] ?? "";
		await admin.client.proveRecoveryKit({ params, body: { part } });
		expect(await step()).toBe("policy");
		await admin.client.updatePolicy({
			params,
			body: { schedule: { every: "day", window: { from: "20:00", to: "06:00" }, jitterMinutes: 15 } },
		});
		expect(await step()).toBe("backup");
		const run = await server.backUp(home.client, site.id);
		expect(await admin.client.getSetup({ params })).toMatchObject({ step: "trial", runId: run.id });
		expect((await admin.client.updateSetup({ params, body: { did: "finished" } })).step).toBe("done");
		expect((await home.client.getOverview()).attention.map((entry) => entry.code)).not.toContain("set-up");
	});

	it("is asked of nobody where a script connected the site, and told to no other organization", async () => {
		const { clientId, clientSecret } = simulator.oauth;
		const connection = {
			type: "oauth" as const,
			...appOf(simulator),
			clientId,
			clientSecret,
			refreshToken: simulator.grant(["offline_access", "read:jira-work"]),
		};
		const { site } = await home.client.createSite({ body: { url: simulator.url, connection } });
		const params = { siteId: site.id };
		expect((await home.client.getSetup({ params })).step).toBe("done");
		const other = await server.organization("Other");
		await expect(other.client.getSetup({ params })).rejects.toMatchObject({ code: "not-found" });
		await expect(other.client.updateSetup({ params, body: { did: "finished" } })).rejects.toMatchObject({ code: "not-found" });
	});
});
