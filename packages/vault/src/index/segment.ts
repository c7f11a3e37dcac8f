import { equalBytes } from "../tree/bytes.ts";
import { BlockCache } from "./block-cache.ts";
import {
	type BlobLocation,
	type BlockCipher,
	blockCount,
	blockEntries,
	damagedSegment,
	decodeTrailer,
	entryLength,
	fenceLength,
	headerLength,
	indexIdLength,
	packNameLength,
	sealedBlockLength,
	sealOverhead,
	type Trailer,
	tailBlock,
	trailerLength,
} from "./segment-format.ts";

export { SegmentBuilder } from "./segment-builder.ts";
export type { BlobLocation, BlockCipher } from "./segment-format.ts";

/** Reads a range of the segment's bytes. */
type ReadRange = (offset: number, length: number) => Promise<Uint8Array>;

export interface SegmentSource {
	/** Bytes of the whole segment. */
	readonly size: number;
	readonly read: ReadRange;
	readonly cipher: BlockCipher;
	/** Decoded blocks that are kept; shared by the segments of an index. */
	readonly cache?: BlockCache;
}

/** An id and where its blob lies. */
export interface IndexEntry extends BlobLocation {
	readonly id: Uint8Array;
}

/** A sorted, immutable piece of the index, read block by block. Memory: 8 bytes a block and the names of the packs. */
export class Segment {
	readonly count: number;
	/** Names of the packs it speaks of. */
	readonly packs: readonly string[];
	readonly #source: SegmentSource;
	readonly #fences: DataView;
	readonly #cache: BlockCache;

	/**
	 * Opens a segment with two range reads.
	 * @throws AppError `vault-damaged`
	 */
	static async open(source: SegmentSource): Promise<Segment> {
		if (source.size < headerLength + trailerLength) throw damagedSegment("it is too short");
		const trailer = decodeTrailer(await source.read(source.size - trailerLength, trailerLength), source.size);
		const sealed = await source.read(source.size - trailerLength - trailer.tailLength, trailer.tailLength);
		const tail = source.cipher.open(tailBlock, sealed);
		if (tail.length !== trailer.tailLength - sealOverhead) throw damagedSegment("its tail has a wrong length");
		return new Segment(source, trailer, tail);
	}

	private constructor(source: SegmentSource, trailer: Trailer, tail: Uint8Array) {
		this.#source = source;
		this.#cache = source.cache ?? new BlockCache();
		this.count = trailer.entries;
		const fencesLength = blockCount(trailer.entries) * fenceLength;
		// Copies: the tail's buffer may be a slice of something large.
		const fences = tail.slice(0, fencesLength);
		this.#fences = new DataView(fences.buffer, fences.byteOffset, fencesLength);
		const names = Buffer.from(tail.subarray(fencesLength));
		this.packs = Array.from({ length: trailer.packs }, (_, index) =>
			names.toString("hex", index * packNameLength, (index + 1) * packNameLength),
		);
	}

	get blocks(): number {
		return blockCount(this.count);
	}

	/** Where the blob lies, or undefined. */
	async lookup(id: Uint8Array): Promise<BlobLocation | undefined> {
		const view = new DataView(id.buffer, id.byteOffset, id.length);
		const high = view.getUint32(0);
		const low = view.getUint32(4);
		for (let block = this.#lastBlockFor(high, low); block >= 0; block--) {
			const entries = this.#cache.get(this, block) ?? (await this.#readIntoCache(block));
			const found = findEntry(entries, id);
			if (found >= 0) return this.#location(entries, found);
			// Equal fences: the id may lie in the block before. Next to impossible with real ids.
			if (this.#compareFence(block, high, low) !== 0) break;
		}
		return undefined;
	}

	/** Number of the last block whose fence is not after the two words; -1 when none is. */
	#lastBlockFor(high: number, low: number): number {
		let first = 0;
		let end = this.blocks;
		while (first < end) {
			const middle = (first + end) >>> 1;
			if (this.#compareFence(middle, high, low) <= 0) first = middle + 1;
			else end = middle;
		}
		return first - 1;
	}

	#compareFence(block: number, high: number, low: number): number {
		return this.#fences.getUint32(block * fenceLength) - high || this.#fences.getUint32(block * fenceLength + 4) - low;
	}

