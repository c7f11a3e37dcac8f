import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { plain } from "./bytes.ts";

/** How a frame's bytes are packed. 2 (zstd with a dictionary) is reserved. */
const codecs = { raw: 0, zstd: 1 } as const;
export type Codec = (typeof codecs)[keyof typeof codecs];

/** Largest plaintext of a frame or table: what a reader agrees to unpack. */
export const maxRawLength = 8 * 1024 * 1024;

const level = 3;
/** Below this gain the bytes are kept as they are, so that reading them costs nothing. */
const worthwhile = 1.03;

/** Compresses when it pays. */
export function pack(raw: Uint8Array): { readonly codec: Codec; readonly bytes: Uint8Array } {
	// Room for all of it at once: pieces would have to be put together. What is not written of it costs nothing.
	const chunkSize = Math.max(1024, raw.length + (raw.length >> 7) + 512);
	const packed = zstdCompressSync(raw, {
		chunkSize,
		pledgedSrcSize: raw.length,
		params: { [constants.ZSTD_c_compressionLevel]: level },
	});
	return packed.length * worthwhile < raw.length ? { codec: codecs.zstd, bytes: plain(packed) } : { codec: codecs.raw, bytes: raw };
}

/** The plaintext, or undefined when the bytes do not unpack to exactly that length; the limit stops decompression bombs. */
export function unpack(codec: number, bytes: Uint8Array, rawLength: number, limit = maxRawLength): Uint8Array | undefined {
	if (rawLength > limit) return undefined;
	if (codec === codecs.raw) return bytes.length === rawLength ? bytes : undefined;
	if (codec !== codecs.zstd) return undefined;
	try {
		const raw = zstdDecompressSync(bytes, { chunkSize: Math.max(1024, rawLength), maxOutputLength: Math.max(1, rawLength) });
		return raw.length === rawLength ? plain(raw) : undefined;
	} catch {
		return undefined;
	}
}
