import type { CollectParts } from "../collect/collect-parts.ts";
import type { RootKeys } from "../crypto/vault-keys.ts";
import { listCheckpoints } from "../log/checkpoint.ts";
import { logName } from "../log/state.ts";
import type { LogPorts } from "../log/vault-log.ts";
import type { SnapshotId } from "../snapshots/snapshot.ts";
import type { Damage } from "../vault.ts";
import { checkLog } from "./check-log.ts";
import { DamageList } from "./damage-list.ts";
import { mendIndexAndPacks } from "./mend-packs.ts";
import { recoverSnapshots } from "./recover-snapshots.ts";
import { setAside } from "./set-aside.ts";
import { verifyVault } from "./verify.ts";
import { CountingReader, type VerifyParts } from "./verify-parts.ts";

export interface RepairOptions {
	/** How deep packs are looked into: `data` (when not given) reads every byte, `structure` their tables of contents. */
	readonly level?: "structure" | "data";
	/**
	 * Publishes again the snapshots whose log entries were lost, from what their packs hold. Only for a log that lost its end: a
	 * run that died before it published looks the same.
	 */
	readonly lostSnapshots?: boolean;
	readonly signal?: AbortSignal;
	readonly onProgress?: (done: number, total: number) => void;
}

/** A pack that was set aside: it stays in the store, nothing new refers to it. */
export interface Quarantined {
	readonly object: string;
	/** One word, as of {@link Damage}. */
	readonly what: string;
	readonly detail: string;
	/** Blobs that could still be read and were written anew. */
	readonly saved: number;
}

export interface RepairReport {
	/** Damaged checkpoints that were set aside. */
	readonly checkpoints: number;
	/** Index segments that were missing or damaged. */
	readonly segments: number;
	/** Blobs that the index knows again. */
	readonly indexed: number;
	readonly quarantined: readonly Quarantined[];
	/** Snapshots that were published again. */
	readonly recovered: readonly SnapshotId[];
	/** What is damaged still, and which entries of which snapshots are lost with it; the next backup tries to heal them. */
	readonly damage: readonly Damage[];
}

export interface RepairParts extends CollectParts {
	readonly logPorts: LogPorts;
	readonly roots: RootKeys;
}

/**
 * Mends a vault: checkpoints from the log, the index from the packs' tables of contents. A pack that can't be read wholly is set
 * aside, and what can be read of it is written anew. Whatever was damaged is copied or left where it is, never just deleted.
 * @throws AppError `conflict` when others changed the vault too often meanwhile
 */
export async function repairVault(parts: RepairParts, options: RepairOptions): Promise<RepairReport> {
	const { log } = parts;
	await log.refresh();
	const lostEnd = await isEndLost(parts);
	const verifyParts = partsOfVerify(parts);
	const checkpoints = await mendCheckpoints(parts, verifyParts);
	const mended = await mendIndexAndPacks(parts, verifyParts, options);
	const recovered = options.lostSnapshots === true ? await recoverSnapshots(parts) : [];
	const done = checkpoints + mended.segments + mended.indexed + mended.quarantined.length + recovered.length;
	if (done > 0 || lostEnd) {
		const { length: packs } = mended.quarantined;
		await log.append(() => ({ op: "repaired", packs, segments: mended.segments, snapshots: recovered.length }));
	}
	// Behind a lost end the vault opens by this checkpoint alone.
	if (checkpoints > 0 || lostEnd) await log.writeCheckpoint();
	const { damage } = await verifyVault(verifyParts, {
		level: "structure",
		...(options.signal === undefined ? {} : { signal: options.signal }),
	});
	return { checkpoints, ...mended, recovered, damage };
}

/** Whether the newest checkpoint stands on a log entry that is gone: nobody opens the vault by it. */
async function isEndLost({ store }: RepairParts): Promise<boolean> {
	const [newest] = await listCheckpoints(store);
	return newest !== undefined && (await store.facts(logName(newest.seq))) === undefined;
}

function partsOfVerify({ logPorts, log, vaultId, keys, roots, signal }: RepairParts): VerifyParts {
	return { ...logPorts, vaultLog: log, vaultId, keys, roots, signal };
}

async function mendCheckpoints(parts: RepairParts, verifyParts: VerifyParts): Promise<number> {
	const damage = new DamageList();
	await checkLog(verifyParts, new CountingReader(verifyParts), damage);
	const bad = damage.list().filter(({ object }) => object.startsWith("ckpt/"));
	for (const { object } of bad) await setAside(parts.store, object, "and delete");
	return bad.length;
}
