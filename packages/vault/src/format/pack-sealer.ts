import { AppError } from "@skyeworx/core";
import { aeadOpen, aeadSeal } from "../crypto/aead.ts";
import { type BlobIds, type BlobType, idLength } from "../crypto/blob-id.ts";
import { sha256Hex } from "../crypto/derive.ts";
import { sameBytes, utf8, view } from "./bytes.ts";
import { pack, unpack } from "./codec.ts";
import { type FileKey, headerLength, partAad, partNonce, tocNonce } from "./pack-header.ts";
import { TocWriter } from "./toc.ts";

/** R records, A attachments, M nodes and descriptors. */
export type PackClass = "R" | "A" | "M";

export const trailerLength = 16;
export const trailerMagic = utf8("SXPE");

/** The class of a pack and the key that seals it alone. */
export interface PackIdentity {
	readonly class: PackClass;
	readonly file: FileKey;
}

/** Blobs that will lie in one frame. */
export interface RawFrame {
	/** The blobs' bytes, one after the other, from its beginning. */
	readonly buffer: Uint8Array;
	/** Bytes of them; the buffer may be longer. */
	readonly length: number;
	/** Per blob: id, type, varint length. */
	readonly blobs: Uint8Array;
	readonly count: number;
}

/** A frame as another pack holds it, its seal opened. */
export interface PackedFrame {
	/** Compressed with the codec. */
	readonly packed: Uint8Array;
	readonly codec: number;
	readonly rawLength: number;
	/** As of a {@link RawFrame}. */
	readonly blobs: Uint8Array;
	readonly count: number;
}

export interface FinishedPack {
	readonly class: PackClass;
	/** Hex SHA-256 of the bytes. */
	readonly sha256: string;
	readonly bytes: Uint8Array;
}

/** Compresses and seals the frames of one pack; every frame is opened again and compared before it counts. */
export class PackSealer {
	readonly #class: PackClass;
	readonly #file: FileKey;
	readonly #ids: BlobIds;
	readonly #frames: Uint8Array[] = [];
	readonly #toc = new TocWriter();
	#length = headerLength;

	constructor({ class: cls, file, ids }: PackIdentity & { readonly ids: BlobIds }) {
		this.#class = cls;
		this.#file = file;
		this.#ids = ids;
	}

	/** Seals the next frame and answers its length in the pack. */
	seal({ buffer, length, blobs, count }: RawFrame): number {
		const raw = buffer.subarray(0, length);
		const index = this.#frames.length;
		const packed = pack(raw);
		const part = { key: this.#file.key, nonce: partNonce(index), aad: partAad(this.#file.header, "F", index) };
		const sealed = aeadSeal({ ...part, bytes: packed.bytes });
		const opened = aeadOpen({ ...part, bytes: sealed });
		const again = opened === undefined ? undefined : unpack(packed.codec, opened, raw.length);
		if (again === undefined || !this.#idsHold(again, blobs)) {
			throw new AppError("internal", "A frame did not read back as it was written: the memory or the processor of this machine is faulty", {
				hint: "Stop backups on this machine and test its memory.",
			});
		}
		this.#toc.add({ length: sealed.length, rawLength: raw.length, codec: packed.codec, count, blobs });
		return this.#append(sealed);
	}

	/** Seals a frame that lay in another pack, compressed as it is; who opened it held its blobs against their ids. */
	copy({ packed, codec, rawLength, blobs, count }: PackedFrame): number {
		const index = this.#frames.length;
		const part = { key: this.#file.key, nonce: partNonce(index), aad: partAad(this.#file.header, "F", index) };
		const sealed = aeadSeal({ ...part, bytes: packed });
		const opened = aeadOpen({ ...part, bytes: sealed });
		if (opened === undefined || !sameBytes(opened, packed)) throw new AppError("internal", "A copied frame did not read back as it was");
		this.#toc.add({ length: sealed.length, rawLength, codec, count, blobs });
		return this.#append(sealed);
	}

	#append(sealed: Uint8Array): number {
		this.#frames.push(sealed);
		this.#length += sealed.length;
		return sealed.length;
	}

	#idsHold(raw: Uint8Array, blobs: Uint8Array): boolean {
		let at = 0;
		let offset = 0;
		while (at < blobs.length) {
			const id = blobs.subarray(at, at + idLength);
			const type = blobs[at + idLength] as BlobType;
			at += idLength + 1;
			let length = 0;
			for (let scale = 1; ; scale *= 128) {
				const byte = blobs[at++] ?? 0;
				length += (byte & 127) * scale;
				if (byte < 128) break;
			}
			if (!sameBytes(this.#ids(type, raw.subarray(offset, offset + length)), id)) return false;
			offset += length;
		}
		return offset === raw.length;
	}

	/** Closes the pack: header, frames, sealed table of contents, trailer. */
	finish(): FinishedPack {
		const { key, header } = this.#file;
		const rawToc = this.#toc.finish();
		const packed = pack(rawToc);
		const body = new Uint8Array(5 + packed.bytes.length);
		view(body).setUint32(0, rawToc.length);
		body[4] = packed.codec;
		body.set(packed.bytes, 5);
		const toc = aeadSeal({ key, nonce: tocNonce, aad: partAad(header, "T"), bytes: body });
		const total = this.#length + toc.length + trailerLength;
		const bytes = new Uint8Array(total);
		bytes.set(header, 0);
		let at = headerLength;
		for (const part of [...this.#frames, toc]) {
			bytes.set(part, at);
			at += part.length;
		}
		view(bytes).setUint32(at, toc.length);
		view(bytes).setUint32(at + 4, this.#frames.length);
		view(bytes).setUint32(at + 8, total);
		bytes.set(trailerMagic, at + 12);
		return { class: this.#class, sha256: sha256Hex(bytes), bytes };
	}
}