	/** All entries in id order; one block in memory. */
	async *entries(): AsyncGenerator<IndexEntry> {
		let previous: Uint8Array | undefined;
		for (let block = 0; block < this.blocks; block++) {
			const entries = await this.#read(block);
			for (let start = 0; start < entries.length; start += entryLength) {
				const id = entries.subarray(start, start + indexIdLength);
				if (previous !== undefined && Buffer.compare(previous, id) >= 0) throw damagedSegment("its entries are out of order");
				previous = id;
				yield { id, ...this.#location(entries, start) };
			}
		}
	}

	/** Number of the block in which the id lies if it lies in this segment; -1 when it is before all of them. */
	blockOf(id: Uint8Array): number {
		const words = new DataView(id.buffer, id.byteOffset, id.length);
		return this.#lastBlockFor(words.getUint32(0), words.getUint32(4));
	}

	/** The entries of consecutive blocks, one after the other, in one read and past the cache: for those who need most of them. */
	async run(first: number, blocks: number): Promise<Uint8Array> {
		const end = Math.min(this.blocks, first + blocks);
		const count = Math.min(this.count, end * blockEntries) - first * blockEntries;
		const length = count * entryLength + (end - first) * sealOverhead;
		const sealed = await this.#source.read(headerLength + first * sealedBlockLength, length);
		const entries = new Uint8Array(count * entryLength);
		for (let block = first; block < end; block++) {
			const from = (block - first) * sealedBlockLength;
			entries.set(this.#opened(block, sealed.subarray(from, from + sealedBlockLength)), (block - first) * blockEntries * entryLength);
		}
		return entries;
	}

	async #readIntoCache(block: number): Promise<Uint8Array> {
		const entries = await this.#read(block);
		this.#cache.set(this, block, entries);
		return entries;
	}

	async #read(block: number): Promise<Uint8Array> {
		const length = Math.min(blockEntries, this.count - block * blockEntries) * entryLength;
		return this.#opened(block, await this.#source.read(headerLength + block * sealedBlockLength, length + sealOverhead));
	}

	#opened(block: number, sealed: Uint8Array): Uint8Array {
		const length = Math.min(blockEntries, this.count - block * blockEntries) * entryLength;
		const entries = this.#source.cipher.open(block, sealed);
		if (entries.length !== length) throw damagedSegment("a block has a wrong length");
		const fence = new Uint8Array(this.#fences.buffer, this.#fences.byteOffset + block * fenceLength, fenceLength);
		if (!equalBytes(entries.subarray(0, fenceLength), fence)) throw damagedSegment("a block and its fence differ");
		return entries;
	}

	#location(entries: Uint8Array, start: number): BlobLocation {
		const view = new DataView(entries.buffer, entries.byteOffset + start, entryLength);
		const pack = this.packs[view.getUint32(20)];
		if (pack === undefined) throw damagedSegment("an entry names no pack");
		return { pack, frame: view.getUint16(24), slot: view.getUint16(26), rawLength: view.getUint32(28) };
	}
}

/** Offset of the id's entry within a block, or -1. */
function findEntry(entries: Uint8Array, id: Uint8Array): number {
	let low = 0;
	let high = entries.length / entryLength;
	while (low < high) {
		const middle = (low + high) >>> 1;
		const order = compareIds(entries, middle * entryLength, id);
		if (order === 0) return middle * entryLength;
		if (order < 0) low = middle + 1;
		else high = middle;
	}
	return -1;
}

function compareIds(entries: Uint8Array, start: number, id: Uint8Array): number {
	for (let index = 0; index < indexIdLength; index++) {
		const difference = (entries[start + index] ?? 0) - (id[index] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}
