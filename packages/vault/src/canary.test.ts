import { promises as nodeFiles } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import type { Log } from "@skyeworx/core";
import { afterEach, describe, expect, it } from "vitest";
import { createVault } from "./create-vault.ts";
import { newRecoveryKit } from "./crypto/recovery-kit.ts";
import { sealingThread } from "./format/sealing-thread.ts";
import { type KmsSlot, kmsSlot } from "./keys/keys.fixture.ts";
import { openVault } from "./open-vault.ts";
import { folderStore } from "./stores/folder-store.ts";
import { commit, flip, noise, pieces, portsOver, seededRandom } from "./vault.fixture.ts";
import type { Unlock, Vault } from "./vault.ts";

/** Words that occur nowhere else, in every place where a customer's text goes. */
const canaries = {
	id: "zebrafinchid",
	kind: "quokka.kind",
	part: "axolotlpart",
	record: "narwhalrecord",
	attachment: "pangolinattachment",
	cursor: "okapicursor",
	reason: "capybarareason",
	passphrase: "ocelot correct horse",
};

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
	for (const step of undo.splice(0)) await step();
});

/** A folder whose every written byte is kept, also of temporary files that are gone again. */
async function watchedFolder() {
	const folder = await mkdtemp(join(tmpdir(), "skyeworx-canary-"));
	undo.push(() => rm(folder, { recursive: true, force: true }));
	const written: { readonly path: string; readonly bytes: Buffer }[] = [];
	const open: typeof nodeFiles.open = async (path, flags, mode) => {
		const handle = await nodeFiles.open(path, flags, mode);
		const write = handle.writeFile.bind(handle);
		handle.writeFile = async (data, options) => {
			written.push({ path: String(path), bytes: Buffer.from(data as Uint8Array) });
			return write(data, options);
		};
		return handle;
	};
	return { folder, written, store: folderStore(join(folder, "vault"), { ...nodeFiles, open }) };
}

function keptLog(): { readonly log: Log; readonly lines: string[] } {
	const lines: string[] = [];
	const keep = (message: string, facts?: unknown) => void lines.push(JSON.stringify({ message, facts }));
	return { log: { debug: keep, info: keep, warn: keep, error: keep }, lines };
}

/** Runs of every sort: contents of all kinds, edits, merged index segments, keys, slots, checks, a refused key. */
async function live(vault: Vault): Promise<void> {
	for (let round = 0; round < 9; round++) {
		const writer = await vault.beginSnapshot({ parent: vault.snapshots().at(-1)?.id });
		const key = { kind: canaries.kind, id: canaries.id };
		await writer.put({ ...key, part: "" }, Buffer.from(JSON.stringify({ text: `${canaries.record} `.repeat(30), round })));
		await writer.put({ ...key, part: canaries.part }, Buffer.from(canaries.record));
		const text = Buffer.from(`${canaries.attachment} `.repeat(70_000) + round);
		await writer.putStream({ ...key, part: `file/${canaries.part}` }, pieces(text, 65_536));
		await writer.put({ ...key, part: "file/2" }, Buffer.concat([noise(2000), Buffer.from(canaries.attachment)]));
		await writer.commit({ descriptor: { cursor: canaries.cursor }, complete: true });
		if (round === 3) await vault.keys.rotateDomainKey();
		if (round === 5) await vault.forget(vault.snapshots()[0]?.id ?? 0, canaries.reason);
	}
	for (let i = 0; i < 64; i++) await commit(vault, {});
	await vault.verify({ level: "data" });
}

function leaks(text: string, words: readonly string[]): string[] {
	return words.filter((word) => text.includes(word) || text.includes([...word].join("\0")));
}

async function kms(): Promise<KmsSlot> {
	const slot = await kmsSlot();
	undo.push(() => slot.simulator.close());
	return slot;
}

