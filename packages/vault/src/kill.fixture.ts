import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { quietLog, systemClock, systemRandom } from "@skyeworx/core";
import { createVault } from "./create-vault.ts";
import { openVault } from "./open-vault.ts";
import { folderStore } from "./stores/folder-store.ts";
import { contentsOf, keyFile, seededRandom } from "./vault.fixture.ts";
import type { Vault } from "./vault.ts";

const writerFile = fileURLToPath(new URL("./kill-writer.fixture.ts", import.meta.url));

/** A vault in a new folder. */
export async function folderVault(): Promise<{ readonly folder: string; readonly vault: Vault; remove(): Promise<void> }> {
	const folder = await mkdtemp(join(tmpdir(), "skyeworx-kill-"));
	const vault = await createVault({
		store: folderStore(folder),
		clock: systemClock,
		random: systemRandom,
		log: quietLog,
		slots: [keyFile],
	});
	return { folder, vault, remove: () => rm(folder, { recursive: true, force: true }) };
}

export function openFolder(folder: string): Promise<Vault> {
	return openVault({ store: folderStore(folder), clock: systemClock, random: systemRandom, log: quietLog, unlock: keyFile });
}

/** What a process to be killed does. */
export const deeds = ["backup", "collect", "compact", "repair"] as const;
type Deed = (typeof deeds)[number];

export interface WriterLife {
	/** Of a vault that the key file of the tests opens. */
	readonly address: string;
	readonly firstRound: number;
	/** Milliseconds from the moment when the vault is open and so many commits or collections are done. */
	readonly lifetime: number;
	/** 0 when left out. */
	readonly afterDeeds?: number;
	/** Bytes that do not compress, new in each round. */
	readonly attachment?: number;
	readonly deed?: Deed;
	/** What opens the address, besides this process's own environment. */
	readonly env?: Readonly<Record<string, string>>;
}

/** Runs the writing process for a while after it opened the vault, kills it, answers the snapshots it reported. */
export async function writeAndKill({
	address,
	firstRound,
	lifetime,
	afterDeeds = 0,
	attachment = 0,
	deed = "backup",
	env = {},
}: WriterLife): Promise<number[]> {
	const words = [writerFile, address, String(firstRound), String(attachment), deed];
	const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, ...env } });
	let output = "";
	const opened = new Promise<void>((resolve, reject) => {
		child.stdout.on("data", (data) => {
			output += String(data);
			// A line says that the vault is open, and each further one that a commit or a collection is done.
			if (output.split("\n").length - 2 >= afterDeeds) resolve();
		});
		child.on("exit", () => reject(new Error("the writing process ended by itself")));
	});
	const ended = new Promise<void>((resolve) => {
		child.on("close", () => resolve());
	});
	await opened;
	await systemClock.sleep(lifetime);
	child.kill("SIGKILL");
	await ended;
	return output
		.split("\n")
		.filter((line) => /^\d+$/.test(line))
		.map(Number);
}

export interface KillTrials {
	readonly trials: number;
	readonly seed: string;
	readonly longestLife: number;
	/** In turn. */
	readonly deeds: readonly Deed[];
}

/** What the kills hit. */
export interface KillCounts {
	readonly commits: number;
	readonly condemned: number;
	readonly merged: number;
	readonly repaired: number;
}

/** Kills processes at random moments; after each, the vault opens, what was acknowledged is there, and everything verifies. */
export async function killTrials({ trials, seed, longestLife, deeds: kinds }: KillTrials): Promise<KillCounts> {
	const { folder, remove } = await folderVault();
	const random = seededRandom(seed);
	let round = 0;
	let commits = 0;
	let repaired = 0;
	let before: readonly number[] = [];
	try {
		for (let trial = 0; trial < trials; trial++) {
			const deed = kinds[trial % kinds.length] ?? "backup";
			if (deed === "repair") await loseAnIndexSegment(folder, random.fraction());
			const acknowledged = await writeAndKill({
				address: folder,
				firstRound: round,
				deed,
				// However slow the machine is, every second life commits or collects something.
				afterDeeds: deed === "repair" ? 0 : Math.floor(trial / kinds.length) % 2,
				lifetime: Math.floor(random.fraction() * longestLife),
			});
			commits += acknowledged.length;
			const vault = await openFolder(folder);
			if (deed === "repair") repaired += (await vault.repair()).segments;
			const listed = new Set(vault.snapshots().map(({ id }) => id));
			const kept = deed === "collect" ? before.slice(-3) : before;
			for (const id of [...kept, ...acknowledged])
				if (!listed.has(id)) throw new Error(`trial ${trial} (${deed}): the acknowledged snapshot ${id} is gone`);
			before = [...listed];
			for (const id of before.slice(-4)) round = Math.max(round, (await requireRound(vault, id)) + 1);
			const { damage } = await vault.verify({ level: trial % 10 === 9 || trial === trials - 1 ? "data" : "structure" });
			if (damage.length > 0) throw new Error(`trial ${trial} (${deed}): ${JSON.stringify(damage[0])}`);
		}
		const operations: string[] = [];
		for await (const { operation } of (await openFolder(folder)).log()) operations.push(operation);
		const count = (wanted: string) => operations.filter((operation) => operation === wanted).length;
		return { commits, repaired, condemned: count("condemn"), merged: count("idx-replace") };
	} finally {
		await remove();
	}
}

async function loseAnIndexSegment(folder: string, fraction: number): Promise<void> {
	const names = await readdir(join(folder, "idx")).catch(() => []);
	const victim = names[Math.floor(fraction * names.length)];
	if (victim !== undefined) await rm(join(folder, "idx", victim));
}

async function requireRound(vault: Vault, id: number): Promise<number> {
	const snapshot = await vault.snapshot(id);
	const { round } = (await snapshot.descriptor()) as { round: number };
	const contents = await contentsOf(snapshot);
	if (Object.keys(contents).length !== 12) throw new Error(`snapshot ${id} has ${Object.keys(contents).length} entries`);
	for (const [name, text] of Object.entries(contents)) {
		const item = Number(name.split("/")[1]);
		const since = round - ((((round - item) % 3) + 3) % 3);
		if (!text.startsWith(`item ${item} as of round ${since} `)) throw new Error(`snapshot ${id}: ${name} is not of round ${since}`);
	}
	return round;
}
