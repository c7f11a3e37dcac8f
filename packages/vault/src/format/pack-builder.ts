import { AppError } from "@skyeworx/core";
import type { BlobType } from "../crypto/blob-id.ts";
import type { DomainKeys } from "../crypto/vault-keys.ts";
import { ByteWriter } from "../tree/bytes.ts";
import { maxRawLength } from "./codec.ts";
import { headerLength, newFileKey } from "./pack-header.ts";
import type { FinishedPack, PackClass } from "./pack-sealer.ts";
import { inlineSealing, type OpenPackSealing, type Sealing } from "./sealing.ts";

/** Bytes of plaintext at which a frame is closed. */
const frameTargets: Readonly<Record<PackClass, number>> = { R: 256 * 1024, A: 256 * 1024, M: 64 * 1024 };
/** Stored bytes at which a pack is full; no pack is larger than 32 MB. */
const packTarget = 16 * 1024 * 1024;
/** The same where frames are still being sealed and may turn out as long as their plaintext. */
const packCeiling = 22 * 1024 * 1024;
/** Plaintext on its way to be sealed before {@link PackBuilder.caughtUp} waits. */
const maxWaiting = 2 * 1024 * 1024;
/** A frame and a slot number have 16 bits in the index. */
const maxFrames = 0xffff;
const maxSlots = 0xffff;
/** Plaintext of a table of contents stays below what a reader unpacks. */
const maxTocLength = 6 * 1024 * 1024;

/** Where a blob lies in its pack. */
export interface Placed {
	readonly frame: number;
	readonly slot: number;
}

export interface PackBuilderOptions {
	readonly class: PackClass;
	readonly vaultId: string;
	readonly keys: DomainKeys;
	/** 32 fresh random bytes. */
	readonly salt: Uint8Array;
	/** Where frames are sealed; on the calling thread when not given. */
	readonly sealing?: Sealing | undefined;
}

/** Name of the object that holds a pack. */
export function packName(cls: PackClass, sha256: string): string {
	return `packs/${cls}/${sha256.slice(0, 2)}/${sha256}`;
}

/** Gathers the blobs of one pack into frames and has them sealed. */
export class PackBuilder {
	readonly class: PackClass;
	readonly #pack: OpenPackSealing;
	/** Frames being sealed elsewhere; none of them rejects. */
	readonly #waiting = new Set<Promise<void>>();
	readonly #spare: Uint8Array[] = [];
	#waitingLength = 0;
	#failure: unknown;
	#open: Uint8Array;
	#openLength = 0;
	#openBlobs = new ByteWriter(4096);
	#openCount = 0;
	#frames = 0;
	#sealedLength = headerLength;
	#tocLength = 0;

	constructor({ class: cls, vaultId, keys, salt, sealing = inlineSealing }: PackBuilderOptions) {
		this.class = cls;
		const file = newFileKey({ class: cls, vaultId, keys, salt });
		this.#pack = sealing.begin({ class: cls, file, ids: keys.ids, idKey: keys.idKey });
		this.#open = this.#buffer();
	}

	get empty(): boolean {
		return this.#openCount === 0 && this.#frames === 0;
	}

	get full(): boolean {
		const long = this.#sealedLength >= packTarget || this.#sealedLength + this.#waitingLength >= packCeiling;
		return long || this.#frames >= maxFrames - 1 || this.#tocLength >= maxTocLength;
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
		const placed = { frame: this.#frames, slot: this.#openCount };
		this.#openCount++;
		if (this.#openLength >= target) this.#seal();
		return placed;
	}

	/** Waits until the sealing is not far behind. @throws what a frame failed with */
	async caughtUp(): Promise<void> {
		while (this.#waitingLength > maxWaiting) await Promise.race(this.#waiting);
		if (this.#failure !== undefined) throw this.#failure;
	}

	/** Closes the pack. */
	async finish(): Promise<FinishedPack> {
		if (this.#openCount > 0) this.#seal();
		await Promise.all(this.#waiting);
		if (this.#failure === undefined) return this.#pack.finish();
		this.abandon();
		throw this.#failure;
	}

	/** Gives the pack up. */
	abandon(): void {
		this.#pack.abandon();
	}

	#buffer(): Uint8Array {
		return this.#spare.pop() ?? new Uint8Array(frameTargets[this.class] + 64 * 1024);
	}

	#reserve(count: number): void {
		if (this.#openLength + count <= this.#open.length) return;
		const larger = new Uint8Array(this.#openLength + count);
		larger.set(this.#open.subarray(0, this.#openLength));
		this.#open = larger;
	}

	#seal(): void {
		const length = this.#openLength;
		const blobs = this.#openBlobs.finish();
		const sealed = this.#pack.seal({ buffer: this.#open, length, blobs, count: this.#openCount });
		if (sealed instanceof Promise) {
			this.#open = this.#buffer();
			this.#await(sealed, length);
		} else this.#sealedLength += sealed.length;
		this.#frames++;
		this.#tocLength += blobs.length + 20;
		this.#openLength = 0;
		this.#openCount = 0;
		this.#openBlobs = new ByteWriter(4096);
	}

	#await(sealed: Promise<{ readonly length: number; readonly buffer: Uint8Array }>, rawLength: number): void {
		this.#waitingLength += rawLength;
		const waiting = sealed
			.then(
				({ length, buffer }) => {
					this.#sealedLength += length;
					this.#spare.push(buffer);
				},
				(error: unknown) => {
					this.#failure ??= error;
				},
			)
			.finally(() => {
				this.#waitingLength -= rawLength;
				this.#waiting.delete(waiting);
			});
		this.#waiting.add(waiting);
	}
}
