import { mergeEntries } from "./merge.ts";
import type { BlobLocation, IndexEntry, Segment } from "./segment.ts";

export { BlockCache } from "./block-cache.ts";
export { mergeSegments } from "./merge.ts";

/** Where all blobs of a vault lie: the set of live segments that the log names. Immutable; a commit makes another. */
export class BlobIndex {
	/** Newest first: of an id in several segments the newest place counts. */
	readonly segments: readonly Segment[];

	constructor(segments: readonly Segment[]) {
		this.segments = segments;
	}

	/** Entries over all segments; an id in two segments counts twice. */
	get count(): number {
		return this.segments.reduce((sum, segment) => sum + segment.count, 0);
	}

	async lookup(id: Uint8Array): Promise<BlobLocation | undefined> {
		for (const segment of this.segments) {
			const location = await segment.lookup(id);
			if (location !== undefined) return location;
		}
		return undefined;
	}

	/** Every place of the blob, newest first: for reading around a damaged pack. */
	async lookupAll(id: Uint8Array): Promise<BlobLocation[]> {
		const places: BlobLocation[] = [];
		for (const segment of this.segments) {
			const location = await segment.lookup(id);
			if (location !== undefined) places.push(location);
		}
		return places;
	}

	/** All ids in order, each once with its newest place; one block a segment in memory. */
	entries(): AsyncGenerator<IndexEntry> {
		return mergeEntries(this.segments);
	}
}
