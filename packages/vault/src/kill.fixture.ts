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

export interface WriterLife {
	/** Of a vault that the key file of the tests opens. */
	readonly address: string;
	readonly firstRound: number;
	/** Milliseconds from the moment when the vault is open and so many commits are done. */
	readonly lifetime: number;
	/** 0 when left out. */
	readonly afterCommits?: number;
	/** Bytes that do not compress, new in each round. */
	readonly attachment?: number;
	/** What opens the address, besides this process's own environment. */
	readonly env?: Readonly<Record<string, string>>;
}

/** Runs the writing process for a while after it opened the vault, kills it, answers the snapshots it reported. */
export async function writeAndKill({
	address,
	firstRound,
	lifetime,
	afterCommits = 0,
	attachment = 0,
	env = {},
}: WriterLife): Promise<number[]> {
	const words = [writerFile, address, String(firstRound), String(attachment)];
	const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, ...env } });
	let output = "";
	const opened = new Promise<void>((resolve, reject) => {
		child.stdout.on("data", (data) => {
			output += String(data);
			// A line says that the vault is open, and each further one that a commit is done.
			if (output.split("\n").length - 2 >= afterCommits) resolve();
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
}

/** Kills writers at random moments; after each, what was acknowledged must be there and everything must verify. */
export async function killTrials({
	trials,
	seed,
	longestLife,
}: KillTrials): Promise<{ readonly commits: number; readonly leftBehind: number }> {
	const { folder, remove } = await folderVault();
	const random = seededRandom(seed);
	let commits = 0;
	let leftBehind = 0;
	try {
		for (let trial = 0; trial < trials; trial++) {
			const acknowledged = await writeAndKill({
				address: folder,
				firstRound: commits,
				// However slow the machine is, every second life commits something.
				afterCommits: trial % 2,
				lifetime: Math.floor(random.fraction() * longestLife),
			});
			const vault = await openFolder(folder);
			const listed = new Set(vault.snapshots().map(({ id }) => id));
			for (const id of acknowledged) if (!listed.has(id)) throw new Error(`trial ${trial}: the acknowledged snapshot ${id} is gone`);
			commits = vault.snapshots().length;
			for (const { id } of vault.snapshots().slice(-4)) await requireRound(vault, id);
			const { damage } = await vault.verify({ level: trial % 10 === 9 || trial === trials - 1 ? "data" : "structure" });
			if (damage.length > 0) throw new Error(`trial ${trial}: ${JSON.stringify(damage[0])}`);
			leftBehind += (await readdir(join(folder, "tmp"))).length;
		}
		return { commits, leftBehind };
	} finally {
		await remove();
	}
}

async function requireRound(vault: Vault, id: number): Promise<void> {
	const snapshot = await vault.snapshot(id);
	const { round } = (await snapshot.descriptor()) as { round: number };
	const contents = await contentsOf(snapshot);
	if (Object.keys(contents).length !== 12) throw new Error(`snapshot ${id} has ${Object.keys(contents).length} entries`);
	for (const [name, text] of Object.entries(contents)) {
		const item = Number(name.split("/")[1]);
		const since = round - ((((round - item) % 3) + 3) % 3);
		if (!text.startsWith(`item ${item} as of round ${since} `)) throw new Error(`snapshot ${id}: ${name} is not of round ${since}`);
	}
}
