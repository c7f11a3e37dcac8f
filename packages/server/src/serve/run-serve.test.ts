import { createClient } from "@skyeworx/contract";
import { systemClock, systemRandom } from "@skyeworx/core";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEmbeddedPostgres } from "../data/postgres/embedded-postgres.ts";
import { TestSite } from "../test-site.fixture.ts";
import { removeFolders, type Served, startServed } from "./served.fixture.ts";

const canary = "canary-7f3a";
const site = new TestSite();
let served: Served;
let client: ReturnType<typeof createClient>;
let cookie: string;

beforeAll(async () => {
	site.pages.set("1", { title: `Title ${canary}`, body: `Body ${canary}` });
	served = await startServed(["--log-level", "debug", "--public-url", "https://backup.example.com"], site);
	const code = new URL(served.signInLink ?? "").searchParams.get("code") ?? "";
	const answer = await fetch(`${served.url}/api/session`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ code }),
	});
	expect(answer.status).toBe(200);
	cookie = answer.headers.get("set-cookie") ?? "";
	const withCookie = (url: string, init: RequestInit) =>
		fetch(url, { ...init, headers: { ...Object.fromEntries(new Headers(init.headers)), cookie: cookie.split(";")[0] ?? "" } });
	client = createClient({ baseUrl: served.url ?? "", fetch: withCookie });
});

afterAll(async () => {
	await served?.stop();
	removeFolders();
});

describe("a server behind TLS", () => {
	it("prints a sign-in link at its public address, and its cookie never travels without TLS", () => {
		expect(served.signInLink).toMatch(/^https:\/\/backup\.example\.com\/sign-in\?code=/);
		expect(cookie).toMatch(/; HttpOnly; SameSite=Strict;.*; Secure/);
	});
});

describe("what it says of itself", () => {
	it("is health, readiness and figures without anybody's name or content; the log has no content either", async () => {
		const connection = { type: "api-token" as const, email: `${canary}@example.com`, token: `token-${canary}` };
		const made = await client.createSite({ body: { url: "http://127.0.0.1:9", name: `Site ${canary}`, connection } });
		const run = await client.createBackup({ params: { siteId: made.site.id } });
		await expect.poll(async () => (await client.getRun({ params: { runId: run.id } })).status).toBe("succeeded");
		expect((await client.searchItems({ query: { q: canary } })).items).toHaveLength(1);
		await client.searchItems({ query: { q: canary, cursor: "nonsense" } }).catch(() => {});
		for (const base of [served.url, served.operations]) {
			expect(await (await fetch(`${base}/health/live`)).text()).toBe("live\n");
			expect((await fetch(`${base}/health/ready`)).status).toBe(200);
		}
		const figures = async () => await (await fetch(`${served.operations}/metrics`)).text();
		// The run is over before its job is: the audit log's checkpoint comes between.
		await expect.poll(figures).toContain("skyeworx_job_seconds_count");
		const metrics = await figures();
		expect(metrics).toMatch(/skyeworx_sites\{role="all"\} 1\n/);
		expect(metrics).toMatch(/skyeworx_job_seconds_count\{role="all",type="backup",outcome="ended"\} 1\n/);
		expect(metrics).toMatch(/skyeworx_http_request_seconds_count\{role="all",method="POST",route="\/api\/sites",status="201"/);
		expect((await fetch(`${served.operations}/metrics`, { method: "POST" })).status).toBe(405);
		expect((await fetch(`${served.url}/metrics`)).status).toBe(404);
		for (const secret of [canary, made.recoveryKit.code, "Mira"]) {
			expect(served.log()).not.toContain(secret);
			expect(metrics).not.toContain(secret);
		}
		expect(metrics).not.toContain(made.site.id);
		for (const line of served.log().trim().split("\n")) expect(JSON.parse(line)).toHaveProperty("level");
	});

	it("is not ready once it stops, and starts again on the same data", async () => {
		const { folder } = served;
		await served.stop();
		await expect(fetch(`${served.url}/health/ready`)).rejects.toThrow();
		expect(served.log()).toContain('"stopped"');
		served = await startServed([], site, folder);
		expect(served.signInLink).toBeUndefined();
		expect((await fetch(`${served.url}/health/ready`)).status).toBe(200);
	});
});

describe("two processes on one database", () => {
	it("start at once on an empty one: one set of tables, one organization, both ready", async () => {
		const folder = served.folder;
		await served.stop();
		const postgres = await startEmbeddedPostgres({
			folder,
			clock: systemClock,
			random: systemRandom,
			log: { debug() {}, info() {}, warn() {}, error() {} },
		});
		const owner = new Client({ connectionString: postgres.url });
		await owner.connect();
		await owner.query("create database fresh");
		const url = new URL(postgres.url);
		url.pathname = "/fresh";
		const flags = ["--database-url", url.href, "--master-key", "cd".repeat(32), "--role"];
		const both = await Promise.all([
			startServed([...flags, "api"], site),
			startServed([...flags, "all"], site),
			startServed([...flags, "worker"], site),
		]);
		try {
			expect(both.filter((one) => one.signInLink !== undefined)).toHaveLength(1);
			expect(both.map((one) => one.url === undefined)).toEqual([false, false, true]);
			for (const one of both) expect((await fetch(`${one.operations}/health/ready`)).status).toBe(200);
			const fresh = new Client({ connectionString: url.href });
			await fresh.connect();
			expect((await fresh.query("select count(*)::int as n from organizations")).rows).toEqual([{ n: 1 }]);
			await fresh.end();
		} finally {
			await Promise.all(both.map((one) => one.stop()));
			await owner.end();
			await postgres.stop();
		}
	});
});
