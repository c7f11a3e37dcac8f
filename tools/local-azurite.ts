import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./free-port.ts";

/** How tests reach Azurite. */
export interface LocalAzure {
	/** Of the account: `http://127.0.0.1:10000/account`. */
	readonly endpoint: string;
	readonly account: string;
	readonly key: string;
}

/** A running Azurite, or the reason why there is none. */
export type LocalAzureStart = { readonly azure: LocalAzure; stop(): Promise<void> } | { readonly impossible: string };

const version = "3.36.0";
const account = "skyeworxtest";
const key = Buffer.from("a key that opens nothing but a test on loopback").toString("base64");
const folder = join(import.meta.dirname, "..", ".cache", "azurite");
const program = join(folder, "node_modules", "azurite", "dist", "src", "blob", "main.js");

/**
 * Starts Microsoft's own emulator of Azure Blob Storage on loopback, in memory. It is fetched into `.cache/` when it is missing:
 * its 190 MB are no part of `npm ci`.
 * @throws Error when it is there and does not start: that is no reason to skip a test
 */
export async function startAzurite(say: (line: string) => void): Promise<LocalAzureStart> {
	if (!existsSync(program)) {
		say(`fetching azurite ${version} into .cache/azurite`);
		const words = ["install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", `azurite@${version}`];
		const { status, stderr } = spawnSync("npm", words, { encoding: "utf8", timeout: 600_000 });
		if (status !== 0) return { impossible: `npm could not fetch azurite: ${String(stderr).trim().slice(-400)}` };
	}
	const port = await freePort();
	const words = ["--blobHost", "127.0.0.1", "--blobPort", String(port), "--inMemoryPersistence"];
	const child = spawn(process.execPath, [program, ...words, "--silent", "--skipApiVersionCheck", "--disableTelemetry"], {
		env: { ...process.env, AZURITE_ACCOUNTS: `${account}:${key}` },
		stdio: ["ignore", "ignore", "pipe"],
	});
	let complaints = "";
	child.stderr.on("data", (data) => {
		complaints = `${complaints}${String(data)}`.slice(-800);
	});
	const stop = async () => {
		if (child.exitCode !== null || child.signalCode !== null) return;
		const ended = new Promise((resolve) => child.once("exit", resolve));
		child.kill("SIGKILL");
		await ended;
	};
	const endpoint = `http://127.0.0.1:${port}/${account}`;
	for (let attempt = 0; attempt < 120 && child.exitCode === null; attempt++) {
		try {
			await fetch(endpoint);
			return { azure: { endpoint, account, key }, stop };
		} catch {
			await sleep(250);
		}
	}
	await stop();
	throw new Error(`azurite is there and does not start: ${complaints}`);
}
