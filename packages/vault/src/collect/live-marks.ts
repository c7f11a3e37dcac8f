import { damaged } from "../damage.ts";
import { toHex, view } from "../format/bytes.ts";
import type { Segment } from "../index/segment.ts";
import { blockEntries, entryLength, indexIdLength } from "../index/segment-format.ts";
import type { PackRecord, SegmentRecord } from "../log/operation.ts";
import type { VaultState } from "../log/state.ts";
import { IdBatch } from "./id-batch.ts";

/** Blocks that are read at once where most of them are needed: half a megabyte. */
const runBlocks = 64;

/** A live index segment and its record in the log. */
export interface OpenSegment {
	readonly record: SegmentRecord;
	readonly segment: Segment;
}

interface MarkedSegment extends OpenSegment {
	/** One bit an entry. */
	readonly bits: Uint8Array;
	/** Number of each pack of the segment's table; -1 for one that the log does not know any more. */
	readonly packs: Int32Array;
	/** Entries that speak of such packs. */
	gone: number;
}

/** Of the vault's state, what marking asks. */
type MarkedState = Readonly<Pick<VaultState, "packs" | "condemned" | "quarantined">>;

/** What is known of one pack after marking. */
export interface PackTally {
	readonly record: PackRecord;
	/** Bytes of plaintext that the index says lie in it. */
	total: number;
	/** Those that snapshots reach here. */
	live: number;
	/** Snapshots that reach it promise a lock at least until then, epoch milliseconds; 0 for none. */
	promise: number;
}

interface NumberedPack extends PackTally {
	readonly standing: "kept" | "condemned" | "quarantined";
}

/**
 * Which blobs the snapshots reach: one bit for each entry of the index, whatever number of snapshots share it. An id that lies
 * in several places is marked in one of them only, always the same one, so that the others can go.
 */
export class LiveMarks {
	readonly #packs: NumberedPack[] = [];
	readonly #numbers = new Map<string, number>();
	readonly #segments: MarkedSegment[] = [];
	readonly #batch = new IdBatch();
	/** Packs that something was marked in since {@link watch}. */
	#touched: Set<string> | undefined;
	/** Promise of the snapshot that is being marked. */
	#promise = 0;
	/** Ids that lie nowhere but in quarantined packs. */
	lost = 0;

	constructor(state: MarkedState, segments: readonly OpenSegment[]) {
		this.include(state, segments);
	}

