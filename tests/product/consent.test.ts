import { allKinds } from "@skyeworx/atlassian";
import type { RestorePlan } from "@skyeworx/contract";
import { quietLog, systemClock, systemRandom } from "@skyeworx/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { realBackends } from "../../packages/server/src/sites/real-backends.ts";
import { type TestMember, type TestOrganization, TestServer } from "../../packages/server/src/test-server.fixture.ts";
import { type RunningSimulator, startSimulator } from "../../packages/simulator/src/index.ts";

const server = new TestServer();
let simulator: RunningSimulator;
let home: TestOrganization;
let admin: TestMember;
let siteId: string;
let plan: RestorePlan;

const reading = [...new Set(allKinds().flatMap((kind) => kind.scopes.read)), "offline_access"];

beforeAll(async () => {
	simulator = await startSimulator({ seed: 40 });
	const backends = realBackends({ clock: server.clock, random: systemRandom, log: quietLog });
	server.backends = { kinds: backends.kinds, connect: backends.connect };
	await server.start();
	home = await server.organization("Home");
	admin = await server.member(home, { name: "Admin", role: "admin" });
});
afterAll(async () => {
	await server.close();
	await simulator?.stop();
});

/** A site that is connected with scopes to read only, and a plan to bring a deleted page back beside itself. */
beforeEach(async () => {
	const { clientId, clientSecret } = simulator.oauth;
	const refreshToken = simulator.grant(reading);
	const connection = { type: "oauth" as const, clientId, clientSecret, refreshToken, authUrl: simulator.url, apiUrl: simulator.url };
	if (siteId === undefined) {
		siteId = (await home.client.createSite({ body: { url: simulator.url, connection } })).site.id;
		expect((await server.backUp(home.client, siteId)).status).toBe("succeeded");
	} else await home.client.updateSite({ params: { siteId }, body: { connection } });
	const { items } = await home.client.searchSiteItems({ params: { siteId }, query: { kind: "confluence.page", state: "live", limit: 1 } });
	const [page] = items;
	const versions = await home.client.listSnapshots({ params: { siteId } });
	const item = { kind: "confluence.page", id: page?.ref.id ?? "", version: versions.items[0]?.id ?? 0 };
	plan = await home.client.createRestorePlan({ params: { siteId }, body: { items: [item], target: { type: "copy" } } });
	expect(plan.status).toBe("ready");
});

const planNow = async () => await home.client.getRestorePlan({ params: { planId: plan.id } });

/** Goes to Atlassian as a browser does, agrees, and gives the address to which that leads. */
async function agree(url: string, change: (url: URL) => void = () => {}): Promise<string> {
	const asked = new URL(url);
	change(asked);
	const response = await fetch(asked, { redirect: "manual" });
	expect(response.status).toBe(302);
	return response.headers.get("location") ?? "";
}

async function comeBack(address: string, by: TestMember = admin): Promise<string> {
	const response = await by.jar.fetch(address, { redirect: "manual" });
	expect(response.status).toBe(302);
	return response.headers.get("location") ?? "";
}

