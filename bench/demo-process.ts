import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Client, createClient } from "@skyeworx/contract";

export interface DemoProcess {
	readonly client: Client;
	readonly siteId: string;
	readonly simulatorUrl: string;
	/** Seconds from the start of the process to `ready`, the first backup included. */
	readonly readySeconds: number;
	/** Peak resident memory of the server and worker process, in MB; PostgreSQL and the simulator are processes of their own. */
	peakMemory(): number;
	stop(): Promise<void>;
}

/** Starts the whole product as `npm start` does, in a new data folder, and waits until it is ready. */
export async function startDemo(seed: string): Promise<DemoProcess> {
	const data = await mkdtemp(join(tmpdir(), "skyeworx-bench-"));
	const main = join(import.meta.dirname, "../packages/server/src/main-demo.ts");
	const start = performance.now();
	const words = [main, "--json", "--data", data, "--port", "0", "--simulator-port", "0", "--seed", seed];
	const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
	const ended = new Promise((resolve) => child.once("exit", resolve));
	for await (const line of createInterface({ input: child.stdout })) {
		const said = JSON.parse(line) as { type: string; url: string; simulatorUrl: string; apiKey: string };
		if (said.type !== "ready") continue;
		const client = createClient({ baseUrl: said.url, fetch: (url, init) => fetch(url, init), apiKey: said.apiKey });
		const [site] = (await client.listSites()).items;
		if (site === undefined) throw new Error("the demo has no site");
		return {
			client,
			siteId: site.id,
			simulatorUrl: said.simulatorUrl,
			readySeconds: (performance.now() - start) / 1000,
			peakMemory: () => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024,
			async stop() {
				child.kill("SIGTERM");
				await ended;
				await rm(data, { recursive: true, force: true });
			},
		};
	}
	throw new Error("the demo ended before it was ready");
}
