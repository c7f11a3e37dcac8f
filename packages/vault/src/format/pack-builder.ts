import { AppError } from "@skyeworx/core";
import { aeadOpen, aeadSeal } from "../crypto/aead.ts";
import { type BlobIds, type BlobType, idLength } from "../crypto/blob-id.ts";
import { sha256Hex } from "../crypto/derive.ts";
import type { DomainKeys } from "../crypto/vault-keys.ts";
import { ByteWriter } from "../tree/bytes.ts";
import { sameBytes, utf8, view } from "./bytes.ts";
import { maxRawLength, pack, unpack } from "./codec.ts";
import { type FileKey, headerLength, newFileKey, partAad, partNonce, tocNonce } from "./pack-header.ts";
import { TocWriter } from "./toc.ts";

/** R records, A attachments, M nodes and descriptors. */
export type PackClass = "R" | "A" | "M";

/** Bytes of plaintext at which a frame is closed. */
const frameTargets: Readonly<Record<PackClass, number>> = { R: 256 * 1024, A: 256 * 1024, M: 64 * 1024 };
/** Stored bytes at which a pack is full; no pack is larger than 32 MB. */
const packTarget = 16 * 1024 * 1024;
/** A frame and a slot number have 16 bits in the index. */
const maxFrames = 0xffff;
const maxSlots = 0xffff;
/** Plaintext of a table of contents stays below what a reader unpacks. */
const maxTocLength = 6 * 1024 * 1024;

export const trailerLength = 16;
export const trailerMagic = utf8("SXPE");

/** Where a blob lies in its pack. */
export interface Placed {
	readonly frame: number;
	readonly slot: number;
}

export interface FinishedPack {
	readonly class: PackClass;
	/** Hex SHA-256 of the bytes. */
	readonly sha256: string;
	readonly bytes: Uint8Array;
}

export interface PackBuilderOptions {
	readonly class: PackClass;
	readonly vaultId: string;
	readonly keys: DomainKeys;
	/** 32 fresh random bytes. */
	readonly salt: Uint8Array;
}

/** Name of the object that holds a pack. */
export function packName(cls: PackClass, sha256: string): string {
	return `packs/${cls}/${sha256.slice(0, 2)}/${sha256}`;
}

/** Gathers blobs into compressed, sealed frames of one pack; every frame is opened again and compared before it counts. */
export class PackBuilder {
	readonly class: PackClass;
	readonly #file: FileKey;
	readonly #ids: BlobIds;
	readonly #frames: Uint8Array[] = [];
	readonly #toc = new TocWriter();
	#open = new Uint8Array(0);
	#openLength = 0;
	#openBlobs = new ByteWriter(4096);
	#openCount = 0;
	#sealedLength = headerLength;
	#tocLength = 0;

	constructor(options: PackBuilderOptions) {
		this.class = options.class;
		this.#file = newFileKey(options);
		this.#ids = options.keys.ids;
		this.#open = new Uint8Array(frameTargets[options.class] + 64 * 1024);
	}

	get empty(): boolean {
		return this.#openCount === 0 && this.#frames.length === 0;
	}

	get full(): boolean {
		return this.#sealedLength >= packTarget || this.#frames.length >= maxFrames - 1 || this.#tocLength >= maxTocLength;
	}

	/** Appends a blob and says where it will lie. */
	add(id: Uint8Array, type: BlobType, bytes: Uint8Array): Placed {
		if (bytes.length > maxRawLength)
			throw new AppError("internal", "A blob is longer than a frame may be", { facts: { bytes: bytes.length } });
		const target = frameTargets[this.class];
		if (this.#openCount > 0 && (bytes.length >= target || this.#openCount >= maxSlots)) this.#seal();
		this.#reserve(bytes.length);
		this.#open.set(bytes, this.#openLength);
		this.#openLength += bytes.length;
		this.#openBlobs.raw(id);
		this.#openBlobs.byte(type);
		this.#openBlobs.varint(bytes.length);
		const placed = { frame: this.#frames.length, slot: this.#openCount };
		this.#openCount++;
		if (this.#openLength >= target) this.#seal();
		return placed;
	}

	#reserve(count: number): void {
		if (this.#openLength + count <= this.#open.length) return;
		const larger = new Uint8Array(this.#openLength + count);
		larger.set(this.#open.subarray(0, this.#openLength));
		this.#open = larger;
	}

	#seal(): void {
		const raw = this.#open.subarray(0, this.#openLength);
		const blobs = this.#openBlobs.finish();
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
		this.#frames.push(sealed);
		this.#toc.add({ length: sealed.length, rawLength: raw.length, codec: packed.codec, count: this.#openCount, blobs });
		this.#sealedLength += sealed.length;
		this.#tocLength += blobs.length + 20;
		this.#openLength = 0;
		this.#openCount = 0;
		this.#openBlobs = new ByteWriter(4096);
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
		if (this.#openCount > 0) this.#seal();
		const { key, header } = this.#file;
		const rawToc = this.#toc.finish();
		const packed = pack(rawToc);
		const body = new Uint8Array(5 + packed.bytes.length);
		view(body).setUint32(0, rawToc.length);
		body[4] = packed.codec;
		body.set(packed.bytes, 5);
		const toc = aeadSeal({ key, nonce: tocNonce, aad: partAad(header, "T"), bytes: body });
		const total = this.#sealedLength + toc.length + trailerLength;
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
		return { class: this.class, sha256: sha256Hex(bytes), bytes };
	}
}
