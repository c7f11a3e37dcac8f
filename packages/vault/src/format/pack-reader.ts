import { aeadOpen } from "../crypto/aead.ts";
import type { DomainKeys } from "../crypto/vault-keys.ts";
import { damaged } from "../damage.ts";
import { sameBytes, view } from "./bytes.ts";
import { maxRawLength, unpack } from "./codec.ts";
import { type FileKey, headerLength, partAad, partNonce, readFileKey, tocNonce } from "./pack-header.ts";
import { type PackClass, trailerLength, trailerMagic } from "./pack-sealer.ts";
import { type BlobFacts, type FrameFacts, Toc } from "./toc.ts";

/** One pack's bytes, a range at a time; answers exactly the bytes asked for or throws. */
export type ReadRange = (offset: number, length: number) => Promise<Uint8Array>;

export interface PackToRead {
	/** Name of the stored object. */
	readonly object: string;
	readonly class: PackClass;
	/** Bytes, as the log says. */
	readonly size: number;
	readonly vaultId: string;
	readonly keys: DomainKeys;
	readonly readRange: ReadRange;
}

/** A decoded frame: its plaintext and what lies where in it. */
export interface OpenFrame {
	readonly raw: Uint8Array;
	readonly blobs: readonly BlobFacts[];
}

const tailLength = 64 * 1024;

/** An opened pack: key and table of contents, frames on demand. */
export class PackReader {
	readonly object: string;
	readonly toc: Toc;
	readonly #file: FileKey;
	readonly #keys: DomainKeys;
	readonly #readRange: ReadRange;

	private constructor(pack: PackToRead, file: FileKey, toc: Toc) {
		this.object = pack.object;
		this.#keys = pack.keys;
		this.#readRange = pack.readRange;
		this.#file = file;
		this.toc = toc;
	}

	/** Reads header, trailer and table of contents. @throws AppError `vault-damaged` saying which of them is wrong */
	static async open(pack: PackToRead): Promise<PackReader> {
		const { object, size } = pack;
		if (size < headerLength + trailerLength) throw damaged({ object, what: "size", detail: "it is shorter than the smallest pack" });
		const tailFrom = Math.max(0, size - tailLength);
		const [header, tail] = await Promise.all([pack.readRange(0, headerLength), pack.readRange(tailFrom, size - tailFrom)]);
		const file = readFileKey(object, header, pack);
		const trailer = view(tail.subarray(tail.length - trailerLength));
		if (!sameBytes(tail.subarray(tail.length - 4), trailerMagic))
			throw damaged({ object, what: "trailer", detail: "it does not end as a pack does" });
		if (trailer.getUint32(8) !== size)
			throw damaged({ object, what: "trailer", detail: `its trailer says ${trailer.getUint32(8)} bytes, there are ${size}` });
		const tocLength = trailer.getUint32(0);
		const tocFrom = size - trailerLength - tocLength;
		if (tocFrom < headerLength) throw damaged({ object, what: "trailer", detail: "its table of contents is longer than itself" });
		const sealed =
			tocFrom >= tailFrom ? tail.subarray(tocFrom - tailFrom, tail.length - trailerLength) : await pack.readRange(tocFrom, tocLength);
		const toc = Toc.parse(object, openToc(object, file, sealed));
		const last = toc.frames.at(-1);
		if (toc.frames.length !== trailer.getUint32(4) || (last === undefined ? headerLength : last.offset + last.length) !== tocFrom) {
			throw damaged({ object, what: "trailer", detail: "its trailer does not fit its table of contents" });
		}
		return new PackReader(pack, file, toc);
	}

	/** Reads one frame. @throws AppError `vault-damaged` when it does not open or does not unpack */
	async frame(index: number): Promise<OpenFrame> {
		const facts = this.toc.frames[index];
		if (facts === undefined) throw damaged({ object: this.object, what: "reference", detail: `it has no frame ${index}` });
		const { raw, blobs } = this.openFrame(index, facts, await this.#readRange(facts.offset, facts.length));
		return { raw, blobs };
	}

	/** Reads one frame together with its compressed bytes, every blob held against its id: for copying it into another pack. */
	async packedFrame(index: number): Promise<OpenFrame & { readonly packed: Uint8Array; readonly codec: number }> {
		const facts = this.toc.frames[index];
		if (facts === undefined) throw damaged({ object: this.object, what: "reference", detail: `it has no frame ${index}` });
		const frame = this.openFrame(index, facts, await this.#readRange(facts.offset, facts.length));
		for (const [slot, blob] of frame.blobs.entries()) this.blob(frame, slot, blob.id);
		return { ...frame, codec: facts.codec };
	}

	/** Opens a frame whose sealed bytes are at hand. */
	openFrame(index: number, facts: FrameFacts, sealed: Uint8Array): OpenFrame & { readonly packed: Uint8Array } {
		const { key, header } = this.#file;
		const object = this.object;
		const packed = aeadOpen({ key, nonce: partNonce(index), aad: partAad(header, "F", index), bytes: sealed });
		if (packed === undefined) throw damaged({ object, what: "tag", detail: `its frame ${index} was changed` });
		if (facts.rawLength > maxRawLength)
			throw damaged({ object, what: "codec", detail: `its frame ${index} claims to be larger than a frame may be` });
		const raw = unpack(facts.codec, packed, facts.rawLength);
		if (raw === undefined) throw damaged({ object, what: "codec", detail: `its frame ${index} does not unpack` });
		return { raw, blobs: this.toc.blobs(facts), packed };
	}

	/** A blob's bytes, held against its id. @throws AppError `vault-damaged` */
	blob(frame: OpenFrame, slot: number, id: Uint8Array): Uint8Array {
		const facts = frame.blobs[slot];
		if (facts === undefined || !sameBytes(facts.id, id))
			throw damaged({ object: this.object, what: "reference", detail: "the index names a blob that is not there" });
		const bytes = frame.raw.subarray(facts.offset, facts.offset + facts.length);
		if (!sameBytes(this.#keys.ids(facts.type, bytes), id))
			throw damaged({ object: this.object, what: "content", detail: "a blob does not fit its id" });
		return bytes;
	}
}

function openToc(object: string, { key, header }: FileKey, sealed: Uint8Array): Uint8Array {
	const body = aeadOpen({ key, nonce: tocNonce, aad: partAad(header, "T"), bytes: sealed });
	if (body === undefined) throw damaged({ object, what: "toc", detail: "its table of contents was changed" });
	const raw = body.length < 5 ? undefined : unpack(body[4] ?? 0, body.subarray(5), view(body).getUint32(0));
	if (raw === undefined) throw damaged({ object, what: "toc", detail: "its table of contents does not unpack" });
	return raw;
}
