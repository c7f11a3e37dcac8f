import { AppError } from "@skyeworx/core";
import {
	type BlobLocation,
	type BlockCipher,
	blockCount,
	blockEntries,
	encodeTrailer,
	entryLength,
	fenceLength,
	headerLength,
	indexIdLength,
	maxSegmentEntries,
	segmentLength,
	tailBlock,
} from "./segment-format.ts";

const pageEntries = 2 ** 15;
/** Room for an entry's number beside 32 bits of its id in a double's 53 bits. */
const numberRoom = 2 ** 21;

interface SealWith {
	/** 64 bytes, as the header of a pack. */
	readonly header: Uint8Array;
	readonly cipher: BlockCipher;
}

/**
 * Collects where blobs lie and writes a sorted segment. Memory: 32 bytes an entry, and 8 more while it sorts.
 * At most {@link maxSegmentEntries} entries: begin another segment when it {@link isFull}.
 */
export class SegmentBuilder {
	readonly #pages: Uint8Array[] = [];
	readonly #packNumbers = new Map<string, number>();
	readonly #packNames: string[] = [];
	#count = 0;

	/** Entries added so far; an id added twice counts twice until it is written. */
	get count(): number {
		return this.#count;
	}

	get isFull(): boolean {
		return this.#count >= maxSegmentEntries;
	}

	/** Forgets everything but keeps the memory, for the next segment. */
	reset(): void {
		this.#count = 0;
		this.#packNumbers.clear();
		this.#packNames.length = 0;
	}

	/** Adds one blob. */
	add(id: Uint8Array, location: BlobLocation): void {
		if (id.length !== indexIdLength) throw new AppError("internal", "A blob id has a wrong length", { facts: { length: id.length } });
		const entry = this.#next();
		entry.set(id);
		const view = new DataView(entry.buffer, entry.byteOffset, entryLength);
		view.setUint32(20, this.#packNumber(location.pack));
		view.setUint16(24, checked(location.frame, 16));
		view.setUint16(26, checked(location.slot, 16));
		view.setUint32(28, checked(location.rawLength, 32));
	}

	#next(): Uint8Array {
		if (this.isFull) throw new AppError("internal", "An index segment is full");
		const position = this.#count % pageEntries;
		if (position === 0 && this.#count / pageEntries === this.#pages.length) this.#pages.push(new Uint8Array(pageEntries * entryLength));
		return this.#entry(this.#count++);
	}

	#entry(index: number): Uint8Array {
		const page = this.#pages[Math.floor(index / pageEntries)];
		if (page === undefined) throw new AppError("internal", "No such index entry");
		const start = (index % pageEntries) * entryLength;
		return page.subarray(start, start + entryLength);
	}

	#packNumber(name: string): number {
		const known = this.#packNumbers.get(name);
		if (known !== undefined) return known;
		if (!/^[0-9a-f]{64}$/.test(name)) throw new AppError("internal", "A pack's name is not a SHA-256");
		const number = this.#packNames.push(name) - 1;
		this.#packNumbers.set(name, number);
		return number;
	}

	/** Numbers of the entries in id order, without the later ones of equal ids. */
	#order(): Uint32Array {
		const keys = new Float64Array(this.#count);
		for (let index = 0; index < this.#count; index++) {
			const entry = this.#entry(index);
			keys[index] = prefix32(entry) * numberRoom + index;
		}
		keys.sort();
		const order = new Uint32Array(this.#count);
		for (let index = 0; index < keys.length; index++) order[index] = (keys[index] ?? 0) % numberRoom;
		this.#orderEqualPrefixes(order);
		return this.#withoutRepeats(order);
	}

	/** The first 32 bits have decided; the few entries that share them are ordered by the whole id, then by their number. */
	#orderEqualPrefixes(order: Uint32Array): void {
		const prefixAt = (at: number) => prefix32(this.#entry(order[at] ?? 0));
		for (let start = 0; start < order.length; ) {
			const prefix = prefixAt(start);
			let end = start + 1;
			while (end < order.length && prefixAt(end) === prefix) end++;
			if (end - start > 1) order.subarray(start, end).sort((a, b) => this.#compare(a, b) || a - b);
			start = end;
		}
	}

	#compare(a: number, b: number): number {
		return Buffer.compare(this.#entry(a).subarray(0, indexIdLength), this.#entry(b).subarray(0, indexIdLength));
	}

	#withoutRepeats(order: Uint32Array): Uint32Array {
		let kept = 0;
		for (let index = 0; index < order.length; index++) {
			const entry = order[index] ?? 0;
			if (kept > 0 && this.#compare(order[kept - 1] ?? 0, entry) === 0) continue;
			order[kept++] = entry;
		}
		return order.subarray(0, kept);
	}

	/** Writes the segment piece by piece: for one larger than memory likes. Sorts first; of equal ids the first added stays. */
	*pieces(seal: SealWith): Generator<Uint8Array> {
		if (seal.header.length !== headerLength) throw new AppError("internal", "An index segment's header has a wrong length");
		const order = this.#order();
		const fences = new Uint8Array(blockCount(order.length) * fenceLength);
		yield seal.header;
		for (let block = 0; block * blockEntries < order.length; block++) {
			const members = order.subarray(block * blockEntries, (block + 1) * blockEntries);
			const plain = new Uint8Array(members.length * entryLength);
			for (const [position, entry] of members.entries()) plain.set(this.#entry(entry), position * entryLength);
			fences.set(plain.subarray(0, fenceLength), block * fenceLength);
			yield seal.cipher.seal(block, plain);
		}
		const tail = seal.cipher.seal(tailBlock, Buffer.concat([fences, ...this.#packNames.map((name) => Buffer.from(name, "hex"))]));
		yield tail;
		yield encodeTrailer({ tailLength: tail.length, entries: order.length, packs: this.#packNames.length });
	}

	/** The whole segment. */
	build(seal: SealWith): Uint8Array {
		const segment = new Uint8Array(segmentLength(this.#count, this.#packNames.length));
		let length = 0;
		for (const piece of this.pieces(seal)) {
			segment.set(piece, length);
			length += piece.length;
		}
		return segment.subarray(0, length);
	}
}

function prefix32(entry: Uint8Array): number {
	return (((entry[0] ?? 0) << 24) | ((entry[1] ?? 0) << 16) | ((entry[2] ?? 0) << 8) | (entry[3] ?? 0)) >>> 0;
}

function checked(value: number, bits: number): number {
	if (Number.isInteger(value) && value >= 0 && value < 2 ** bits) return value;
	throw new AppError("internal", "A blob's place does not fit into the index", { facts: { value, bits } });
}
