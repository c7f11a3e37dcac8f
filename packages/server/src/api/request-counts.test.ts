import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quietLog, systemRandom } from "@skyeworx/core";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openPlatform, type RunningServer, serve } from "../server.ts";
import { realBackends } from "../sites/real-backends.ts";
import { TestServer } from "../test-server.fixture.ts";

const server = new TestServer();

beforeAll(async () => await server.start({ concurrency: 0 }));
afterAll(async () => await server.close());

/** Another process on the same database. */
async function another(limits: { readonly rateLimit: number; readonly signInLimit: number }): Promise<RunningServer> {
	const dataFolder = mkdtempSync(join(tmpdir(), "skyeworx-node-"));
	const ports = { clock: server.clock, random: systemRandom, log: quietLog };
	const { ownerUrl, masterKey } = server;
	const options = { dataFolder, ownerUrl, masterKey, backends: realBackends(ports), storageRoots: [], siteAddresses: "any" as const };
	const platform = await openPlatform({ ...ports, ...options, shared: true });
	const running = await serve(platform, {
		host: "127.0.0.1",
		port: 0,
		version: "0.0.0",
		webFolder: undefined,
		trustProxy: false,
		local: undefined,
		simulatorUrl: undefined,
		concurrency: 0,
		alone: false,
		...limits,
	});
	onTestFinished(async () => {
		await running.stop();
		rmSync(dataFolder, { recursive: true, force: true });
	});
	return running;
}

async function signIn({ url }: RunningServer): Promise<number> {
	const headers = { "content-type": "application/json" };
	return (await fetch(`${url}/api/session`, { method: "POST", headers, body: JSON.stringify({ password: "a guess" }) })).status;
}

describe("limits of two processes", () => {
	it("are one limit: who guesses at both has as many tries as at one", async () => {
		const limits = { rateLimit: 100_000, signInLimit: 6 };
		const nodes = [await another(limits), await another(limits)];
		const statuses: number[] = [];
		for (let tries = 0; tries < 10; tries += 1) statuses.push(await signIn(nodes[tries % 2] as RunningServer));
		expect(statuses.filter((status) => status !== 429)).toHaveLength(6);
		expect(statuses.slice(6)).toEqual([429, 429, 429, 429]);
		server.clock.ahead += 61_000;
		expect(await signIn(nodes[0] as RunningServer)).not.toBe(429);
	});

	it("hold for requests at once too, and no address or key stands in the database", async () => {
		server.clock.ahead += 61_000;
		const limits = { rateLimit: 100, signInLimit: 100 };
		const nodes = [await another(limits), await another(limits)];
		const { apiKey } = await server.organization("Home");
		const headers = { authorization: `Bearer ${apiKey}` };
		const asked = Array.from(
			{ length: 160 },
			async (_, n) => (await fetch(`${(nodes[n % 2] as RunningServer).url}/api/me`, { headers })).status,
		);
		const statuses = await Promise.all(asked);
		const passed = statuses.filter((status) => status === 200).length;
		expect(passed).toBeLessThanOrEqual(100);
		expect(passed).toBeGreaterThan(80);
		expect(statuses.filter((status) => status === 429)).toHaveLength(160 - passed);
		const owner = new Client({ connectionString: server.ownerUrl });
		await owner.connect();
		onTestFinished(async () => await owner.end());
		const ids = async () =>
			(await owner.query<{ id: string }>("select id from api_budgets where id like 'requests/%'")).rows.map((row) => row.id);
		for (const id of await ids()) expect(id).toMatch(/^requests\/[0-9a-f]{64}$/);
		expect((await ids()).length).toBeGreaterThan(0);
		await owner.query("select purge_expired($1)", [new Date(server.clock.now().getTime() + 2 * 3_600_000)]);
		expect(await ids()).toEqual([]);
	});
});
