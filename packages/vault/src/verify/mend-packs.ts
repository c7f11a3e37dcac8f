import { AppError, isAppError } from "@skyeworx/core";
import { segmentName } from "../blobs/live-index.ts";
import { uploadSegment } from "../blobs/segment-upload.ts";
import { Rewriter, type Rewritten } from "../collect/rewriter.ts";
import { sha256Hex } from "../crypto/derive.ts";
import { packName } from "../format/pack-builder.ts";
import type { PackReader } from "../format/pack-reader.ts";
import { BlobIndex } from "../index/index.ts";
import { type Segment, SegmentBuilder } from "../index/segment.ts";
import type { Operation, PackRecord, SegmentRecord } from "../log/operation.ts";
import type { VaultState } from "../log/state.ts";
import { StagedBlobs } from "../snapshots/staged-blobs.ts";
import { BadFrames, checkPacks } from "./check-packs.ts";
import { DamageList } from "./damage-list.ts";
import type { Quarantined, RepairOptions, RepairParts } from "./repair.ts";
import { setAside } from "./set-aside.ts";
import { dueForVerify } from "./verify.ts";
import { CountingReader, requireNotCancelled, type VerifyParts } from "./verify-parts.ts";

const maxAttempts = 3;
const noPlace = { pack: 0, frame: 0, slot: 0, rawLength: 0 };

interface Mended {
	readonly segments: number;
	readonly indexed: number;
	readonly quarantined: readonly Quarantined[];
}

/** Mends the index and sets damaged packs aside, in one log entry. */
export async function mendIndexAndPacks(parts: RepairParts, verifyParts: VerifyParts, options: RepairOptions): Promise<Mended> {
	for (let attempt = 0; attempt < maxAttempts; attempt++) {
		const mended = await new Mending(parts, verifyParts).run(options);
		if (mended !== undefined) return mended;
	}
	throw new AppError("conflict", "Others changed the vault again and again while it was repaired", {
		hint: "Repair it when no backup or collection runs.",
	});
}

class Mending {
	readonly #parts: RepairParts;
	readonly #verifyParts: VerifyParts;
	readonly #basis: Pick<VaultState, "lastCondemn"> & { readonly quarantined: number; readonly segments: readonly SegmentRecord[] };
	/** Packs whose contents can be relied on. */
	readonly #sound = new Set<string>();
	/** What the mended index will know, beside the sound segments. */
	readonly #added = new StagedBlobs();
	#index = new BlobIndex([]);

	constructor(parts: RepairParts, verifyParts: VerifyParts) {
		this.#parts = parts;
		this.#verifyParts = verifyParts;
		const { lastCondemn, quarantined, segments } = parts.log.state;
		this.#basis = { lastCondemn, quarantined: quarantined.size, segments };
	}

