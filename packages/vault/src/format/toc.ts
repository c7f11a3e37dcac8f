import { type BlobType, blobTypes, idLength } from "../crypto/blob-id.ts";
import { damaged } from "../damage.ts";
import { ByteReader, ByteWriter } from "../tree/bytes.ts";
import { headerLength } from "./pack-header.ts";

/** One frame as the table of contents tells it. */
export interface FrameFacts {
	/** Where the frame begins in its pack. */
	readonly offset: number;
	/** Bytes in the pack, tag included. */
	readonly length: number;
	/** Bytes of plaintext. */
	readonly rawLength: number;
	readonly codec: number;
	readonly blobs: number;
	/** Where its blobs begin in the table. */
	readonly at: number;
}

/** One blob of a frame. */
export interface BlobFacts {
	readonly id: Uint8Array;
	readonly type: BlobType;
	/** Where it begins in the frame's plaintext. */
	readonly offset: number;
	readonly length: number;
}

const knownTypes = new Set<number>(Object.values(blobTypes));
const blobMinimum = idLength + 2;

/** Collects the frames of a pack that is being written. */
export class TocWriter {
	readonly #out = new ByteWriter(16 * 1024);
	frames = 0;

	/** Appends one frame: its numbers, then per blob id, type and length (concatenated in `blobs`). */
	add(frame: {
		readonly length: number;
		readonly rawLength: number;
		readonly codec: number;
		readonly count: number;
		readonly blobs: Uint8Array;
	}): void {
		this.#out.varint(frame.length);
		this.#out.varint(frame.rawLength);
		this.#out.byte(frame.codec);
		this.#out.varint(frame.count);
		this.#out.raw(frame.blobs);
		this.frames++;
	}

	finish(): Uint8Array {
		return this.#out.finish();
	}
}

/** A pack's table of contents, kept as the bytes it was read from: a thousand blobs are no thousand objects. */
export class Toc {
	readonly frames: readonly FrameFacts[];
	readonly #bytes: Uint8Array;

	private constructor(bytes: Uint8Array, frames: readonly FrameFacts[]) {
		this.#bytes = bytes;
		this.frames = frames;
	}

	/** Memory it holds, roughly. */
	get size(): number {
		return this.#bytes.length + this.frames.length * 100;
	}

	/** @throws AppError `vault-damaged` when lengths do not add up */
	static parse(object: string, bytes: Uint8Array): Toc {
		const frames: FrameFacts[] = [];
		try {
			const input = new ByteReader(bytes);
			let offset = headerLength;
			while (input.remaining > 0) {
				const length = input.varint();
				const rawLength = input.varint();
				const codec = input.byte();
				const blobs = input.varint();
				const at = bytes.length - input.remaining;
				if (blobs * blobMinimum > input.remaining) throw new Error("more blobs than bytes");
				let sum = 0;
				for (let i = 0; i < blobs; i++) {
					input.raw(idLength);
					if (!knownTypes.has(input.byte())) throw new Error("an unknown blob type");
					sum += input.varint();
				}
				if (sum !== rawLength) throw new Error("lengths that do not add up");
				frames.push({ offset, length, rawLength, codec, blobs, at });
				offset += length;
			}
		} catch (cause) {
			throw damaged({ object, what: "toc", detail: "its table of contents is malformed", cause });
		}
		return new Toc(bytes, frames);
	}

	/** The blobs of a frame, in the order in which they lie. */
	blobs(frame: FrameFacts): BlobFacts[] {
		const input = new ByteReader(this.#bytes.subarray(frame.at));
		const out: BlobFacts[] = [];
		let offset = 0;
		for (let i = 0; i < frame.blobs; i++) {
			const id = input.raw(idLength);
			const type = input.byte() as BlobType;
			const length = input.varint();
			out.push({ id, type, offset, length });
			offset += length;
		}
		return out;
	}
}
