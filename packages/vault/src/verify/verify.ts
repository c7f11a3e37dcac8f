import { BlobReader } from "../blobs/blob-reader.ts";
import { LiveIndex } from "../blobs/live-index.ts";
import type { BlobIndex } from "../index/index.ts";
import type { VerifyLevel, VerifyReport } from "../vault.ts";
import { checkLog } from "./check-log.ts";
import { BadFrames, checkBlocks, checkPacks, checkSegments } from "./check-packs.ts";
import { checkTrees } from "./check-trees.ts";
import { DamageList } from "./damage-list.ts";
import { CountingReader, type VerifyParts } from "./verify-parts.ts";

export interface VerifyOptions {
	readonly level: VerifyLevel;
	readonly signal?: AbortSignal;
	readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Verifies a vault. `log`: chain, checkpoints, keys. `structure`: also every pack's size and table of contents, the index, and
 * that all that snapshots refer to is there. `keyless`: log, and that every pack and segment has the hash that it is named
 * after. `data`: all of it, and every blob is decrypted, unpacked and held against its id.
 */
export async function verifyVault(ports: Omit<VerifyParts, "signal">, options: VerifyOptions): Promise<VerifyReport> {
	const parts: VerifyParts = { ...ports, signal: options.signal };
	const { level } = options;
	const reader = new CountingReader(parts);
	const damage = new DamageList();
	const { snapshots, packs } = parts.vaultLog.state;
	await checkLog(parts, reader, damage);
	const entries = level === "log" ? 0 : await checkContents(parts, reader, { damage, level, onProgress: options.onProgress ?? (() => {}) });
	return {
		level,
		snapshots: snapshots.size,
		packs: level === "log" ? 0 : packs.size,
		bytesRead: reader.bytes,
		entries,
		damage: damage.list(),
	};
}

interface ContentsCheck {
	readonly damage: DamageList;
	readonly level: Exclude<VerifyLevel, "log">;
	readonly onProgress: (done: number, total: number) => void;
}

async function checkContents(parts: VerifyParts, reader: CountingReader, { damage, level, onProgress }: ContentsCheck): Promise<number> {
	const { vaultId, keys, vaultLog } = parts;
	const state = () => vaultLog.state;
	const readRange = (object: string) => reader.range(object);
	const live = new LiveIndex({ vaultId, keys, state, readRange });
	const blobs = new BlobReader({ vaultId, keys, index: live, state, readRange, refresh: async () => {} });
	const bad = new BadFrames();
	await checkSegments(parts, reader, { damage, hash: level !== "structure" });
	const index = await openIndex(live, damage);
	if (index !== undefined && level !== "keyless") await checkBlocks(index, vaultLog.state.segments, damage);
	await checkPacks({ parts, reader, blobs, index, damage, bad, level, onProgress });
	// A keyless check has nothing to say of trees, except what is lost with a damaged pack.
	if (level === "keyless" && !bad.any) return 0;
	return checkTrees({ parts, blobs, bad, damage });
}

async function openIndex(live: LiveIndex, damage: DamageList): Promise<BlobIndex | undefined> {
	try {
		return await live.current();
	} catch (error) {
		damage.addError(error, "idx");
		return undefined;
	}
}
