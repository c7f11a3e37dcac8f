import { BlobReader } from "../blobs/blob-reader.ts";
import { LiveIndex } from "../blobs/live-index.ts";
import type { BlobIndex } from "../index/index.ts";
import type { PackRecord } from "../log/operation.ts";
import type { VaultState } from "../log/state.ts";
import type { VerifyLevel, VerifyOptions, VerifyReport } from "../vault.ts";
import { checkLog } from "./check-log.ts";
import { BadFrames, checkBlocks, checkPacks, checkSegments } from "./check-packs.ts";
import { checkTrees } from "./check-trees.ts";
import { DamageList } from "./damage-list.ts";
import { CountingReader, type VerifyParts } from "./verify-parts.ts";

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
	const { snapshots } = parts.vaultLog.state;
	await checkLog(parts, reader, damage);
	const packs = level === "log" ? [] : dueForVerify(parts.vaultLog.state, options.share ?? 1);
	const onProgress = options.onProgress ?? (() => {});
	const rolling = options.share !== undefined && options.share > 1;
	const checked =
		level === "log" ? { entries: 0, sound: [] } : await checkContents(parts, reader, { damage, level, packs, rolling, onProgress });
	const found = damage.list();
	if (options.record === true) {
		const result = { op: "verify-result", level, damaged: found.length, packs: packs.length } as const;
		// A look at structures alone says nothing of a pack's bytes.
		await parts.vaultLog.append(() => (level === "log" || level === "structure" ? result : { ...result, checked: [...checked.sound] }));
	}
	return { level, snapshots: snapshots.size, packs: packs.length, bytesRead: reader.bytes, entries: checked.entries, damage: found };
}

interface ContentsCheck {
	readonly damage: DamageList;
	readonly level: Exclude<VerifyLevel, "log">;
	readonly packs: readonly PackRecord[];
	/** Only some packs: the rest of the vault is looked at when one of them is damaged. */
	readonly rolling: boolean;
	readonly onProgress: (done: number, total: number) => void;
}

async function checkContents(
	parts: VerifyParts,
	reader: CountingReader,
	{ damage, level, packs, rolling, onProgress }: ContentsCheck,
): Promise<{ readonly entries: number; readonly sound: readonly string[] }> {
	const { vaultId, keys, vaultLog } = parts;
	const state = () => vaultLog.state;
	const readRange = (object: string) => reader.range(object);
	const live = new LiveIndex({ vaultId, keys, state, readRange });
	const blobs = new BlobReader({ vaultId, keys, index: live, state, readRange, refresh: async () => {} });
	const bad = new BadFrames();
	for (const name of state().quarantined.keys()) bad.addPack(name);
	const setAside = bad.any;
	await checkSegments(parts, reader, { damage, hash: level !== "structure" });
	const index = await openIndex(live, damage);
	if (index !== undefined && level !== "keyless" && !rolling) await checkBlocks(index, vaultLog.state.segments, damage);
	const sound = await checkPacks({ parts, reader, blobs, index, damage, bad, level, packs, onProgress });
	const broken = sound.length < packs.length;
	// A keyless or a rolling check has nothing to say of trees, except what is lost with a damaged pack.
	if ((level === "keyless" || rolling) && !broken && !setAside) return { entries: 0, sound };
	return { entries: await checkTrees({ parts, blobs, bad, damage }), sound };
}

async function openIndex(live: LiveIndex, damage: DamageList): Promise<BlobIndex | undefined> {
	try {
		return await live.current();
	} catch (error) {
		damage.addError(error, "idx");
		return undefined;
	}
}

/**
 * The packs to look at: the given share of all, those first that were found sound longest ago or never. Condemned packs may be
 * gone already, and what was set aside is known to be damaged.
 */
export function dueForVerify(
	{ packs, condemned, quarantined, verified }: Pick<VaultState, "packs" | "condemned" | "quarantined" | "verified">,
	share: number,
): readonly PackRecord[] {
	const kept = [...packs.values()].filter(({ sha256 }) => !condemned.has(sha256) && !quarantined.has(sha256));
	if (share <= 1) return kept;
	const last = ({ sha256 }: PackRecord) => verified.get(sha256) ?? 0;
	return kept.sort((a, b) => last(a) - last(b) || (a.sha256 < b.sha256 ? -1 : 1)).slice(0, Math.ceil(kept.length / share));
}
