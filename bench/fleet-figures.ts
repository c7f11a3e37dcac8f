import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Client, createClient } from "@skyeworx/contract";
import { quietLog, systemClock, systemRandom } from "@skyeworx/core";
import { writeCursor } from "../packages/server/src/api/cursor.ts";
import { openDatabase } from "../packages/server/src/data/database.ts";
import { startEmbeddedPostgres } from "../packages/server/src/data/postgres/embedded-postgres.ts";
import { organizationKeys } from "../packages/server/src/keys/organization-keys.ts";
import type { Figure } from "./figure.ts";
import { type FleetSize, fillFleet, rareAction } from "./fleet-rows.ts";

const root = join(import.meta.dirname, "..");
const rounds = 60;
const idleSeconds = 20;

/** The server as its script starts it, for memory hangs on the flags. */
function serveScript(): { readonly environment: NodeJS.ProcessEnv; readonly flags: readonly string[] } {
	const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: { serve: string } };
	const words = scripts.serve.split(" ");
	const node = words.indexOf("node");
	const variables = words.slice(0, node).map((word) => word.split("=", 2) as [string, string]);
	return { environment: { ...process.env, ...Object.fromEntries(variables) }, flags: words.slice(node + 1) };
}

interface Serving {
	readonly url: string;
	readonly pid: number;
	stop(): Promise<void>;
}

async function startServing(settings: readonly string[]): Promise<Serving> {
	const { environment, flags } = serveScript();
	const child = spawn(process.execPath, [...flags, ...settings], { cwd: root, stdio: ["ignore", "ignore", "pipe"], env: environment });
	const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
	const url = await new Promise<string>((resolve, reject) => {
		let said = "";
		createInterface({ input: child.stderr }).on("line", (line) => {
			said += `${line}\n`;
			if (line.includes('"listening"')) resolve((JSON.parse(line) as { url: string }).url);
		});
		void exited.then(() => reject(new Error(`the server ended: ${said}`)));
	});
	return {
		url,
		pid: child.pid ?? 0,
		async stop() {
			child.kill("SIGTERM");
			await exited;
		},
	};
}

