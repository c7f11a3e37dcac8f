import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ConnectionInput } from "@skyeworx/contract";
import type { RunningSimulator } from "@skyeworx/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoProcess, startDemo } from "../demo-process.ts";
import { endedRestore, endedRun, grantOf, type HostileSite, hostileSite, separateSimulator, tokenOf } from "../hostile-site.ts";

let demo: DemoProcess;
/** Everything secret that was given to the server, to be looked for in its log. */
const secrets: string[] = [];

beforeAll(async () => {
	demo = await startDemo({ seed: "empty" });
	secrets.push(demo.apiKey, demo.password);
});
afterAll(async () => {
	await demo.stop();
});

function folders(name: "vaults" | "catalogs" | "cache"): readonly string[] {
	const folder = join(demo.dataFolder, name);
	return existsSync(folder) ? readdirSync(folder) : [];
}

async function connected(options: Parameters<typeof hostileSite>[1] = {}): Promise<HostileSite> {
	const site = await hostileSite(demo.client, options);
	const { apiToken } = site.simulator.site;
	secrets.push(apiToken, site.simulator.oauth.clientSecret, site.created.recoveryKit.code, site.created.keyFile?.content.trim() ?? "");
	return site;
}

describe("connecting a site", () => {
	it("with a wrong credential or address says what to do and leaves nothing behind", async () => {
		const simulator = await separateSimulator("empty");
		const token = tokenOf(simulator);
		const grant = grantOf(simulator);
		const before = { sites: (await demo.client.listSites()).items.length, vaults: folders("vaults"), cache: folders("cache") };
		const cases: readonly { readonly url?: string; readonly connection: ConnectionInput; readonly code: string; readonly says: RegExp }[] =
			[
				{ connection: { ...token, token: "ATATT3xWRONG" } as ConnectionInput, code: "credential-rejected", says: /API token/ },
				{ connection: { ...token, email: "nobody@example.com" } as ConnectionInput, code: "credential-rejected", says: /e-mail/ },
				{ connection: { ...grant, clientSecret: "wrong" } as ConnectionInput, code: "credential-rejected", says: /client id and secret/ },
				{
					connection: { ...grant, refreshToken: "RT-wrong" } as ConnectionInput,
					code: "credential-revoked",
					says: /[Cc]onnect the site again/,
				},
				{ url: demo.url, connection: { ...token }, code: "site-unreachable", says: /address/ },
				{ url: "http://127.0.0.1:9", connection: { ...token }, code: "site-unreachable", says: /address/ },
			];
		const answers = cases.map(async ({ url, connection, code, says }) => {
			const call = demo.client.createSite({ body: { url: url ?? simulator.url, connection } });
			const problem = await call.then(
				() => undefined,
				(error: { readonly problem: { readonly code: string; readonly detail: string; readonly hint: string } }) => error.problem,
			);
			expect(problem?.code, `${code} ${says}`).toBe(code);
			expect(`${problem?.detail} ${problem?.hint}`).toMatch(says);
		});
		await Promise.all(answers);
		expect((await demo.client.listSites()).items).toHaveLength(before.sites);
		expect(folders("vaults")).toEqual(before.vaults);
		expect(folders("cache")).toEqual(before.cache);
		await simulator.stop();
	});

	it("twice, also at the same time, makes one site and one vault", async () => {
		const simulator = await separateSimulator("empty");
		const body = { url: simulator.url, connection: tokenOf(simulator) };
		const vaults = folders("vaults").length;
		const tries = await Promise.allSettled(Array.from({ length: 3 }, () => demo.client.createSite({ body })));
		expect(tries.filter((one) => one.status === "fulfilled")).toHaveLength(1);
		for (const one of tries) if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "conflict" });
		await expect(demo.client.createSite({ body })).rejects.toMatchObject({ code: "conflict" });
		expect(folders("vaults")).toHaveLength(vaults + 1);
		await simulator.stop();
	});
});

