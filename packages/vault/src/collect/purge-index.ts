import { replaceSegments } from "../blobs/compact-index.ts";
import type { SegmentRecord } from "../log/operation.ts";
import type { CollectParts } from "./collect-parts.ts";

/** A segment of which at least this share speaks of packs that are gone is written anew. */
const staleFrom = 0.4;

/** How many entries of a segment speak of packs that are gone. */
interface SegmentTally {
	readonly record: SegmentRecord;
	readonly gone: number;
}

/** Writes segments anew that mostly speak of packs that are gone, in one entry that names inputs and outputs. */
export async function purgeIndex(parts: CollectParts, tallies: readonly SegmentTally[]): Promise<void> {
	const stale = tallies.filter(({ record, gone }) => gone > 0 && gone >= record.entries * staleFrom).map(({ record }) => record);
	if (stale.length > 0) await replaceSegments({ ...parts, open: (record) => parts.index.segment(record) }, stale);
}
