import { closeSync, createReadStream, existsSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { join, relative } from "node:path";
import { quietLog, systemClock, systemRandom } from "@skyeworx/core";
import { createVault, folderStore, openVault, type SnapshotWriter, sealingThread, type Vault } from "@skyeworx/vault";
import { files } from "./files.ts";

/**
 * What `bench:vault` runs as a process of its own, so that time and memory are this tool's alone:
 * `backup VAULT ROOT FOLDER [LIST]`, `read VAULT`, `verify VAULT`. Prints one line of JSON.
 */
const [command = "", folder = "", ...rest] = process.argv.slice(2);
const unlock = { type: "passphrase", passphrase: "bench" } as const;
const sealing = sealingThread();
const ports = { store: folderStore(folder), clock: systemClock, random: systemRandom, log: quietLog, sealing };

/** Above this a file is streamed, as attachments are. */
const streamFrom = 1024 * 1024;

async function open(): Promise<Vault> {
	return existsSync(join(folder, "vault.json")) ? await openVault({ ...ports, unlock }) : await createVault({ ...ports, slots: [unlock] });
}

const buffer = Buffer.allocUnsafeSlow(streamFrom);

/** A short file's bytes, until the next is read; undefined for a long one. */
function readShort(path: string): Uint8Array | undefined {
	const file = openSync(path, "r");
	try {
		const { size } = fstatSync(file);
		return size > streamFrom ? undefined : buffer.subarray(0, readSync(file, buffer, 0, size, 0));
	} finally {
		closeSync(file);
	}
}

async function put(writer: SnapshotWriter, root: string, path: string): Promise<void> {
	const id = relative(root, path);
	const entry = path.endsWith(".bin") ? { kind: "bench.file", id, part: "file/1" } : { kind: "bench.record", id, part: "" };
	const bytes = readShort(path);
	if (bytes === undefined) await writer.putStream(entry, createReadStream(path, { highWaterMark: streamFrom }));
	else await writer.put(entry, bytes);
}

async function backup(vault: Vault, [root = "", part = "", list]: readonly string[]): Promise<unknown> {
	const writer = await vault.beginSnapshot({ parent: vault.snapshots().at(-1)?.id });
	const chosen =
		list === undefined
			? files(join(root, part))
			: readFileSync(list, "utf8")
					.split("\n")
					.map((name) => join(root, name));
	let count = 0;
	for (const path of chosen) {
		await put(writer, root, path);
		count += 1;
	}
	await writer.commit({ descriptor: { count }, complete: true });
	return { count };
}

/** Reads records spread over the vault one by one, each in a frame that was not read before. */
async function read(vault: Vault): Promise<unknown> {
	const snapshot = await vault.snapshot(vault.snapshots().at(-1)?.id ?? 0);
	const keys = [];
	let at = 0;
	for await (const facts of snapshot.entries()) if (facts.kind === "bench.record" && at++ % 997 === 0) keys.push(facts);
	const fresh = await (await open()).snapshot(snapshot.info.id);
	const times: number[] = [];
	for (const { kind, id, part } of keys) {
		const start = performance.now();
		const facts = await fresh.facts({ kind, id, part });
		if (facts === undefined) throw new Error(`${id} is not there`);
		await fresh.read(facts);
		times.push(performance.now() - start);
	}
	times.sort((a, b) => a - b);
	return { records: times.length, median: times[times.length >> 1], slowest: times.at(-1) };
}

async function verify(vault: Vault): Promise<unknown> {
	const { damage, bytesRead } = await vault.verify({ level: "data" });
	if (damage.length > 0) throw new Error(`damage: ${JSON.stringify(damage[0])}`);
	return { bytesRead };
}

const commands: Readonly<Record<string, (vault: Vault, rest: readonly string[]) => Promise<unknown>>> = { backup, read, verify };
const run = commands[command];
if (run === undefined) throw new Error(`no such command: ${command}`);
const vault = await open();
console.log(JSON.stringify(await run(vault, rest)));
await vault.close();
await sealing.close();