describe("a site connected by OAuth", () => {
	it("is backed up and restored; expired access tokens are renewed in the middle, rotated refresh tokens kept", async () => {
		const site = await connected({ connection: grantOf });
		const { simulator } = site;
		const first = await site.backUp();
		expect(first).toMatchObject({ status: "succeeded", error: null });
		const issue = await anIssue(site);
		await site.call("DELETE", `/rest/api/3/issue/${issue}?deleteSubtasks=true`);
		// Each of these requests finds its token expired, and the refresh token is rotated.
		simulator.credentials.expireAccessTokens();
		const second = await site.backUp();
		expect(second).toMatchObject({ status: "succeeded", counts: expect.arrayContaining([expect.objectContaining({ deleted: 1 })]) });
		const plan = await site.plan([issue]);
		simulator.credentials.expireAccessTokens();
		expect(await site.carryOut(plan.id)).toMatchObject({ status: "succeeded", totals: { restored: 1, failed: 0 } });
		const { log } = simulator;
		const add = log.add.bind(log);
		log.add = (entry) => {
			add(entry);
			if (log.total % 20 === 0) simulator.credentials.expireAccessTokens();
		};
		expect(await site.backUp()).toMatchObject({ status: "succeeded" });
		log.add = add;
		const [grant] = simulator.credentials.grants;
		expect(grant?.replaced.size).toBeGreaterThan(2);
		// What the server uses now is the newest token: an old one no longer works at all.
		simulator.state.switches.refreshReuseLeewayMs = 0;
		simulator.credentials.expireAccessTokens();
		simulator.state.clock.advance(1000);
		expect(await site.backUp()).toMatchObject({ status: "succeeded" });
		secrets.push(grant?.refreshToken ?? "", ...(grant?.replaced.keys() ?? []));
		await site.stop();
	});

	it("whose grant is revoked says so, commits nothing, and goes on after it was connected again", async () => {
		const site = await connected({ connection: grantOf });
		await site.backUp();
		const snapshots = await site.snapshots();
		await site.call("PUT", `/rest/api/3/issue/${await anIssue(site)}`, { fields: { summary: "Changed before the revocation" } });
		site.simulator.credentials.revokeGrants();
		const failed = await site.backUp();
		expect(failed).toMatchObject({ status: "failed", snapshotId: null, error: { code: "credential-revoked" } });
		expect(failed.error?.hint).toMatch(/[Cc]onnect the site again/);
		expect(await site.snapshots()).toEqual(snapshots);
		const overview = await demo.client.getOverview();
		expect(overview.attention.filter((entry) => entry.siteId === site.siteId).map((entry) => entry.code)).toContain("credential");
		expect((await demo.client.getSite({ params: { siteId: site.siteId } })).status).toBe("credential-problem");
		const scopes = site.simulator.credentials.grants[0]?.scopes ?? [];
		const connection = grantOf(site.simulator, site.simulator.grant([...scopes]));
		await demo.client.updateSite({ params: { siteId: site.siteId }, body: { connection } });
		const after = await site.backUp();
		expect(after.status).toBe("succeeded");
		expect(after.counts.find((one) => one.kind === "jira.work-item")?.changed).toBeGreaterThan(0);
		expect((await demo.client.getSite({ params: { siteId: site.siteId } })).status).toBe("connected");
		await site.stop();
	});

	it("without a scope is backed up in part, and says which scope is missing for which kinds", async () => {
		const narrow = (simulator: RunningSimulator) => {
			const all = [...(simulator.credentials.grants[0]?.scopes ?? [])];
			return grantOf(simulator, simulator.grant(all.filter((scope) => !scope.includes("confluence"))));
		};
		const site = await connected({ connection: narrow });
		const run = await site.backUp();
		const kinds = run.failedKinds.flatMap((group) => group.kinds);
		expect(run.status).toBe("incomplete");
		expect(kinds).toContain("confluence.page");
		expect(kinds).not.toContain("jira.work-item");
		for (const group of run.failedKinds) expect(`${group.error.detail} ${group.error.hint}`).toMatch(/read:[a-z-]+:confluence/);
		expect(run.counts.find((one) => one.kind === "jira.work-item")?.total).toBeGreaterThan(0);
		const detail = await demo.client.getSite({ params: { siteId: site.siteId } });
		expect(detail.gaps.map((gap) => gap.kind)).toContain("confluence.page");
		await site.stop();
	});
});

