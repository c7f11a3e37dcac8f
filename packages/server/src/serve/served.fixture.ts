import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jsonLog, systemClock, systemRandom } from "@skyeworx/core";
import { openStore } from "@skyeworx/vault";
import { readServeConfig } from "../config/serve-config.ts";
import { realBackends } from "../sites/real-backends.ts";
import type { TestSite } from "../test-site.fixture.ts";
import { runServe } from "./run-serve.ts";

const ports = { clock: systemClock, random: systemRandom };

/** One running `skyeworx serve` in this process, on a site in memory. */
export interface Served {
	/** Undefined for a worker. */
	readonly url: string | undefined;
	readonly operations: string | undefined;
	readonly signInLink: string | undefined;
	readonly folder: string;
	/** What it said to the one who started it. */
	readonly said: readonly string[];
	/** All that it logged, JSON lines. */
	log(): string;
	stop(): Promise<void>;
}

/** Starts a server as the command does, and waits until it is there. */
export async function startServed(flags: readonly string[], site: TestSite, folder = newFolder()): Promise<Served> {
	const ended = new AbortController();
	const said: string[] = [];
	const logged: string[] = [];
	const ready = Promise.withResolvers<void>();
	const log = jsonLog((line) => {
		logged.push(line);
		if (/"(listening|working)"/.test(line)) setImmediate(() => ready.resolve());
	});
	const argv = ["--data", folder, "--port", "0", "--ops-port", "0", "--site-addresses", "any", ...flags];
	const config = readServeConfig({ argv, env: {}, folder, readFile: () => "" });
	const backends = { ...realBackends({ ...ports, log }), kinds: site.connector().kinds, connect: () => site.connector() };
	const running = runServe(config, {
		...ports,
		log,
		backends,
		openStore: (address) => openStore(address, { clock: systemClock, env: {} }),
		readFile: (path) => readFileSync(path, "utf8"),
		say: (text) => said.push(text),
		signal: ended.signal,
		version: "0.0.0",
	});
	await Promise.race([ready.promise, running]);
	const found = (pattern: RegExp) => said.map((line) => pattern.exec(line)?.[1]).find((match) => match !== undefined);
	return {
		url: found(/listens on (\S+)/),
		operations: found(/metrics on (\S+)/),
		signInLink: found(/Sign in once with (\S+)/),
		folder,
		said,
		log: () => logged.join(""),
		async stop() {
			ended.abort();
			await running;
		},
	};
}

const folders: string[] = [];

function newFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "skyeworx-served-"));
	folders.push(folder);
	return folder;
}

/** Removes what the servers of a test wrote. */
export function removeFolders(): void {
	for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
