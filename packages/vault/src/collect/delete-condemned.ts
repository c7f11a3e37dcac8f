import { isAppError } from "@skyeworx/core";
import { segmentName } from "../blobs/live-index.ts";
import { packName } from "../format/pack-builder.ts";
import { listCheckpoints, openCheckpoint } from "../log/checkpoint.ts";
import { logName, type VaultState } from "../log/state.ts";
import { type CollectParts, requireCollecting } from "./collect-parts.ts";

/** Objects and their bytes. */
export interface Sum {
	readonly objects: number;
	readonly bytes: number;
}

export interface Deletion {
	readonly freed: Sum;
	/** The store refuses until a lock ends: asked again by the next collection. */
	readonly locked: Sum;
	/** Announced, but readers still have time. */
	readonly waiting: Sum;
}

interface Doomed {
	readonly sha256: string;
	/** The entry that announced it. */
	readonly seq: number;
	readonly names: readonly string[];
	/** Undefined: no entry says. */
	readonly bytes: number | undefined;
}

/**
 * Deletes what was condemned long enough ago: the announcement is in a checkpoint, and `grace` milliseconds have passed by the
 * store's clock. First the objects, then the entry that says so: who dies in between has it done again.
 */
export async function deleteCondemned(
	parts: CollectParts,
	{ now, grace, onProgress }: { readonly now: number; readonly grace: number; readonly onProgress: (done: number, total: number) => void },
): Promise<Deletion> {
	const sums = { freed: { objects: 0, bytes: 0 }, locked: { objects: 0, bytes: 0 }, waiting: { objects: 0, bytes: 0 } };
	const { due, waiting } = await dueNow(parts, now, grace);
	for (const { bytes, names } of waiting) count(sums.waiting, bytes ?? (await sizeOf(parts, names)));
	const gone: string[] = [];
	try {
		for (const [done, doomed] of due.entries()) {
			requireCollecting(parts);
			onProgress(done, due.length);
			const bytes = doomed.bytes ?? (await sizeOf(parts, doomed.names));
			const deleted = await deleteAll(parts, doomed.names);
			count(deleted ? sums.freed : sums.locked, bytes);
			if (deleted) gone.push(doomed.sha256);
		}
	} finally {
		await sayDeleted(parts, gone);
	}
	onProgress(due.length, due.length);
	return sums;
}

function count(sum: { objects: number; bytes: number }, bytes: number): void {
	sum.objects++;
	sum.bytes += bytes;
}

async function sizeOf({ store }: CollectParts, names: readonly string[]): Promise<number> {
	let sum = 0;
	for (const name of names) sum += (await store.facts(name))?.size ?? 0;
	return sum;
}

async function deleteAll({ store }: CollectParts, names: readonly string[]): Promise<boolean> {
	for (const name of names) if ((await store.delete(name)) === "locked") return false;
	return true;
}

async function sayDeleted({ log }: CollectParts, gone: readonly string[]): Promise<void> {
	if (gone.length === 0) return;
	await log.appendIf(({ condemned, retired }) => {
		const packs = gone.filter((name) => condemned.has(name));
		const segments = gone.filter((name) => retired.has(name));
		return packs.length + segments.length === 0 ? undefined : { op: "deleted", packs, segments };
	});
}

async function dueNow(
	parts: CollectParts,
	now: number,
	grace: number,
): Promise<{ readonly due: readonly Doomed[]; readonly waiting: readonly Doomed[] }> {
	const doomed = doomedIn(parts.log.state);
	if (doomed.length === 0) return { due: [], waiting: [] };
	const checkpoint = await newestStoredState(parts);
	const old = new Map<number, boolean>();
	for (const { seq } of doomed) {
		if (old.has(seq)) continue;
		const facts = await parts.store.facts(logName(seq));
		old.set(seq, facts !== undefined && now - facts.modifiedAt.getTime() >= grace);
	}
	// Nothing goes that a reader who opens the vault from its newest checkpoint could take for live.
	const announced = ({ sha256, seq }: Doomed) =>
		checkpoint !== undefined && seq <= checkpoint.seq && (checkpoint.condemned.has(sha256) || checkpoint.retired.has(sha256));
	const isDue = (one: Doomed) => old.get(one.seq) === true && announced(one);
	return { due: doomed.filter(isDue), waiting: doomed.filter((one) => !isDue(one)) };
}

function doomedIn({ packs, condemned, retired, segments }: Readonly<VaultState>): readonly Doomed[] {
	const live = new Set(segments.map(({ sha256 }) => sha256));
	return [
		...[...condemned].map(([sha256, seq]) => {
			const record = packs.get(sha256);
			// An orphan's class stands in no entry.
			const classes = record === undefined ? (["R", "A", "M"] as const) : [record.class];
			return { sha256, seq, names: classes.map((cls) => packName(cls, sha256)), bytes: record?.size };
		}),
		...[...retired]
			.filter(([sha256]) => !live.has(sha256))
			.map(([sha256, seq]) => ({ sha256, seq, names: [segmentName(sha256)], bytes: undefined })),
	];
}

/** The newest checkpoint that can be read; a damaged one is passed over, as a reader would. */
async function newestStoredState({ store, checkpointKey }: CollectParts): Promise<VaultState | undefined> {
	for (const { name } of await listCheckpoints(store)) {
		try {
			return openCheckpoint(name, await store.read(name), checkpointKey()).state;
		} catch (error) {
			if (!isAppError(error, "vault-damaged") && !isAppError(error, "store-object-missing")) throw error;
		}
	}
	return undefined;
}
