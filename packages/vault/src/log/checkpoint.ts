import { sha256Hex } from "../crypto/derive.ts";
import { damaged } from "../damage.ts";
import { fromHex, toHex } from "../format/bytes.ts";
import type { Store } from "../stores/store.ts";
import { openChained, sealChained } from "./chained-object.ts";
import { decodeState, encodeState, type VaultState } from "./state.ts";

/** A checkpoint is written when the log has grown by so many entries since the last one. */
export const checkpointEvery = 64;

/** What the log adds up to at one entry: derivable from the log, so that opening a vault does not read all of it. */
export interface Checkpoint {
	readonly state: VaultState;
	/** Hex SHA-256 of the log object `state.seq`. */
	readonly head: string;
}

const namePattern = /^ckpt\/(\d{16})-([0-9a-f]{16})$/;

/** Writes a checkpoint's bytes and name. */
export function makeCheckpoint(
	{ state, head }: Checkpoint,
	key: Uint8Array,
	nonce: Uint8Array,
): { readonly name: string; readonly bytes: Uint8Array } {
	const bytes = sealChained({ kind: "checkpoint", seq: state.seq, hash: fromHex(head), body: encodeState(state) }, key, nonce);
	return { name: `ckpt/${String(state.seq).padStart(16, "0")}-${sha256Hex(bytes).slice(0, 16)}`, bytes };
}

/** A checkpoint as it was stored; see [Note: Versions of a checkpoint]. */
export interface StoredCheckpoint extends Checkpoint {
	readonly version: 1 | 2;
}

/** @throws AppError `vault-damaged`, `vault-unsupported` */
export function openCheckpoint(name: string, bytes: Uint8Array, key: Uint8Array): StoredCheckpoint {
	const match = namePattern.exec(name);
	if (match?.[1] === undefined) throw damaged({ object: name, what: "name", detail: "it has not the name of a checkpoint" });
	if (sha256Hex(bytes).slice(0, 16) !== match[2]) throw damaged({ object: name, what: "hash", detail: "its bytes do not fit its name" });
	const seq = Number(match[1]);
	const opened = openChained(bytes, { object: name, kind: "checkpoint", seq, key });
	return { ...decodeState(name, seq, opened.body), head: toHex(opened.hash) };
}

/** Names of the stored checkpoints, newest first. */
export async function listCheckpoints(store: Store): Promise<readonly { readonly name: string; readonly seq: number }[]> {
	const found: { name: string; seq: number }[] = [];
	for await (const { name } of store.list("ckpt/")) {
		const match = namePattern.exec(name);
		if (match?.[1] !== undefined) found.push({ name, seq: Number(match[1]) });
	}
	return found.sort((a, b) => b.seq - a.seq || (a.name < b.name ? -1 : 1));
}
