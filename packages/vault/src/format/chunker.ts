import { hkdfSync } from "node:crypto";
import { AppError } from "@skyeworx/core";

/** Smallest chunk but the last, in bytes. */
export const minChunk = 256 * 1024;
/** Chunks are about this long. */
export const meanChunk = 1024 * 1024;
export const maxChunk = 4 * 1024 * 1024;

/** The rolling hash forgets a byte after as many steps as it has bits. */
const window = 32;
/** Up to here a cut needs 21 zero bits, after it 19: lengths gather around the mean (normalized chunking of FastCDC). */
const easeAt = 768 * 1024;
const rareCut = 0xfffff800 | 0;
const commonCut = 0xffffe000 | 0;

/**
 * Where content-defined chunks end: a table of 256 random words made from a key, so that chunk lengths tell nothing to
 * those who don't have it.
 */
export type GearTable = Int32Array;

/** @param key 32 bytes; see Vault keys, `cdcKey` */
export function gearTable(key: Uint8Array): GearTable {
	if (key.length !== 32) throw new AppError("internal", "A chunker key has a wrong length");
	const words = new DataView(hkdfSync("sha256", key, new Uint8Array(0), "skyeworx/gear-table/1", 1024));
	return Int32Array.from({ length: 256 }, (_, index) => words.getInt32(index * 4));
}

/** Hash and position of a scan that goes on when more bytes come. */
interface Scan {
	/** Bytes of the chunk already looked at. */
	position: number;
	hash: number;
}

/** Length of the chunk at the buffer's start, or 0 when it does not end within the first `length` bytes. */
function findCut(gear: GearTable, buffer: Uint8Array, length: number, scan: Scan): number {
	let { hash } = scan;
	let position = Math.max(scan.position, minChunk - window);
	for (const [limit, mask] of [
		[minChunk, 0],
		[easeAt, rareCut],
		[maxChunk, commonCut],
	] as const) {
		const end = Math.min(limit, length);
		for (; position < end; position++) {
			hash = ((hash << 1) + (gear[buffer[position] as number] as number)) | 0;
			if (mask !== 0 && (hash & mask) === 0) return position + 1;
		}
	}
	scan.position = Math.max(scan.position, position);
	scan.hash = hash;
	return length >= maxChunk ? maxChunk : 0;
}

/**
 * Cuts a stream into chunks whose ends depend on the content around them and nothing before: after an edit the chunks soon
 * are the old ones again. Holds one chunk and one piece of the source; a chunk is there until the next is asked for.
 */
export async function* chunkStream(gear: GearTable, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	const buffer = new Uint8Array(maxChunk);
	let length = 0;
	let scan: Scan = { position: 0, hash: 0 };
	for await (const piece of source) {
		for (let taken = 0; taken < piece.length; ) {
			const part = piece.subarray(taken, taken + maxChunk - length);
			buffer.set(part, length);
			taken += part.length;
			length += part.length;
			for (let cut = findCut(gear, buffer, length, scan); cut > 0; cut = findCut(gear, buffer, length, scan)) {
				yield buffer.subarray(0, cut);
				buffer.copyWithin(0, cut, length);
				length -= cut;
				scan = { position: 0, hash: 0 };
			}
		}
	}
	if (length > 0) yield buffer.subarray(0, length);
}
