import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient, permissions, type Run } from "@skyeworx/contract";
import { quietLog, systemClock, systemRandom } from "@skyeworx/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createApiKey } from "../access/api-keys.ts";
import { createOrganization } from "../access/new-organization.ts";
import { systemPrincipal } from "../access/principal.ts";
import { type RunningPostgres, startEmbeddedPostgres } from "../data/postgres/embedded-postgres.ts";
import { type SimulatorProcess, startSimulatorProcess } from "../demo/simulator-process.ts";
import { openPlatform } from "../server.ts";
import { realBackends } from "../sites/real-backends.ts";
import { type ServeProcess, startServeProcess } from "./serve-process.fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "skyeworx-scale-"));
const masterKey = "ef".repeat(32);
const ports = { clock: systemClock, random: systemRandom, log: quietLog };
let postgres: RunningPostgres;
const sites: SimulatorProcess[] = [];
const apis: ServeProcess[] = [];
const workers: ServeProcess[] = [];
/** Each organization's client at each API; the simulated sites are twins, which one organization can't connect twice. */
const organizations: Client[][] = [];
const siteIds: string[] = [];

const now = () => systemClock.monotonic();

async function start(name: string, role: "api" | "worker"): Promise<ServeProcess> {
	const data = join(folder, name);
	const own = ["--role", role, "--data", data, "--port", "0", "--concurrency", "1"];
	const common = ["--database-url", postgres.url, "--master-key", masterKey, "--vault-folder", join(folder, "vaults")];
	// The simulated sites are twins and share one counter, which every process must keep to.
	const flags = [...own, ...common, "--site-addresses", "any", "--site-requests-per-second", "200"];
	return await startServeProcess(name, flags, now);
}

beforeAll(async () => {
	postgres = await startEmbeddedPostgres({ folder, ...ports });
	for (const number of [1, 2, 3]) {
		mkdirSync(join(folder, `site-${number}`));
		sites.push(await startSimulatorProcess({ port: 0, seed: "small", stateFile: join(folder, `site-${number}`, "site.state") }));
	}
	apis.push(...(await Promise.all([start("api-1", "api"), start("api-2", "api")])));
	workers.push(...(await Promise.all([1, 2, 3, 4].map((number) => start(`worker-${number}`, "worker")))));
	const platform = await openPlatform({
		...ports,
		dataFolder: join(folder, "here"),
		ownerUrl: postgres.url,
		masterKey: Buffer.from(masterKey, "hex"),
		backends: realBackends(ports),
		storageRoots: [],
		siteAddresses: "any",
	});
	for (const name of ["First", "Second", "Third"]) {
		const made = await createOrganization(platform, { name, ownerName: "Owner" });
		const owner = systemPrincipal(made.organizationId, { id: "test", name: "Test" });
		const { secret } = await createApiKey(platform, owner, { name: "scale", permissions: [...permissions] });
		organizations.push(
			apis.map((api) => createClient({ baseUrl: api.url ?? "", fetch: (address, init) => fetch(address, init), apiKey: secret })),
		);
	}
	await platform.close();
});

afterAll(async () => {
	await Promise.all([...apis, ...workers].map((one) => one.kill()));
	for (const site of sites) await site.stop();
	await postgres?.stop();
	rmSync(folder, { recursive: true, force: true });
});

function client(organization: number, api = organization): Client {
	const found = organizations[organization]?.[api % apis.length];
	if (found === undefined) throw new Error("no API");
	return found;
}

async function ended(organization: number, run: Run): Promise<Run> {
	for (;;) {
		const state = await client(organization).getRun({ params: { runId: run.id } });
		if (state.finishedAt !== null) return state;
		await systemClock.sleep(200);
	}
}