function memoryOf(pid: number): number {
	return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

/** A whole server with one large organization: memory when nothing happens, and how long people wait for lists. */
export async function fleetFigures(size: FleetSize): Promise<Figure[]> {
	const folder = await mkdtemp(join(tmpdir(), "skyeworx-fleet-"));
	const masterKey = systemRandom.bytes(32);
	const postgres = await startEmbeddedPostgres({ folder, clock: systemClock, random: systemRandom, log: quietLog });
	const password = "a password for the bench";
	try {
		const serving = await startServing([
			"--data",
			join(folder, "server"),
			"--port",
			"0",
			"--database-url",
			postgres.url,
			"--rate-limit",
			"1000000",
			"--master-key",
			Buffer.from(masterKey).toString("hex"),
			"--local-password",
			password,
		]);
		try {
			const client = await signIn(serving.url, password);
			await systemClock.sleep(idleSeconds * 1000);
			const idle = memoryOf(serving.pid);
			const { id } = await client.getOrganization();
			const database = openDatabase(postgres.url, { connections: 1, onError: () => {} });
			const sealer = await organizationKeys(database, masterKey).sealer(id);
			await database.destroy();
			const { siteIds, filling } = await fillFleet(postgres.url, id, sealer, size);
			return [
				{
					name: "all-in-one process when idle: resident memory",
					value: idle,
					unit: "MB",
					limit: { sense: "at most", value: 350 },
					note: `${idleSeconds} s after the start; PostgreSQL is a process of its own`,
				},
				...(await listFigures(client, size, siteIds, filling)),
			];
		} finally {
			await serving.stop();
		}
	} finally {
		await postgres.stop();
		await rm(folder, { recursive: true, force: true });
	}
}

async function signIn(url: string, password: string): Promise<Client> {
	const answer = await fetch(`${url}/api/session`, {
		method: "POST",
		headers: { "content-type": "application/json", origin: url },
		body: JSON.stringify({ password }),
	});
	const cookie = answer.headers
		.getSetCookie()
		.map((line) => line.split(";")[0])
		.join("; ");
	return createClient({
		baseUrl: url,
		fetch: (address, init) => fetch(address, { ...init, headers: { ...Object.fromEntries(new Headers(init.headers)), cookie } }),
	});
}

async function listFigures(client: Client, size: FleetSize, siteIds: readonly string[], filling: number): Promise<Figure[]> {
	const { sites, runs, auditEntries } = size;
	const middle = writeCursor("audit", [Math.floor(auditEntries / 2) + 250]);
	const old = writeCursor("runs", [new Date(Date.now() - (runs / 2) * 60_000).toISOString(), "00000000-0000-4000-8000-000000000000"]);
	const past = Date.now() - Math.floor(auditEntries / 2) * 20_000;
	// What the bench filled in the middle of the log can be read; a span of two hours holds no more than that.
	const longAgo = { from: new Date(past - 3_600_000).toISOString(), to: new Date(past + 3_600_000).toISOString() };
	const siteId = siteIds[Math.floor(siteIds.length / 2)] ?? "";
	const lists: Readonly<Record<string, () => Promise<{ readonly items: readonly unknown[] }>>> = {
		sites: async () => await client.listSites(),
		"sites, 500 at once": async () => await client.listSites({ query: { limit: 500 } }),
		"runs, newest": async () => await client.listRuns({ query: { limit: 50 } }),
		"runs, from the middle": async () => await client.listRuns({ query: { limit: 50, cursor: old } }),
		"runs of one site": async () => await client.listRuns({ query: { limit: 50, siteId } }),
		"runs that failed": async () => await client.listRuns({ query: { limit: 50, status: "failed" } }),
		restores: async () => await client.listRestores({ query: { limit: 50 } }),
	};
	const audits: typeof lists = {
		"newest page": async () => await client.listAudit({ query: { limit: 100 } }),
		"page in the middle": async () => await client.listAudit({ query: { limit: 100, cursor: middle } }),
		"a day long ago": async () => await client.listAudit({ query: { limit: 100, ...longAgo } }),
		"a person, long ago": async () => await client.listAudit({ query: { limit: 100, ...longAgo, actorId: "user-7" } }),
		"a rare action": async () => await client.listAudit({ query: { limit: 100, action: rareAction } }),
	};
	const figures: Figure[] = [];
	const scale = `${sites.toLocaleString("en")} sites, ${runs.toLocaleString("en")} runs, ${auditEntries.toLocaleString("en")} audit entries`;
	for (const [kind, group] of [
		["list", lists],
		["audit", audits],
	] as const)
		for (const [name, read] of Object.entries(group)) figures.push(await p95(`${kind}: ${name}: p95 over the API`, read, scale));
	const insights = await p95(
		"insights of 90 days: p95 over the API",
		async () => ({ items: (await client.getInsights({ query: { days: 90 } })).days }),
		scale,
		10,
	);
	const overview = await p95("overview: p95 over the API", async () => ({ items: (await client.getOverview()).sites }), scale, 20);
	return [
		...figures,
		{ ...overview, limit: { sense: "at most", value: 500 } },
		{ ...insights, limit: { sense: "at most", value: 1000 } },
		{ name: "filling the database", value: filling, unit: "s", note: scale },
	];
}

async function p95(
	name: string,
	read: () => Promise<{ readonly items: readonly unknown[] }>,
	scale: string,
	count = rounds,
): Promise<Figure> {
	const times: number[] = [];
	let shown = 0;
	for (let round = 0; round < count + 5; round += 1) {
		const start = performance.now();
		shown = (await read()).items.length;
		if (round >= 5) times.push(performance.now() - start);
	}
	const sorted = times.toSorted((a, b) => a - b);
	const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
	return {
		name,
		value: at(0.95),
		unit: "ms",
		limit: { sense: "at most", value: 100 },
		note: `${shown} rows, ${count} times, median ${at(0.5).toFixed(1)} ms; ${scale}`,
	};
}
