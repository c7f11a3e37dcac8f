import type { Random } from "@skyeworx/core";
import { type SegmentPorts, uploadSegment } from "../blobs/segment-upload.ts";
import { packName } from "../format/pack-builder.ts";
import { newFileKey } from "../format/pack-header.ts";
import type { OpenFrame, PackReader } from "../format/pack-reader.ts";
import { type PackClass, PackSealer } from "../format/pack-sealer.ts";
import type { BlobFacts } from "../format/toc.ts";
import { SegmentBuilder } from "../index/segment.ts";
import type { PackRecord, SegmentRecord } from "../log/operation.ts";
import { StagedBlobs } from "../snapshots/staged-blobs.ts";
import type { Store } from "../stores/store.ts";
import { ByteWriter } from "../tree/bytes.ts";

const packTarget = 16 * 1024 * 1024;
const frameTargets: Readonly<Record<PackClass, number>> = { R: 256 * 1024, A: 256 * 1024, M: 64 * 1024 };
const maxFrames = 0xfff0;
const maxSlots = 0xffff;
/** Blobs a pack: keeps its table of contents below what a reader unpacks. */
const maxBlobs = 150_000;

interface RewriterPorts extends SegmentPorts {
	readonly store: Store;
	readonly random: Random;
	/** New packs are locked until then, epoch milliseconds; 0 for no lock. */
	readonly promise: number;
}

/** What was written anew, for the log. */
export interface Rewritten {
	readonly packs: readonly PackRecord[];
	readonly segments: readonly SegmentRecord[];
}

/** One pack in the making: frames copied as they are, single blobs gathered into new ones. */
class OpenRewrite {
	readonly sealer: PackSealer;
	readonly blobs = new StagedBlobs();
	frames = 0;
	length = 0;
	gathered = new ByteWriter(64 * 1024);
	gatheredFacts: Pick<BlobFacts, "id" | "type" | "length">[] = [];
	gatheredLength = 0;

	constructor(sealer: PackSealer) {
		this.sealer = sealer;
	}
}

/** Copies blobs of older packs into new ones, and tells where they lie now. */
export class Rewriter {
	readonly #ports: RewriterPorts;
	readonly #open = new Map<PackClass, OpenRewrite>();
	readonly #packs: PackRecord[] = [];
	readonly #segments: SegmentRecord[] = [];
	#builder = new SegmentBuilder();

	constructor(ports: RewriterPorts) {
		this.#ports = ports;
	}

	/**
	 * Copies some blobs of a pack. Frames that are wanted wholly keep their compression.
	 * @param places frame * 2^16 + slot, ascending
	 * @throws AppError `vault-damaged` when one of them can't be read
	 */
	async copy(cls: PackClass, pack: PackReader, places: Float64Array): Promise<void> {
		for (let from = 0; from < places.length; ) {
			const frame = Math.floor((places[from] ?? 0) / 2 ** 16);
			let to = from;
			while (to < places.length && Math.floor((places[to] ?? 0) / 2 ** 16) === frame) to++;
			const slots = Array.from(places.subarray(from, to), (place) => place % 2 ** 16);
			await this.#copyFrame(cls, await pack.packedFrame(frame), slots);
			from = to;
		}
	}

	/** Closes and uploads what is open. */
	async finish(): Promise<Rewritten> {
		for (const [cls, open] of this.#open) await this.#close(cls, open);
		if (this.#builder.count > 0) this.#segments.push(await uploadSegment(this.#ports, this.#builder));
		return { packs: this.#packs, segments: this.#segments };
	}

	async #copyFrame(
		cls: PackClass,
		frame: OpenFrame & { readonly packed: Uint8Array; readonly codec: number },
		slots: readonly number[],
	): Promise<void> {
		const { raw, blobs, packed, codec } = frame;
		const open = this.#open.get(cls) ?? this.#begin(cls);
		// A small frame compresses badly: its blobs go together with others.
		if (slots.length === blobs.length && raw.length * 2 >= frameTargets[cls]) {
			this.#sealGathered(open);
			open.length += open.sealer.copy({ packed, codec, rawLength: raw.length, blobs: tableOf(blobs), count: blobs.length });
			note(open, blobs);
		} else {
			for (const slot of slots) {
				const blob = blobs[slot];
				if (blob !== undefined) this.#gather(cls, open, blob, raw.subarray(blob.offset, blob.offset + blob.length));
			}
		}
		if (open.length + open.gatheredLength >= packTarget || open.frames >= maxFrames || open.blobs.count >= maxBlobs)
			await this.#close(cls, open);
	}

	#gather(cls: PackClass, open: OpenRewrite, { id, type, length }: BlobFacts, bytes: Uint8Array): void {
		if (open.gatheredFacts.length > 0 && (length >= frameTargets[cls] || open.gatheredFacts.length >= maxSlots)) this.#sealGathered(open);
		open.gathered.raw(bytes);
		open.gatheredFacts.push({ id, type, length });
		open.gatheredLength += length;
		if (open.gatheredLength >= frameTargets[cls]) this.#sealGathered(open);
	}

	#sealGathered(open: OpenRewrite): void {
		const { gatheredFacts: facts, gatheredLength: length } = open;
		if (facts.length === 0) return;
		const buffer = open.gathered.finish();
		open.length += open.sealer.seal({ buffer, length, blobs: tableOf(facts), count: facts.length });
		note(open, facts);
		open.gathered = new ByteWriter(64 * 1024);
		open.gatheredFacts = [];
		open.gatheredLength = 0;
	}

	#begin(cls: PackClass): OpenRewrite {
		const { vaultId, keys, random } = this.#ports;
		const file = newFileKey({ class: cls, vaultId, keys, salt: random.bytes(32) });
		const open = new OpenRewrite(new PackSealer({ class: cls, file, ids: keys.ids }));
		this.#open.set(cls, open);
		return open;
	}

	async #close(cls: PackClass, open: OpenRewrite): Promise<void> {
		this.#open.delete(cls);
		this.#sealGathered(open);
		if (open.frames === 0) return;
		const { sha256, bytes } = open.sealer.finish();
		const { store, promise } = this.#ports;
		await store.create(packName(cls, sha256), bytes, { sha256, ...(promise === 0 ? {} : { retainUntil: new Date(promise) }) });
		this.#packs.push({ class: cls, sha256, size: bytes.length });
		for (const { id, blob } of open.blobs.entries()) {
			const { frame, slot, rawLength } = blob;
			this.#builder.add(id, { pack: sha256, frame, slot, rawLength });
			if (!this.#builder.isFull) continue;
			this.#segments.push(await uploadSegment(this.#ports, this.#builder));
			this.#builder = new SegmentBuilder();
		}
	}
}

function note(open: OpenRewrite, blobs: readonly Pick<BlobFacts, "id" | "length">[]): void {
	for (const [slot, { id, length }] of blobs.entries()) open.blobs.add(id, { pack: 0, frame: open.frames, slot, rawLength: length });
	open.frames++;
}

/** A frame's blobs as a table of contents holds them. */
function tableOf(blobs: readonly Pick<BlobFacts, "id" | "type" | "length">[]): Uint8Array {
	const out = new ByteWriter(blobs.length * 24);
	for (const { id, type, length } of blobs) {
		out.raw(id);
		out.byte(type);
		out.varint(length);
	}
	return out.finish();
}