it("two APIs and four workers on one database: a killed worker's job is taken up within a minute, and nothing is done twice", async () => {
	for (const [index, site] of sites.entries()) {
		const connection = { type: "api-token" as const, email: site.email, token: site.apiToken };
		siteIds.push((await client(index).createSite({ body: { url: site.url, name: `Site ${index}`, connection } })).site.id);
	}
	const runs = await Promise.all(siteIds.map((siteId, index) => client(index).createBackup({ params: { siteId } })));
	const [victimRun] = runs;
	if (victimRun === undefined) throw new Error("no run");
	await expect
		.poll(async () => (await client(0, 1).getRun({ params: { runId: victimRun.id } })).progress?.done ?? 0, { timeout: 60_000 })
		.toBeGreaterThan(5);
	const victim = workers.find((worker) => worker.beganAt(victimRun.id) !== undefined);
	if (victim === undefined) throw new Error("nobody works on it");
	await victim.kill();
	const killedAt = now();
	const others = workers.filter((worker) => worker !== victim);
	const taken = () => others.map((worker) => worker.beganAt(victimRun.id)).find((at) => at !== undefined);
	await expect.poll(taken, { timeout: 70_000, interval: 200 }).toBeDefined();
	const seconds = ((taken() ?? Number.POSITIVE_INFINITY) - killedAt) / 1000;
	process.stdout.write(`the killed worker's job was taken up after ${seconds.toFixed(1)} s\n`);
	expect(seconds).toBeLessThan(60);

	const results = await Promise.all(runs.map((run, index) => ended(index, run)));
	expect(results.map((run) => run.status)).toEqual(["succeeded", "succeeded", "succeeded"]);
	// The sites are the same: what was killed in the middle holds as much as the others.
	const totals = results.map((run) => run.counts.reduce((sum, kind) => sum + kind.total, 0));
	expect(new Set(totals).size).toBe(1);
	for (const [index, siteId] of siteIds.entries()) {
		expect((await client(index).listSnapshots({ params: { siteId } })).items).toHaveLength(1);
		const finished = (await client(index).listAudit({ query: { action: "backup.finish", targetId: runs[index]?.id ?? "" } })).items;
		expect(finished).toHaveLength(1);
	}
});

it("search works on every API node, as soon as a run has ended, whichever worker did it", async () => {
	const siteId = siteIds[0] ?? "";
	const clients = organizations[0] ?? [];
	const live = { kinds: "jira.work-item", state: "live", limit: 1 } as const;
	const [first] = (await client(0).searchSiteItems({ params: { siteId }, query: { kind: live.kinds, state: live.state, limit: 1 } })).items;
	const key = first?.key ?? "";
	for (const one of clients)
		expect((await one.searchSiteItems({ params: { siteId }, query: { q: key } })).items[0]).toMatchObject({ key, state: "live" });
	await fetch(`${sites[0]?.url}/browse/${key}/delete`, { method: "POST", redirect: "manual" });
	const run = await ended(0, await client(0, 1).createBackup({ params: { siteId } }));
	expect(run.status).toBe("succeeded");
	for (const one of clients)
		expect((await one.searchSiteItems({ params: { siteId }, query: { q: key } })).items[0]).toMatchObject({ key, state: "deleted" });
});

it("a worker that is asked to stop hands its job back, and a site's runs never overlap", async () => {
	const siteId = siteIds[1] ?? "";
	const backup = await client(1).createBackup({ params: { siteId } });
	const verifications = await Promise.all(
		[0, 1, 2].map((index) => client(1, index).createVerification({ params: { siteId }, body: { level: "structure" } })),
	);
	const working = () => workers.find((worker) => worker.beganAt(backup.id) !== undefined);
	await expect.poll(working, { timeout: 30_000, interval: 50 }).toBeDefined();
	expect(await working()?.stop()).toBe(0);
	const all = await Promise.all([backup, ...verifications].map((run) => ended(1, run)));
	expect(all.map((run) => run.status)).toEqual(["succeeded", "succeeded", "succeeded", "succeeded"]);
	const times = all
		.map((run) => [Date.parse(run.startedAt ?? ""), Date.parse(run.finishedAt ?? "")] as const)
		.toSorted((a, b) => a[0] - b[0]);
	for (const [index, [begin]] of times.entries()) if (index > 0) expect(begin).toBeGreaterThanOrEqual(times[index - 1]?.[1] ?? 0);
});