	/** Undefined: others changed what this was built on. */
	async run({ level = "data", onProgress = () => {} }: RepairOptions): Promise<Mended | undefined> {
		const bad = await this.#openSegments();
		const damage = new DamageList();
		const packs = dueForVerify(this.#parts.log.state, 1);
		const reader = new CountingReader(this.#verifyParts);
		const check = {
			parts: this.#verifyParts,
			reader,
			blobs: this.#parts.blobs,
			index: undefined,
			damage,
			bad: new BadFrames(),
			level,
			packs,
		};
		for (const name of await checkPacks({ ...check, onProgress })) this.#sound.add(name);
		const rebuilt = await this.#indexGaps(packs.filter(({ sha256 }) => this.#sound.has(sha256)));
		const { rewritten, quarantined } = await this.#salvage(
			packs.filter(({ sha256 }) => !this.#sound.has(sha256)),
			damage,
		);
		const add = [...rebuilt, ...rewritten.segments];
		const remove = bad.map(({ sha256 }) => sha256);
		const names = quarantined.map(({ object }) => object.slice(-64));
		if (names.length + remove.length + add.length > 0 && !(await this.#announce(names, rewritten.packs, { remove, add }))) return undefined;
		return { segments: bad.length, indexed: this.#added.count, quarantined };
	}

	/** Opens the segments that are whole; answers the others, copied aside. */
	async #openSegments(): Promise<readonly SegmentRecord[]> {
		const { store, index } = this.#parts;
		const good: Segment[] = [];
		const bad: SegmentRecord[] = [];
		for (const record of this.#basis.segments) {
			requireNotCancelled(this.#parts);
			try {
				if (sha256Hex(await store.read(segmentName(record.sha256))) === record.sha256) {
					good.push(await index.segment(record));
					continue;
				}
			} catch (error) {
				if (!isAppError(error, "store-object-missing") && !isAppError(error, "vault-damaged")) throw error;
			}
			await setAside(store, segmentName(record.sha256), "and keep");
			bad.push(record);
		}
		this.#index = new BlobIndex(good);
		return bad;
	}

	/** Whether a pack that can be relied on has the blob, and the index will say so. */
	async #isFound(id: Uint8Array): Promise<boolean> {
		return this.#added.has(id) || (await this.#index.lookupAll(id)).some(({ pack }) => this.#sound.has(pack));
	}

	/** Reads the packs' tables of contents and indexes what the index lacks. */
	async #indexGaps(packs: readonly PackRecord[]): Promise<readonly SegmentRecord[]> {
		const out: SegmentRecord[] = [];
		let builder = new SegmentBuilder();
		for (const record of packs) {
			requireNotCancelled(this.#parts);
			const { toc } = await this.#parts.blobs.pack(record);
			for (const [frame, facts] of toc.frames.entries()) {
				for (const [slot, { id, length }] of toc.blobs(facts).entries()) {
					if (await this.#isFound(id)) continue;
					this.#added.add(id, noPlace);
					builder.add(id, { pack: record.sha256, frame, slot, rawLength: length });
					if (!builder.isFull) continue;
					out.push(await uploadSegment(this.#parts, builder));
					builder = new SegmentBuilder();
				}
			}
		}
		if (builder.count > 0) out.push(await uploadSegment(this.#parts, builder));
		return out;
	}

	/** Writes anew what damaged packs still hold and no sound pack has. */
	async #salvage(
		packs: readonly PackRecord[],
		damage: DamageList,
	): Promise<{ readonly rewritten: Rewritten; readonly quarantined: readonly Quarantined[] }> {
		const rewriter = new Rewriter({ ...this.#parts, promise: 0 });
		const quarantined: Quarantined[] = [];
		for (const record of packs) {
			const object = packName(record.class, record.sha256);
			const { what, detail } = damage.list().find((found) => found.object === object) ?? { what: "content", detail: "it can't be read" };
			quarantined.push({ object, what, detail, saved: await this.#save(record, rewriter) });
		}
		return { rewritten: await rewriter.finish(), quarantined };
	}

	async #save(record: PackRecord, rewriter: Rewriter): Promise<number> {
		let saved = 0;
		const pack = await orUndefined(() => this.#parts.blobs.pack(record));
		for (const [frame, facts] of (pack?.toc.frames ?? []).entries()) {
			requireNotCancelled(this.#parts);
			const wanted: number[] = [];
			const blobs = pack?.toc.blobs(facts) ?? [];
			for (const [slot, { id }] of blobs.entries()) if (!(await this.#isFound(id))) wanted.push(slot);
			if (wanted.length === 0 || pack === undefined) continue;
			if (!(await copyFrame(rewriter, { record, pack, frame, slots: wanted }))) continue;
			for (const slot of wanted) {
				const id = blobs[slot]?.id;
				if (id !== undefined && !this.#added.has(id)) this.#added.add(id, noPlace);
			}
			saved += wanted.length;
		}
		return saved;
	}

	async #announce(
		packs: string[],
		add: readonly PackRecord[],
		segments: { readonly remove: string[]; readonly add: SegmentRecord[] },
	): Promise<boolean> {
		const done = await this.#parts.log.appendIf((state): Operation | undefined => {
			const live = new Set(state.segments.map(({ sha256 }) => sha256));
			const { lastCondemn, quarantined } = this.#basis;
			// Another choice of places would have been made on another index or beside other condemned packs.
			const stands = state.lastCondemn === lastCondemn && state.quarantined.size === quarantined;
			if (!stands || !this.#basis.segments.every(({ sha256 }) => live.has(sha256))) return undefined;
			return packs.length === 0 ? { op: "idx-replace", segments } : { op: "quarantine", packs, add: [...add], segments };
		});
		return done !== undefined;
	}
}

interface FrameToCopy {
	readonly record: PackRecord;
	readonly pack: PackReader;
	readonly frame: number;
	readonly slots: readonly number[];
}

async function copyFrame(rewriter: Rewriter, { record, pack, frame, slots }: FrameToCopy): Promise<boolean> {
	const places = Float64Array.from(slots, (slot) => frame * 2 ** 16 + slot);
	const copied = await orUndefined(async () => {
		await rewriter.copy(record.class, pack, places);
		return true;
	});
	return copied === true;
}

/** Undefined for what is damaged or missing. */
async function orUndefined<T>(task: () => Promise<T>): Promise<T | undefined> {
	try {
		return await task();
	} catch (error) {
		if (isAppError(error, "vault-damaged") || isAppError(error, "store-object-missing")) return undefined;
		throw error;
	}
}
