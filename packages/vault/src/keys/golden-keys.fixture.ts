import { createVault } from "../create-vault.ts";
import { sha256 } from "../crypto/derive.ts";
import { toHex } from "../format/bytes.ts";
import { type MemoryStore, memoryStore } from "../stores/memory-store.ts";
import { commit, contentsOf, document, keyFile, noise, portsOver } from "../vault.fixture.ts";
import type { Vault } from "../vault.ts";
import { kmsSlot } from "./keys.fixture.ts";

/** What the golden file of a vault with a history of keys holds: objects as base64 by name. */
export interface GoldenKeysFile {
	readonly expected: GoldenKeys;
	readonly objects: Readonly<Record<string, string>>;
}

interface GoldenKeys {
	readonly generations: readonly number[];
	readonly slots: readonly string[];
	/** By snapshot and entry: the beginning of the SHA-256 of its content. */
	readonly snapshots: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** By snapshot and entry: the beginning of the SHA-256 of its content. */
export async function contentHashes(vault: Vault): Promise<Record<string, Record<string, string>>> {
	const hashes: Record<string, Record<string, string>> = {};
	for (const { id } of vault.snapshots()) {
		const contents = Object.entries(await contentsOf(await vault.snapshot(id)));
		hashes[id] = Object.fromEntries(contents.map(([name, text]) => [name, toHex(sha256(Buffer.from(text, "latin1"))).slice(0, 16)]));
	}
	return hashes;
}

/** A vault whose content key was rotated twice, with a slot of a key service, and one that was removed. */
export async function goldenKeysVault(): Promise<{ readonly store: MemoryStore; readonly expected: GoldenKeys }> {
	const kms = await kmsSlot();
	try {
		const store = memoryStore();
		const vault = await createVault({ ...portsOver(store, "golden keys"), slots: [keyFile, kms.unlock] });
		const shared = noise(2000, "shared");
		await commit(vault, { "k.a/1/": document(1), "k.a/1/file/1": shared });
		await vault.keys.rotateDomainKey();
		await commit(vault, { "k.a/1/": document(1, "edited"), "k.a/2/file/2": shared });
		const removed = await vault.keys.addSlot({ type: "key-file", key: new Uint8Array(32).fill(9) });
		await vault.keys.removeSlot(removed);
		await vault.keys.rotateDomainKey();
		await commit(vault, { "k.a/3/": document(3) });
		const slots = (await vault.keys.slots()).map(({ type }) => type).sort();
		return { store, expected: { generations: [0, 1, 2], slots, snapshots: await contentHashes(vault) } };
	} finally {
		await kms.simulator.close();
	}
}
