import { replaceSegments } from "../blobs/compact-index.ts";
import type { SegmentRecord } from "../log/operation.ts";
import type { CollectParts } from "./collect-parts.ts";

/** A segment of which at least this share speaks of packs that are gone is written anew. */
const staleFrom = 0.4;

/** How many entries of a segment speak of packs that are gone. */
export interface SegmentTally {
	readonly record: SegmentRecord;
	readonly gone: number;
}

/** Which segments to replace: pure. */
export function planPurge(tallies: readonly SegmentTally[]): readonly SegmentRecord[] {
	return tallies.filter(({ record, gone }) => gone > 0 && gone >= record.entries * staleFrom).map(({ record }) => record);
}

/** Writes segments anew that mostly speak of packs that are gone, in one entry that names inputs and outputs. */
export async function purgeIndex(parts: CollectParts, tallies: readonly SegmentTally[]): Promise<void> {
	const plan = planPurge(tallies);
	if (plan.length > 0) await replaceSegments({ ...parts, open: (record) => parts.index.segment(record) }, plan);
}