describe("a restore on a connection with scopes to read only", () => {
	it("says which are missing, goes on once they were granted at Atlassian, and the backups go on too", async () => {
		expect(plan.consent).toMatchObject({ siteId, scopes: expect.arrayContaining(["write:page:confluence"]) });
		expect(plan.consent?.scopes.some((scope) => reading.includes(scope))).toBe(false);
		await expect(home.client.createRestore({ body: { planId: plan.id } })).rejects.toMatchObject({ code: "scope-missing" });
		const { url, scopes } = await admin.client.createConsent({ params: { planId: plan.id } });
		expect(scopes).toEqual(plan.consent?.scopes);
		const asked = new URL(url).searchParams;
		expect(asked.get("code_challenge_method")).toBe("S256");
		expect(asked.get("scope")?.split(" ")).toEqual(expect.arrayContaining([...scopes, ...reading]));
		expect(await comeBack(await agree(url))).toBe(`/restore?plan=${plan.id}&target=copy&consent=given`);
		expect((await planNow()).consent).toBeNull();
		const restore = await home.client.createRestore({ body: { planId: plan.id } });
		for (;;) {
			const { status } = await home.client.getRestore({ params: { restoreId: restore.id } });
			if (!["queued", "running"].includes(status)) {
				expect(status).toBe("succeeded");
				break;
			}
			await systemClock.sleep(50);
		}
		expect((await server.backUp(home.client, siteId)).status).toBe("succeeded");
		const { items } = await home.client.listAudit({ query: { action: "connection.consent" } });
		expect(items[0]).toMatchObject({ actor: { name: "Admin" }, outcome: "success", target: { type: "site", id: siteId } });
	});

	it("takes no consent that was not begun in this browser, was begun for something else, or was used", async () => {
		const { url } = await admin.client.createConsent({ params: { planId: plan.id } });
		const address = await agree(url);
		const stranger = await server.member(home, { name: "Stranger", email: "stranger@example.com", role: "admin" });
		expect(await comeBack(address, stranger)).toBe("/restores?consent=sign-in-required");
		const forged = new URL(address);
		forged.searchParams.set("state", "forged");
		expect(await comeBack(forged.href)).toBe(`/restore?plan=${plan.id}&target=copy&consent=sign-in-required`);
		// Spent by the forgery: the right answer comes too late.
		expect(await comeBack(address)).toBe("/restores?consent=sign-in-required");
		expect((await planNow()).consent).not.toBeNull();
	});

	it("takes no code without the verifier of who began", async () => {
		const { url } = await admin.client.createConsent({ params: { planId: plan.id } });
		const address = await agree(url, (asked) => asked.searchParams.set("code_challenge", "an-attackers-own"));
		expect(await comeBack(address)).toContain("consent=credential-revoked");
		expect((await planNow()).consent).not.toBeNull();
	});

	it("keeps the old grant when the new one holds less, when consent is refused, and when who began may no longer", async () => {
		const less = await admin.client.createConsent({ params: { planId: plan.id } });
		const lacking = (asked: URL) => asked.searchParams.set("scope", "write:page:confluence read:page:confluence offline_access");
		expect(await comeBack(await agree(less.url, lacking))).toBe(`/restore?plan=${plan.id}&target=copy&consent=conflict`);
		const refused = await admin.client.createConsent({ params: { planId: plan.id } });
		const state = new URL(refused.url).searchParams.get("state") ?? "";
		const back = `${server.url}/api/consent/callback?error=access_denied&state=${state}`;
		expect(await comeBack(back)).toBe(`/restore?plan=${plan.id}&target=copy&consent=credential-rejected`);
		const leaving = await server.member(home, { name: "Leaving", email: "leaving@example.com", role: "admin" });
		const begun = await leaving.client.createConsent({ params: { planId: plan.id } });
		const address = await agree(begun.url);
		const { items } = await home.client.listMembers();
		await home.client.deleteMember({ params: { memberId: items.find((member) => member.name === "Leaving")?.id ?? "" } });
		expect(await comeBack(address, leaving)).toMatch(/consent=not-(found|permitted)$/);
		expect((await planNow()).consent).not.toBeNull();
		expect((await server.backUp(home.client, siteId)).status).toBe("succeeded");
	});

	it("asks people who may connect sites, and nobody of another organization", async () => {
		const params = { planId: plan.id };
		const operator = await server.member(home, { name: "Operator", email: "operator@example.com", role: "restore-operator" });
		await expect(operator.client.createConsent({ params })).rejects.toMatchObject({ code: "not-permitted" });
		await expect(home.client.createConsent({ params })).rejects.toMatchObject({ code: "not-permitted" });
		const other = await server.organization("Other");
		const theirs = await server.member(other, { name: "Theirs", email: "theirs@example.com", role: "admin" });
		await expect(theirs.client.createConsent({ params })).rejects.toMatchObject({ code: "not-found" });
	});
});
