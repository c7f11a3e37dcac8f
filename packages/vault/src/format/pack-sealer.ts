import { createSecretKey, type KeyObject } from "node:crypto";
import { AppError, release } from "@skyeworx/core";
import { aeadOpen, aeadSealInto, tagLength } from "../crypto/aead.ts";
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

/** Room for a pack at first, and as it grows: most incremental runs fit the first, a full pack and a frame more the last. */
const rooms: readonly number[] = [256 * 1024, 2 * 1024 * 1024, 20 * 1024 * 1024];
/** Room to add beyond. */
const moreRoom = 8 * 1024 * 1024;

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
	readonly #header: Uint8Array;
	readonly #key: KeyObject;
	readonly #ids: BlobIds;
	readonly #toc = new TocWriter();
	/** The pack so far. */
	#bytes = new Uint8Array(rooms[0] ?? moreRoom);
	#length = headerLength;

	constructor({ class: cls, file, ids }: PackIdentity & { readonly ids: BlobIds }) {
		this.#class = cls;
		this.#header = file.header;
		this.#key = createSecretKey(file.key);
		this.#ids = ids;
		this.#bytes.set(file.header, 0);
	}

	/** Seals the next frame and answers its length in the pack. */
	seal({ buffer, length, blobs, count }: RawFrame): number {
		const raw = buffer.subarray(0, length);
		const packed = pack(raw);
		const { opened, length: sealedLength } = this.#seal(packed.bytes);
		const again = opened === undefined ? undefined : unpack(packed.codec, opened, raw.length);
		if (again === undefined || !this.#idsHold(again, blobs)) {
			throw new AppError("internal", "A frame did not read back as it was written: the memory or the processor of this machine is faulty", {
				hint: "Stop backups on this machine and test its memory.",
			});
		}
		for (const made of [packed.bytes, opened, again]) if (made !== undefined && made !== raw) release(made);
		return this.#count({ length: sealedLength, rawLength: length, codec: packed.codec, count, blobs });
	}

	/** Seals a frame that lay in another pack, compressed as it is; who opened it held its blobs against their ids. */
	copy({ packed, codec, rawLength, blobs, count }: PackedFrame): number {
		const { opened, length } = this.#seal(packed);
		if (opened === undefined || !sameBytes(opened, packed)) throw new AppError("internal", "A copied frame did not read back as it was");
		return this.#count({ length, rawLength, codec, count, blobs });
	}

	/** Writes the next frame behind the others, and opens it again. It counts only with {@link #count}. */
	#seal(packed: Uint8Array): { readonly opened: Uint8Array | undefined; readonly length: number } {
		const index = this.#toc.frames;
		const part = { key: this.#key, nonce: partNonce(index), aad: partAad(this.#header, "F", index) };
		const length = packed.length + tagLength;
		this.#reserve(length);
		const sealed = this.#bytes.subarray(this.#length, this.#length + length);
		aeadSealInto(sealed, { ...part, bytes: packed });
		return { opened: aeadOpen({ ...part, bytes: sealed }), length };
	}

	#count(frame: Parameters<TocWriter["add"]>[0]): number {
		this.#toc.add(frame);
		this.#length += frame.length;
		return frame.length;
	}

	#reserve(count: number): void {
		const needed = this.#length + count;
		if (needed <= this.#bytes.length) return;
		const larger = new Uint8Array(rooms.find((room) => room >= needed) ?? needed + moreRoom);
		larger.set(this.#bytes.subarray(0, this.#length));
		this.#bytes = larger;
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
		const rawToc = this.#toc.finish();
		const packed = pack(rawToc);
		const body = new Uint8Array(5 + packed.bytes.length);
		view(body).setUint32(0, rawToc.length);
		body[4] = packed.codec;
		body.set(packed.bytes, 5);
		const tocLength = body.length + tagLength;
		const total = this.#length + tocLength + trailerLength;
		this.#reserve(tocLength + trailerLength);
		const bytes = this.#bytes.subarray(0, total);
		aeadSealInto(bytes.subarray(this.#length), { key: this.#key, nonce: tocNonce, aad: partAad(this.#header, "T"), bytes: body });
		const at = this.#length + tocLength;
		view(bytes).setUint32(at, tocLength);
		view(bytes).setUint32(at + 4, this.#toc.frames);
		view(bytes).setUint32(at + 8, total);
		bytes.set(trailerMagic, at + 12);
		return { class: this.#class, sha256: sha256Hex(bytes), bytes };
	}
}
