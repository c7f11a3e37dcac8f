import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Client, createClient } from "@skyeworx/contract";

/** The `ready` line of `npm start -- --json`. */
export interface ReadyLine {
	readonly url: string;
	readonly signInUrl: string;
	readonly simulatorUrl: string;
	readonly apiKey: string;
	readonly password: string;
	readonly site: string;
	readonly dataFolder: string;
}

export interface DemoProcess extends ReadyLine {
	readonly client: Client;
	readonly siteId: string;
	/** Text of the recovery kit; said once, on the first start of a data folder. */
	readonly recoveryKit: string | undefined;
	/** Seconds from the start of the process to `ready`, a first backup included. */
	readonly readySeconds: number;
	/** Peak resident memory of the server and worker process, in MB; PostgreSQL and the simulator are processes of their own. */
	peakMemory(): number;
	/** Ends it as Ctrl-C does; answers the exit code. */
	stop(): Promise<number | null>;
	/** kill -9, as a power cut would. */
	kill(): Promise<void>;
}

export interface DemoOptions {
	/** `small`, or a number of work items. */
	readonly seed?: string;
	/** A data folder that is kept; a new one that `stop` removes when left out. */
	readonly data?: string;
	/** Fixed ports, for a site that must be found again at its address. */
	readonly simulatorPort?: number;
}

const root = join(import.meta.dirname, "..");
const main = join(root, "packages/server/src/main-demo.ts");

/** What the script `start` says before the program's name: memory hangs on it (docs/decisions/0007). */
function startScript(): { readonly environment: NodeJS.ProcessEnv; readonly flags: readonly string[] } {
	const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: { start: string } };
	const words = scripts.start.split(" ");
	const node = words.indexOf("node");
	const variables = words.slice(0, node).map((word) => word.split("=", 2) as [string, string]);
	return { environment: { ...process.env, ...Object.fromEntries(variables) }, flags: words.slice(node + 1, -1) };
}

/** Makes a data folder for a demo that is started more than once. */
export async function dataFolder(): Promise<string> {
	return await mkdtemp(join(tmpdir(), "skyeworx-demo-"));
}

/** Starts the process with these words only, for what should go wrong; answers its exit code and what it wrote. */
export async function runDemo(words: readonly string[]): Promise<{ readonly code: number | null; readonly text: string }> {
	const child = spawn(process.execPath, [main, ...words], { stdio: ["ignore", "pipe", "pipe"] });
	let text = "";
	child.stdout.on("data", (chunk: Buffer) => {
		text += chunk.toString();
	});
	child.stderr.on("data", (chunk: Buffer) => {
		text += chunk.toString();
	});
	return { code: await exitOf(child), text };
}

function exitOf(child: ChildProcess): Promise<number | null> {
	return new Promise((resolve) => child.once("exit", (code) => resolve(code)));
}

/** Starts the whole product as `npm start` does and waits until it is ready. */
export async function startDemo(options: DemoOptions = {}): Promise<DemoProcess> {
	const data = options.data ?? (await dataFolder());
	const start = performance.now();
	const words = [
		"--json",
		"--data",
		data,
		"--port",
		"0",
		"--simulator-port",
		String(options.simulatorPort ?? 0),
		"--seed",
		options.seed ?? "small",
	];
	const { flags, environment } = startScript();
	const child = spawn(process.execPath, [...flags, main, ...words], { stdio: ["ignore", "pipe", "inherit"], env: environment });
	const ended = exitOf(child);
	let recoveryKit: string | undefined;
	const lines = createInterface({ input: child.stdout });
	for await (const line of lines) {
		const said = JSON.parse(line) as ReadyLine & { type: string; text: string };
		if (said.type === "recovery-kit") recoveryKit = said.text;
		if (said.type !== "ready") continue;
		const client = createClient({ baseUrl: said.url, fetch: (url, init) => fetch(url, init), apiKey: said.apiKey });
		const [site] = (await client.listSites()).items;
		if (site === undefined) throw new Error("the demo has no site");
		const end = async (signal: NodeJS.Signals) => {
			child.kill(signal);
			const code = await ended;
			if (options.data === undefined) await rm(data, { recursive: true, force: true });
			return code;
		};
		child.stdout.resume();
		return {
			...said,
			client,
			siteId: site.id,
			recoveryKit,
			readySeconds: (performance.now() - start) / 1000,
			peakMemory: () => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024,
			stop: async () => await end("SIGTERM"),
			kill: async () => {
				await end("SIGKILL");
			},
		};
	}
	throw new Error(`the demo ended before it was ready, with code ${await ended}`);
}

/** Runs a command line of `skyeworx` against the demo, as a process of its own. */
export async function runCommand(
	words: readonly string[],
	demo?: Pick<ReadyLine, "url" | "apiKey">,
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
	const bin = join(import.meta.dirname, "../packages/cli/bin/skyeworx.js");
	const env: NodeJS.ProcessEnv = { PATH: process.env.PATH };
	if (demo !== undefined) Object.assign(env, { SKYEWORX_URL: demo.url, SKYEWORX_API_KEY: demo.apiKey });
	const child = spawn(process.execPath, [bin, ...words], { stdio: ["ignore", "pipe", "pipe"], env });
	let out = "";
	let err = "";
	child.stdout.on("data", (chunk: Buffer) => {
		out += chunk.toString();
	});
	child.stderr.on("data", (chunk: Buffer) => {
		err += chunk.toString();
	});
	const code = await new Promise<number | null>((resolve) => child.once("close", (ended) => resolve(ended)));
	return { code, out, err };
}
