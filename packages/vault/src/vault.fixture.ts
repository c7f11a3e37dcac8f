import { createHash } from "node:crypto";
import { type Clock, quietLog, type Random } from "@skyeworx/core";
import { createVault } from "./create-vault.ts";
import { sha256Hex } from "./crypto/derive.ts";
import { type RootKeys, rootKeys } from "./crypto/vault-keys.ts";
import { utf8 } from "./format/bytes.ts";
import { readVaultJson } from "./format/vault-json.ts";
import type { Operation } from "./log/operation.ts";
import type { VaultState } from "./log/state.ts";
import { VaultLog } from "./log/vault-log.ts";
import { openVault } from "./open-vault.ts";
import type { EntryFacts, EntryKey, SnapshotInfo, SnapshotReader } from "./snapshots/snapshot.ts";
import { type MemoryStore, memoryStore } from "./stores/memory-store.ts";
import type { Store } from "./stores/store.ts";
import { openRootKey } from "./unlock.ts";
import type { LogHead, Unlock, Vault, VaultPorts } from "./vault.ts";

/** Random bytes that a seed decides: SHA-256 over a counter. */
export function seededRandom(seed: string | number): Random {
	let counter = 0;
	const block = () => createHash("sha256").update(`${seed}/${counter++}`).digest();
	const bytes = (count: number) => {
		const out = new Uint8Array(count);
		for (let at = 0; at < count; at += 32) out.set(block().subarray(0, Math.min(32, count - at)), at);
		return out;
	};
	return {
		bytes,
		uuid() {
			const hex = Buffer.from(bytes(16)).toString("hex");
			return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
		},
		fraction: () => block().readUIntBE(0, 6) / 2 ** 48,
	};
}

/** A clock that moves a second whenever it is asked, and sleeps in no time. */
export function steppingClock(start = Date.UTC(2026, 2, 2, 9)): Clock & { slept: number } {
	let now = start;
	return {
		slept: 0,
		now() {
			now += 1000;
			return new Date(now);
		},
		monotonic: () => now,
		async sleep(milliseconds) {
			this.slept += milliseconds;
			now += milliseconds;
		},
	};
}

export const keyFile: Unlock = { type: "key-file", key: new Uint8Array(32).fill(7) };

export function portsOver(store: Store, seed: string | number = 1): VaultPorts {
	return { store, clock: steppingClock(), random: seededRandom(seed), log: quietLog };
}

/** A new vault in a new memory store. */
export async function newVault(seed: string | number = 1): Promise<{ readonly store: MemoryStore; readonly vault: Vault }> {
	const store = memoryStore();
	return { store, vault: await createVault({ ...portsOver(store, seed), slots: [keyFile] }) };
}

/** Opens it as another process would. */
export function reopened(store: Store, options: { readonly seed?: string | number; readonly expectHead?: LogHead } = {}): Promise<Vault> {
	const { expectHead, seed = 2 } = options;
	return openVault({ ...portsOver(store, seed), unlock: keyFile, ...(expectHead === undefined ? {} : { expectHead }) });
}

export function workItem(id: string | number, part = ""): EntryKey {
	return { kind: "jira.work-item", id: String(id), part };
}

/** Some JSON of a work item. */
export function document(id: string | number, text = "as it was"): Uint8Array {
	return utf8(JSON.stringify({ id: String(id), fields: { summary: `Work item ${id}`, description: text } }));
}

/** Bytes that do not compress. */
export function noise(length: number, seed: string | number = "noise"): Uint8Array {
	return seededRandom(seed).bytes(length);
}

export type Contents = Readonly<Record<string, Uint8Array | undefined>>;

/** Commits changes given as `kind/id/part`; undefined removes. */
export async function commit(
	vault: Vault,
	contents: Contents,
	options: { readonly parent?: number; readonly complete?: boolean } = {},
): Promise<SnapshotInfo> {
	const writer = await vault.beginSnapshot({ parent: options.parent ?? vault.snapshots().at(-1)?.id });
	for (const [name, bytes] of Object.entries(contents)) {
		const key = keyOf(name);
		if (bytes === undefined) await writer.remove(key);
		else await writer.put(key, bytes);
	}
	return writer.commit({ descriptor: { cursor: "2026-03-02T09:00:00.000Z" }, complete: options.complete ?? true });
}

export function keyOf(name: string): EntryKey {
	const [kind = "", id = "", ...part] = name.split("/");
	return { kind, id, part: part.join("/") };
}

/** All of a snapshot, as `kind/id/part` and text of the bytes (latin1, so that any bytes survive). */
export async function contentsOf(snapshot: SnapshotReader): Promise<Record<string, string>> {
	const out: Record<string, string> = {};
	for await (const facts of snapshot.entries()) {
		out[`${facts.kind}/${facts.id}/${facts.part}`] = Buffer.from(await snapshot.read(facts)).toString("latin1");
	}
	return out;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
	const out: T[] = [];
	for await (const item of items) out.push(item);
	return out;
}

export async function* pieces(bytes: Uint8Array, length: number): AsyncIterable<Uint8Array> {
	for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

export function flip(bytes: Uint8Array, at: number): Uint8Array {
	const position = at < 0 ? bytes.length + at : at;
	bytes[position] = (bytes[position] ?? 0) ^ 1;
	return bytes;
}

export async function requireFacts(snapshot: SnapshotReader, key: EntryKey): Promise<EntryFacts> {
	const facts = await snapshot.facts(key);
	if (facts === undefined) throw new Error(`no entry ${key.kind}/${key.id}/${key.part}`);
	return facts;
}

async function rootKeysOf(store: Store, vaultId: string): Promise<RootKeys> {
	return rootKeys((await openRootKey({ store, clock: steppingClock(), vaultId, unlock: keyFile })).rootKey, vaultId);
}

/** Opens the log itself and appends an operation that the facade does not write, as a later version would. */
export async function appendOperation(
	store: Store,
	seed: string | number,
	prepare: (state: Readonly<VaultState>) => Operation | Promise<Operation>,
): Promise<VaultLog> {
	const bytes = await store.read("vault.json");
	const { vaultId } = readVaultJson(bytes);
	const roots = await rootKeysOf(store, vaultId);
	const log = await VaultLog.load({
		...portsOver(store, seed),
		roots,
		genesis: sha256Hex(bytes),
	});
	await log.append(prepare);
	return log;
}