describe("what a customer wrote", () => {
	it("stands in no stored byte, temporary file, log line, request to a key service or error", async () => {
		const { folder, written, store } = await watchedFolder();
		const { log, lines } = keptLog();
		const key = Buffer.from("aardvark-key-file-of-32-bytes-!!");
		const code = newRecoveryKit(seededRandom("canary kit"));
		const service = await kms();
		const slots: Unlock[] = [
			{ type: "key-file", key },
			{ type: "passphrase", passphrase: canaries.passphrase },
			{ type: "recovery-kit", code },
			service.unlock,
		];
		const sealing = sealingThread();
		undo.push(() => sealing.close());
		const ports = { ...portsOver(store), log, sealing, cacheFolder: join(folder, "cache") };
		const vault = await createVault({ ...ports, slots });
		await live(vault);
		const derived = vault.deriveKey("catalog");

		const secrets = [key.toString("latin1"), key.toString("hex"), key.toString("base64"), code, code.replaceAll("-", "")];
		const roots = [Buffer.from(derived).toString("latin1"), Buffer.from(derived).toString("hex"), Buffer.from(derived).toString("base64")];
		const words = [...Object.values(canaries), Buffer.from(canaries.record).toString("base64").slice(0, 16), ...secrets, ...roots];
		// The search itself finds what is there.
		expect(leaks(`x${canaries.record}x${[...canaries.id].join("\0")}`, words)).toEqual([canaries.id, canaries.record]);

		expect(written.length).toBeGreaterThan(100);
		expect(written.some(({ path }) => path.includes("/tmp/"))).toBe(true);
		for (const { path, bytes } of written) expect(leaks(bytes.toString("latin1") + path, words), path).toEqual([]);
		const left = await readdir(folder, { recursive: true, withFileTypes: true });
		for (const entry of left.filter((one) => one.isFile())) {
			const path = join(entry.parentPath, entry.name);
			expect(leaks((await readFile(path)).toString("latin1") + path, words), path).toEqual([]);
		}
		expect(leaks(lines.join("\n"), words)).toEqual([]);
		expect(lines.length).toBeGreaterThan(0);
		expect(leaks(JSON.stringify(service.simulator.requests), words)).toEqual([]);

		const errors = await failures(vault, join(folder, "vault"), ports, slots);
		expect(errors.length).toBeGreaterThanOrEqual(8);
		for (const error of errors) expect(leaks(inspect(error, { depth: 12, showHidden: true }), words), String(error)).toEqual([]);
	});

	/** Errors of a vault whose every object is changed, one after the other, and of wrong keys. */
	async function failures(
		vault: Vault,
		folder: string,
		ports: Parameters<typeof createVault>[0] | object,
		slots: readonly Unlock[],
	): Promise<unknown[]> {
		const errors: unknown[] = [];
		const open = (unlock: Unlock) => openVault({ ...(ports as Omit<Parameters<typeof openVault>[0], "unlock">), unlock });
		const newest = vault.snapshots().at(-1)?.id ?? 0;
		const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
		const byClass = new Map(
			names.map((one) => [
				one.parentPath
					.slice(folder.length + 1)
					.split("/")
					.slice(0, 2)
					.join("/"),
				join(one.parentPath, one.name),
			]),
		);
		for (const path of byClass.values()) {
			const bytes = await readFile(path);
			await nodeFiles.writeFile(path, flip(Buffer.from(bytes), Math.floor(bytes.length / 2)));
			try {
				const again = await open(slots[0] as Unlock);
				const reader = await again.snapshot(newest);
				for await (const facts of reader.entries()) await reader.read(facts);
				await again.close();
			} catch (error) {
				errors.push(error);
			}
			await nodeFiles.writeFile(path, bytes);
		}
		for (const wrong of [
			{ type: "passphrase", passphrase: `${canaries.passphrase}?` },
			{ type: "recovery-kit", code: "typing error in it" },
			{ type: "key-file", key: new Uint8Array(31) },
			{ type: "kms-aws", keyArn: "alias/secret" },
		] as const)
			errors.push(await open(wrong).catch((error: unknown) => error));
		errors.push(await vault.snapshot(99_999).catch((error: unknown) => error));
		return errors;
	}
});
