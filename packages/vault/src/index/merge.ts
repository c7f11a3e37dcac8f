import { AppError } from "@skyeworx/core";
import type { IndexEntry, Segment } from "./segment.ts";

/** A segment's entries with the next one at hand. */
class Run {
	readonly #entries: AsyncGenerator<IndexEntry>;
	head: IndexEntry | undefined;

	constructor(segment: Segment) {
		this.#entries = segment.entries();
	}

	async advance(): Promise<void> {
		const next = await this.#entries.next();
		this.head = next.done === true ? undefined : next.value;
	}
}

/** Position of the smallest head; of equal ids the first run's, which is the newest. */
function smallest(runs: readonly Run[]): number {
	let best = -1;
	let bestId: Uint8Array | undefined;
	for (const [position, run] of runs.entries()) {
		if (run.head === undefined) continue;
		if (bestId === undefined || Buffer.compare(run.head.id, bestId) < 0) {
			best = position;
			bestId = run.head.id;
		}
	}
	return best;
}

/** Every entry of the segments in id order; entries of one id stand together, the newest segment's first. */
async function* mergeAll(newestFirst: readonly Segment[]): AsyncGenerator<IndexEntry> {
	const runs = newestFirst.map((segment) => new Run(segment));
	for (const run of runs) await run.advance();
	for (let position = smallest(runs); position >= 0; position = smallest(runs)) {
		const run = runs[position];
		if (run?.head === undefined) return;
		yield run.head;
		await run.advance();
	}
}

/** Each id once, in order, with its newest place. */
export async function* mergeEntries(newestFirst: readonly Segment[]): AsyncGenerator<IndexEntry> {
	let previous: Uint8Array | undefined;
	for await (const entry of mergeAll(newestFirst)) {
		if (previous === undefined || Buffer.compare(previous, entry.id) !== 0) yield entry;
		previous = entry.id;
	}
}

/** What a compaction read and what became of it; `read = dead + repeated + written`. */
interface MergeCounts {
	/** Entries of the inputs, as their trailers say. */
	readonly read: number;
	/** Dropped: their pack is dead. */
	readonly dead: number;
	/** Dropped: a newer segment has a living place of the id. */
	readonly repeated: number;
	readonly written: number;
}

interface MergeOptions {
	/** Segments to replace, newest first. */
	readonly inputs: readonly Segment[];
	readonly isDead: (pack: string) => boolean;
	/** Packs that will go or can't be relied on: of an id's places one elsewhere stays, even an older one. */
	readonly isLast?: (pack: string) => boolean;
	readonly write: (entry: IndexEntry) => void | Promise<void>;
}

/**
 * Merges segments into a stream of entries for new ones: drops entries of dead packs, and of each id keeps the newest living place
 * in a pack that stays, or without one the newest living place.
 * @throws AppError `vault-damaged` when what was read is not what the inputs' trailers promise; then nothing may be published
 * @see vault-format.md, compaction
 */
export async function mergeSegments({ inputs, isDead, isLast = () => false, write }: MergeOptions): Promise<MergeCounts> {
	const counts = { read: 0, dead: 0, repeated: 0, written: 0 };
	let best: IndexEntry | undefined;
	for await (const entry of mergeAll(inputs)) {
		counts.read++;
		if (isDead(entry.pack)) counts.dead++;
		else if (best !== undefined && Buffer.compare(best.id, entry.id) === 0) {
			counts.repeated++;
			if (isLast(best.pack) && !isLast(entry.pack)) best = entry;
		} else {
			counts.written++;
			if (best !== undefined) await write(best);
			best = entry;
		}
	}
	if (best !== undefined) await write(best);
	const promised = inputs.reduce((sum, segment) => sum + segment.count, 0);
	if (counts.read !== promised || counts.read !== counts.dead + counts.repeated + counts.written) {
		throw new AppError("vault-damaged", "A merge of index segments lost count", { facts: { ...counts, promised } });
	}
	return counts;
}