	/** Takes in packs and segments that came since. */
	include(state: MarkedState, segments: readonly OpenSegment[]): void {
		for (const record of state.packs.values()) {
			if (this.#numbers.has(record.sha256)) continue;
			const standing = state.condemned.has(record.sha256) ? "condemned" : state.quarantined.has(record.sha256) ? "quarantined" : "kept";
			this.#numbers.set(record.sha256, this.#packs.push({ record, standing, total: 0, live: 0, promise: 0 }) - 1);
		}
		const known = new Set(this.#segments.map(({ record }) => record.sha256));
		for (const { record, segment } of segments) {
			if (known.has(record.sha256)) continue;
			const packs = Int32Array.from(segment.packs, (name) => this.#numbers.get(name) ?? -1);
			// Behind the older ones: what was marked before stays marked where it is.
			this.#segments.push({ record, segment, packs, gone: 0, bits: new Uint8Array(Math.ceil(segment.count / 8)) });
		}
	}

	get segments(): readonly SegmentRecord[] {
		return this.#segments.map(({ record }) => record);
	}

	/** Marks what follows as reached by a snapshot with this promise; promises must come in descending order. */
	async promise(until: number): Promise<void> {
		if (until === this.#promise) return;
		await this.flush();
		this.#promise = until;
	}

	/** Marks a blob. True: call {@link flush} before the next. */
	add(id: Uint8Array): boolean {
		this.#batch.add(id);
		return this.#batch.isFull;
	}

	/** From now on notes the packs in which something is marked that was not. */
	watch(): Set<string> {
		this.#touched = new Set();
		return this.#touched;
	}

	/** Looks up what was added. @throws AppError `vault-damaged` when an id lies in no pack that stays */
	async flush(): Promise<void> {
		let open = this.#batch.sorted();
		for (const marked of this.#segments) {
			if (open.length === 0) break;
			open = await this.#markIn(marked, open, "kept");
		}
		for (const marked of this.#segments) {
			if (open.length === 0) break;
			const before = open.length;
			open = await this.#markIn(marked, open, "quarantined");
			this.lost += before - open.length;
		}
		const [first] = open;
		if (first !== undefined) {
			throw damaged({ object: "idx", what: "reference", detail: `the index does not know the blob ${toHex(this.#batch.id(first))}` });
		}
		this.#batch.clear();
	}

	/** Marks those that lie in this segment in packs of the standing; answers the numbers of the others. */
	async #markIn(marked: MarkedSegment, numbers: Uint32Array, standing: NumberedPack["standing"]): Promise<Uint32Array> {
		const { segment } = marked;
		const rest = new Uint32Array(numbers.length);
		let left = 0;
		const width = numbers.length * 4 >= segment.blocks ? runBlocks : 1;
		let entries: Uint8Array = new Uint8Array(0);
		let from = -1;
		for (const number of numbers) {
			const id = this.#batch.id(number);
			const block = segment.blockOf(id);
			if (block >= 0 && (from < 0 || block < from || (block - from) * blockEntries * entryLength >= entries.length)) {
				entries = await segment.run(block, width);
				from = block;
			}
			const at = block < 0 ? -1 : findIn(entries, block - from, id);
			if (at < 0 || !this.#set(marked, { entries, at, ordinal: from * blockEntries + at / entryLength, standing })) rest[left++] = number;
		}
		return rest.subarray(0, left);
	}

	#set(
		{ bits, packs }: MarkedSegment,
		place: {
			readonly entries: Uint8Array;
			readonly at: number;
			readonly ordinal: number;
			readonly standing: NumberedPack["standing"];
		},
	): boolean {
		const entry = view(place.entries.subarray(place.at, place.at + entryLength));
		const pack = this.#packs[packs[entry.getUint32(20)] ?? -1];
		if (pack?.standing !== place.standing) return false;
		const byte = place.ordinal >>> 3;
		const bit = 1 << (place.ordinal & 7);
		if (((bits[byte] ?? 0) & bit) !== 0) return true;
		bits[byte] = (bits[byte] ?? 0) | bit;
		pack.promise = Math.max(pack.promise, this.#promise);
		this.#touched?.add(pack.record.sha256);
		return true;
	}

	/** Adds up what lies in each pack that stays, live and not. */
	async tally(): Promise<readonly PackTally[]> {
		for (const pack of this.#packs) pack.total = pack.live = 0;
		await this.#eachEntry((pack, entry, live) => {
			const length = entry.getUint32(28);
			pack.total += length;
			if (live) pack.live += length;
		});
		return this.#packs.filter(({ standing }) => standing === "kept");
	}

	/** The packs that snapshots with a promise reach. */
	promises(): readonly PackTally[] {
		return this.#packs.filter(({ promise }) => promise > 0);
	}

	/** How many entries of each segment speak of packs that are gone; known after {@link tally}. */
	gone(): readonly { readonly record: SegmentRecord; readonly gone: number }[] {
		return this.#segments.map(({ record, gone }) => ({ record, gone }));
	}

	/** Where the live blobs of some packs lie: by pack, frame * 2^16 + slot in ascending order. */
	async livePlaces(packs: ReadonlySet<string>): Promise<ReadonlyMap<string, Float64Array>> {
		const found = new Map([...packs].map((name) => [name, [] as number[]]));
		await this.#eachEntry((pack, entry, live) => {
			if (live) found.get(pack.record.sha256)?.push(entry.getUint16(24) * 2 ** 16 + entry.getUint16(26));
		});
		return new Map([...found].map(([name, places]) => [name, Float64Array.from(places).sort()]));
	}

	async #eachEntry(visit: (pack: NumberedPack, entry: DataView, live: boolean) => void): Promise<void> {
		for (const marked of this.#segments) {
			const { segment, packs, bits } = marked;
			marked.gone = 0;
			for (let block = 0; block < segment.blocks; block += runBlocks) {
				const entries = await segment.run(block, runBlocks);
				for (let at = 0; at < entries.length; at += entryLength) {
					const entry = view(entries.subarray(at, at + entryLength));
					const pack = this.#packs[packs[entry.getUint32(20)] ?? -1];
					const ordinal = block * blockEntries + at / entryLength;
					if (pack === undefined) marked.gone++;
					else visit(pack, entry, ((bits[ordinal >>> 3] ?? 0) & (1 << (ordinal & 7))) !== 0);
				}
			}
		}
	}
}

/** Offset of the id's entry in the block of the run, or -1. */
function findIn(entries: Uint8Array, block: number, id: Uint8Array): number {
	let low = block * blockEntries;
	let high = Math.min(entries.length / entryLength, low + blockEntries);
	while (low < high) {
		const middle = (low + high) >>> 1;
		const at = middle * entryLength;
		const order = Buffer.compare(entries.subarray(at, at + indexIdLength), id);
		if (order === 0) return at;
		if (order < 0) low = middle + 1;
		else high = middle;
	}
	return -1;
}