describe("work on one site", () => {
	it("is done one after the other; of two plans for one item the second is outdated", async () => {
		const site = await connected();
		await site.backUp();
		const issue = await anIssue(site);
		await site.call("PUT", `/rest/api/3/issue/${issue}`, { fields: { summary: "Graffiti" } });
		const [one, two] = await Promise.all([site.plan([issue]), site.plan([issue])]);
		const [first, second, run] = await Promise.all([site.carryOut(one.id), site.carryOut(two.id), site.backUp()]);
		expect([first.status, second.status].toSorted()).toEqual(["failed", "succeeded"]);
		const failed = first.status === "failed" ? first : second;
		expect(failed).toMatchObject({ error: { code: "plan-outdated" }, undoable: false });
		expect(run.status).toBe("succeeded");
		const times = [first, second, run].map(({ startedAt, finishedAt }) => [Date.parse(startedAt ?? ""), Date.parse(finishedAt ?? "")]);
		const [a = [], b = [], c = []] = times.toSorted(([x = 0], [y = 0]) => x - y);
		expect((a[1] ?? 0) <= (b[0] ?? 0) && (b[1] ?? 0) <= (c[0] ?? 0)).toBe(true);
		await site.stop();
	});

	it("asked for twice with one Idempotency-Key is done once, and the key is not good for anything else", async () => {
		const site = await connected();
		await site.backUp();
		const issue = await anIssue(site);
		await site.call("DELETE", `/rest/api/3/issue/${issue}?deleteSubtasks=true`);
		const plan = await site.plan([issue]);
		const ask = async (planId: string) => await demo.client.createRestore({ body: { planId }, idempotencyKey: "press-of-a-button" });
		const first = await ask(plan.id);
		expect((await ask(plan.id)).id).toBe(first.id);
		const other = await site.plan([issue]);
		await expect(ask(other.id)).rejects.toMatchObject({ code: "conflict" });
		const restored = await endedRestore(demo.client, first.id);
		expect(restored).toMatchObject({ status: "succeeded", totals: { restored: 1 } });
		await site.stop();
	});

	it("goes on with the credential that it began with when that is changed in the middle", async () => {
		const site = await connected();
		const { faults } = site.simulator;
		faults.inject({ kind: "slow", delayMs: 60, times: 40 });
		const { id } = await demo.client.createBackup({ params: { siteId: site.siteId } });
		await expect.poll(async () => (await demo.client.getRun({ params: { runId: id } })).status).toBe("running");
		await demo.client.updateSite({ params: { siteId: site.siteId }, body: { connection: grantOf(site.simulator) } });
		expect(await endedRun(demo.client, id)).toMatchObject({ status: "succeeded", error: null });
		expect(await site.backUp()).toMatchObject({ status: "succeeded", error: null });
		await site.stop();
	});

	it("is refused with what is wrong when the request is broken", async () => {
		const call = async (path: string, init: RequestInit) => {
			const headers = { authorization: `Bearer ${demo.apiKey}`, "content-type": "application/json", ...init.headers };
			const response = await fetch(`${demo.url}/api${path}`, { ...init, headers });
			return { status: response.status, problem: (await response.json()) as { readonly code: string; readonly hint: string | null } };
		};
		const cases: readonly (readonly [string, RequestInit, number, string])[] = [
			["/sites", { method: "POST", body: "{not json" }, 400, "bad-input"],
			["/sites", { method: "POST", body: "{}", headers: { "content-type": "text/plain" } }, 415, "bad-input"],
			["/sites", { method: "POST", body: JSON.stringify({ url: "ftp://x", connection: {} }) }, 400, "bad-input"],
			["/sites", { method: "POST", body: JSON.stringify({ name: "x".repeat(3_000_000) }) }, 413, "bad-input"],
			["/restores", { method: "POST", body: JSON.stringify({ planId: "1" }) }, 400, "bad-input"],
			["/restores", { method: "POST", body: "{}", headers: { "idempotency-key": "x".repeat(201) } }, 400, "bad-input"],
			["/runs?limit=0", { method: "GET" }, 400, "bad-input"],
			["/runs?cursor=%00", { method: "GET" }, 400, "bad-input"],
			["/runs/not-a-uuid", { method: "GET" }, 400, "bad-input"],
			["/nowhere", { method: "GET" }, 404, "not-found"],
			["/runs", { method: "GET", headers: { authorization: "Bearer skx_wrong" } }, 401, "sign-in-required"],
		];
		for (const [path, init, status, code] of cases) {
			expect(await call(path, init), `${init.method} ${path}`).toMatchObject({ status, problem: { code } });
		}
	});
});

async function anIssue(site: HostileSite): Promise<string> {
	const { items } = await demo.client.searchSiteItems({ params: { siteId: site.siteId }, query: { kind: "jira.work-item", limit: 1 } });
	return items[0]?.ref.id ?? "";
}

describe("the log", () => {
	it("holds none of the secrets that were used", () => {
		const log = readFileSync(join(demo.dataFolder, "server.log"), "utf8");
		expect(log.length).toBeGreaterThan(0);
		for (const secret of secrets.filter((one) => one !== "")) expect(log.includes(secret)).toBe(false);
	});
});
