import { AppError } from "@skyeworx/core";
import type { BlobReader } from "../blobs/blob-reader.ts";
import { type BlobIds, type BlobType, blobTypes, idLength } from "../crypto/blob-id.ts";
import { concat } from "../format/bytes.ts";
import { chunkStream, type GearTable, meanChunk } from "../format/chunker.ts";
import { maxRawLength } from "../format/codec.ts";
import type { PackClass } from "../format/pack-sealer.ts";
import { maxInlineIds } from "../tree/entry.ts";
import type { Content } from "./entry-facts.ts";
import type { PackUploads } from "./pack-uploads.ts";
import { StagedBlobs } from "./staged-blobs.ts";

export interface ContentWriterParts {
	readonly ids: BlobIds;
	readonly gear: GearTable;
	readonly blobs: BlobReader;
	readonly uploads: PackUploads;
}

const classOf: Readonly<Record<BlobType, PackClass>> = {
	[blobTypes.record]: "R",
	[blobTypes.chunk]: "A",
	[blobTypes.node]: "M",
	[blobTypes.descriptor]: "M",
	[blobTypes.list]: "M",
};

/** Content up to this length is one blob. */
const wholeBlobLimit = meanChunk;
const nothing: ReadonlySet<string> = new Set();

/** How a blob is looked for before it is stored again. */
export interface Known {
	/** Ask the index: for content that may well exist elsewhere. */
	readonly index: boolean;
	/** Hex ids that the parent's entry already has. */
	readonly parent?: ReadonlySet<string>;
}

/** Stores a run's blobs once each. */
export class ContentWriter {
	readonly #parts: ContentWriterParts;
	/** Blobs that this run stored. */
	readonly stored = new StagedBlobs();
	/** Blobs that the index had: a collection may have condemned them until the commit. */
	readonly reused = new StagedBlobs();

	constructor(parts: ContentWriterParts) {
		this.#parts = parts;
	}

	/** Stores whole bytes, in chunks when they are long. */
	async write(type: BlobType, bytes: Uint8Array, known: Known): Promise<Content> {
		if (bytes.length === 0) return { size: 0, list: false, ids: [] };
		if (bytes.length > wholeBlobLimit) return this.writeStream(type, pieces(bytes), known);
		return { size: bytes.length, list: false, ids: [await this.blob(type, bytes, known)] };
	}

	/** Stores a stream: one blob when it is short, else content-defined chunks. */
	async writeStream(type: BlobType, source: AsyncIterable<Uint8Array>, known: Known): Promise<Content> {
		const head = await takeHead(source);
		if (head.whole !== undefined) return this.write(type, head.whole, known);
		const ids: Uint8Array[] = [];
		let size = 0;
		for await (const chunk of chunkStream(this.#parts.gear, head.stream)) {
			ids.push(await this.blob(type, chunk, known));
			size += chunk.length;
		}
		if (ids.length <= maxInlineIds) return { size, list: false, ids };
		if (ids.length * idLength > maxRawLength)
			throw new AppError("bad-input", "An attachment is too long to be stored", { facts: { bytes: size } });
		return { size, list: true, ids: [await this.blob(blobTypes.list, concat(...ids), known)] };
	}

	/** Stores one blob unless it is known, and answers its id. */
	async blob(type: BlobType, bytes: Uint8Array, known: Known): Promise<Uint8Array> {
		const id = this.#parts.ids(type, bytes);
		if (this.stored.has(id) || this.reused.has(id)) return id;
		const { parent = nothing } = known;
		if (parent.size > 0 && parent.has(Buffer.from(id).toString("hex")) && !(await this.#parts.blobs.isLost(id))) return id;
		if (known.index && (await this.#parts.blobs.isKept(id))) {
			if (!this.stored.has(id) && !this.reused.has(id)) this.reused.add(id, { pack: 0, frame: 0, slot: 0, rawLength: 0 });
			return id;
		}
		this.store(type, id, bytes);
		await this.#parts.uploads.ready();
		return id;
	}

	/** Stores a blob whether or not another pack has it. */
	store(type: BlobType, id: Uint8Array, bytes: Uint8Array): void {
		// Another put of equal bytes may have come first while this one asked the index.
		if (this.stored.has(id)) return;
		const placed = this.#parts.uploads.add(classOf[type], type, id, bytes);
		this.stored.add(id, { ...placed, rawLength: bytes.length });
	}
}

async function* pieces(bytes: Uint8Array): AsyncIterable<Uint8Array> {
	yield bytes;
}

type Head = { readonly whole: Uint8Array } | { readonly whole: undefined; readonly stream: AsyncIterable<Uint8Array> };

/** Reads until it is clear whether the stream is short; then gives it back, what was read first. */
async function takeHead(source: AsyncIterable<Uint8Array>): Promise<Head> {
	const iterator = source[Symbol.asyncIterator]();
	const parts: Uint8Array[] = [];
	let length = 0;
	while (length <= wholeBlobLimit) {
		const next = await iterator.next();
		if (next.done === true) return { whole: parts[0] !== undefined && parts.length === 1 ? parts[0] : concat(...parts) };
		parts.push(next.value.slice());
		length += next.value.length;
	}
	return { whole: undefined, stream: rest(parts, iterator) };
}

async function* rest(parts: readonly Uint8Array[], iterator: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
	try {
		yield* parts;
		for (;;) {
			const next = await iterator.next();
			if (next.done === true) return;
			yield next.value;
		}
	} finally {
		await iterator.return?.();
	}
}
