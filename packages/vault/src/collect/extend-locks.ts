import { segmentName } from "../blobs/live-index.ts";
import { packName } from "../format/pack-builder.ts";
import { listCheckpoints } from "../log/checkpoint.ts";
import { logName } from "../log/state.ts";
import { type CollectParts, requireCollecting } from "./collect-parts.ts";
import type { LiveMarks } from "./live-marks.ts";

interface Locking {
	/** What the snapshots up to `upTo` reach, with the longest promise of each pack. */
	readonly marks: LiveMarks;
	readonly upTo: number;
	/** The store's clock, epoch milliseconds. */
	readonly now: number;
	readonly onProgress: (done: number, total: number) => void;
}

/**
 * Makes the locks of everything that snapshots with a promise need last as long as the promise: their packs, the live index, and
 * the end of the log from its newest checkpoint on. Done once for each new promise, not daily for each object.
 * @returns number of objects
 */
export async function extendLocks(parts: CollectParts, { marks, upTo, now, onProgress }: Locking): Promise<number> {
	const { store, log } = parts;
	if (store.extendLock === undefined || !hasNewPromise(parts, upTo, now)) return 0;
	const wanted: { readonly name: string; readonly until: number }[] = [];
	let longest = 0;
	for (const { record, promise } of marks.promises()) {
		if (promise <= now) continue;
		longest = Math.max(longest, promise);
		wanted.push({ name: packName(record.class, record.sha256), until: promise });
	}
	for (const { sha256 } of log.state.segments) wanted.push({ name: segmentName(sha256), until: longest });
	for (const name of await endOfLog(parts)) wanted.push({ name, until: longest });
	for (const [done, { name, until }] of wanted.entries()) {
		requireCollecting(parts);
		onProgress(done, wanted.length);
		await store.extendLock(name, new Date(until));
	}
	onProgress(wanted.length, wanted.length);
	await log.append(() => ({ op: "locked", basis: upTo, objects: wanted.length }));
	return wanted.length;
}

function hasNewPromise({ log }: CollectParts, upTo: number, now: number): boolean {
	const { snapshots, lockedUpTo } = log.state;
	return [...snapshots].some(
		([id, { lockUntil }]) => id > lockedUpTo && id <= upTo && lockUntil !== undefined && Date.parse(lockUntil) > now,
	);
}

/** The newest checkpoint, the entry that it stands on, and what follows: enough to open the vault. */
async function endOfLog({ store, log }: CollectParts): Promise<string[]> {
	const { seq } = log.state;
	const [newest] = await listCheckpoints(store);
	const names = newest === undefined ? [] : [newest.name];
	for (let number = newest?.seq ?? 1; number <= seq; number++) names.push(logName(number));
	return names;
}
