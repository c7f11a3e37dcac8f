import { AppError } from "@skyeworx/core";

/*
 * [Note: Index segment]
 * header (64 bytes, as of a pack, made by the caller) | sealed block 0 | ... | sealed block n-1 | sealed tail | trailer
 * A block is 256 entries of 32 bytes in ascending id order (the last block may be shorter); sealing adds 16 bytes, so that
 * offsets are arithmetic. The tail, sealed as block 0xffffffff, has the fences (the first 8 bytes of each block) and then the
 * pack table (32-byte names). The trailer is plain: u32 length of the sealed tail, u32 entries, u32 packs, "SXIE".
 * All numbers are big-endian. Why 256 entries: ids have no locality, so that a larger block only makes each look-up read and
 * open more; a smaller one costs as much to open, because the cipher's set-up dominates below 8 KB.
 */

export const headerLength = 64;
export const entryLength = 32;
export const blockEntries = 256;
/** What a seal adds to its bytes. */
export const sealOverhead = 16;
export const sealedBlockLength = blockEntries * entryLength + sealOverhead;
export const trailerLength = 16;
export const fenceLength = 8;
export const packNameLength = 32;
export const indexIdLength = 20;
/** Number under which the tail is sealed; no block has it. */
export const tailBlock = 0xffffffff;
/** Entries of the largest segment: 64 MB. */
export const maxSegmentEntries = 2 ** 21;

const trailerMagic = 0x53584945;

/** Seals the blocks of one segment under a key of its own; the block number is the nonce and is never used twice. */
export interface BlockCipher {
	/** Adds 16 bytes. */
	seal(blockNo: number, bytes: Uint8Array): Uint8Array;
	/** @throws AppError `vault-damaged` when the bytes are not what was sealed under this number */
	open(blockNo: number, bytes: Uint8Array): Uint8Array;
}

/** Where a blob lies. */
export interface BlobLocation {
	/** Hex SHA-256: the pack's name. */
	readonly pack: string;
	readonly frame: number;
	/** Position among the frame's blobs. */
	readonly slot: number;
	/** Bytes of the blob's plaintext. */
	readonly rawLength: number;
}

/** The plain end of a segment. */
export interface Trailer {
	readonly tailLength: number;
	readonly entries: number;
	readonly packs: number;
}

export function damagedSegment(what: string): AppError {
	return new AppError("vault-damaged", `An index segment of the vault is damaged: ${what}`, {
		hint: "Run a verification of the vault; the index can be rebuilt from the packs.",
	});
}

export function blockCount(entries: number): number {
	return Math.ceil(entries / blockEntries);
}

function tailLengthFor(entries: number, packs: number): number {
	return blockCount(entries) * fenceLength + packs * packNameLength + sealOverhead;
}

/** Bytes of a whole segment. */
export function segmentLength(entries: number, packs: number): number {
	const blocks = entries * entryLength + blockCount(entries) * sealOverhead;
	return headerLength + blocks + tailLengthFor(entries, packs) + trailerLength;
}

export function encodeTrailer(trailer: Trailer): Uint8Array {
	const bytes = new Uint8Array(trailerLength);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, trailer.tailLength);
	view.setUint32(4, trailer.entries);
	view.setUint32(8, trailer.packs);
	view.setUint32(12, trailerMagic);
	return bytes;
}

/**
 * Reads the trailer of a segment of the given size; sizes that do not fit each other are refused.
 * @throws AppError `vault-damaged`
 */
export function decodeTrailer(bytes: Uint8Array, size: number): Trailer {
	if (bytes.length !== trailerLength) throw damagedSegment("it has no trailer");
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	if (view.getUint32(12) !== trailerMagic) throw damagedSegment("it has no trailer");
	const trailer = { tailLength: view.getUint32(0), entries: view.getUint32(4), packs: view.getUint32(8) };
	const fits =
		trailer.tailLength === tailLengthFor(trailer.entries, trailer.packs) && size === segmentLength(trailer.entries, trailer.packs);
	if (!fits || trailer.entries > maxSegmentEntries) throw damagedSegment("its sizes do not fit");
	return trailer;
}
