import { AppError } from "@skyeworx/core";
import type { BlobReader } from "../blobs/blob-reader.ts";
import { segmentName } from "../blobs/live-index.ts";
import { sha256Hex } from "../crypto/derive.ts";
import { packName } from "../format/pack-builder.ts";
import { PackReader, type ReadRange } from "../format/pack-reader.ts";
import type { BlobIndex } from "../index/index.ts";
import type { PackRecord } from "../log/operation.ts";
import type { VerifyLevel } from "../vault.ts";
import type { DamageList } from "./damage-list.ts";
import { damageOf } from "./damage-list.ts";
import type { CountingReader, VerifyParts } from "./verify-parts.ts";

/** Which frames of which packs can't be read. */
export class BadFrames {
	readonly #packs = new Map<string, "all" | Set<number>>();

	get any(): boolean {
		return this.#packs.size > 0;
	}

	/** Whether something in the pack can't be read. */
	touches(sha256: string): boolean {
		return this.#packs.has(sha256);
	}

	addPack(sha256: string): void {
		this.#packs.set(sha256, "all");
	}

	addFrame(sha256: string, frame: number): void {
		const known = this.#packs.get(sha256);
		if (known === "all") return;
		if (known === undefined) this.#packs.set(sha256, new Set([frame]));
		else known.add(frame);
	}

	has(place: { readonly pack: string; readonly frame: number }): boolean {
		const known = this.#packs.get(place.pack);
		return known !== undefined && (known === "all" || known.has(place.frame));
	}
}

export interface PackCheck {
	readonly parts: VerifyParts;
	readonly reader: CountingReader;
	readonly blobs: BlobReader;
	/** Undefined when it can't be opened. */
	readonly index: BlobIndex | undefined;
	readonly damage: DamageList;
	readonly bad: BadFrames;
	readonly level: Exclude<VerifyLevel, "log">;
	readonly packs: readonly PackRecord[];
	readonly onProgress: (done: number, total: number) => void;
}

/** Checks packs; the level says how deep. Answers the names of those that are sound. */
export async function checkPacks(check: PackCheck): Promise<readonly string[]> {
	const { parts, index, damage, bad, level, packs } = check;
	const sizes = new Map<string, number>();
	for await (const { name, size } of parts.store.list("packs/")) sizes.set(name, size);
	const sound: string[] = [];
	let matched = 0;
	for (const [done, pack] of packs.entries()) {
		check.onProgress(done, packs.length);
		matched += await checkPack(check, pack, sizes.get(packName(pack.class, pack.sha256)));
		if (!bad.touches(pack.sha256) && !damage.has(packName(pack.class, pack.sha256))) sound.push(pack.sha256);
	}
	check.onProgress(packs.length, packs.length);
	if (level === "keyless" || index === undefined || sound.length < packs.length) return sound;
	// Entries of packs that were deleted stay until segments are merged: they are not counted as matched, nor missed.
	const entries = index.segments.reduce((sum, segment) => sum + segment.count, 0);
	const looked = new Set(packs.map(({ sha256 }) => sha256));
	const all = index.segments.every((segment) => segment.packs.every((name) => looked.has(name)));
	if (all && matched !== entries) damage.add("idx", "segment", `${entries - matched} index entries name blobs that are not there`);
	return sound;
}

/** Number of index entries that name this pack's blobs rightly. */
async function checkPack(check: PackCheck, pack: PackRecord, size: number | undefined): Promise<number> {
	const { damage, bad, reader } = check;
	const object = packName(pack.class, pack.sha256);
	if (size === undefined || size !== pack.size) {
		damage.add(
			object,
			size === undefined ? "missing" : "size",
			size === undefined ? "it is not in the store" : `it has ${size} bytes instead of ${pack.size}`,
		);
		bad.addPack(pack.sha256);
		return 0;
	}
	try {
		if (check.level === "structure") return await checkToc(check, await openPack(check, pack, reader.range(object)));
		const bytes = await reader.object(object);
		const sound = bytes.length === pack.size && sha256Hex(bytes) === pack.sha256;
		if (!sound) damage.add(object, "hash", "its bytes do not fit its name");
		if (sound && check.level === "keyless") return 0;
		const opened = await openPack(check, pack, async (offset, length) => bytes.subarray(offset, offset + length));
		await checkFrames(check, pack, opened);
		return check.level === "data" ? await checkToc(check, opened) : 0;
	} catch (error) {
		damage.addError(error, object);
		bad.addPack(pack.sha256);
		return 0;
	}
}

function openPack({ parts }: PackCheck, pack: PackRecord, readRange: ReadRange): Promise<PackReader> {
	const { vaultId, keys } = parts;
	return PackReader.open({ object: packName(pack.class, pack.sha256), class: pack.class, size: pack.size, vaultId, keys, readRange });
}

/**
 * A blob that the index does not know is no damage here: a merge of segments keeps one place of each blob, and when that pack dies
 * with the last snapshot that needed it, a second copy elsewhere is left as waste. What snapshots refer to is looked up by
 * {@link checkTrees}.
 */
async function checkToc({ index }: PackCheck, pack: PackReader): Promise<number> {
	if (index === undefined) return 0;
	const sha256 = pack.object.slice(pack.object.lastIndexOf("/") + 1);
	let matched = 0;
	for (const [number, frame] of pack.toc.frames.entries()) {
		for (const [slot, blob] of pack.toc.blobs(frame).entries()) {
			const places = await index.lookupAll(blob.id);
			matched += places.filter(
				(place) => place.pack === sha256 && place.frame === number && place.slot === slot && place.rawLength === blob.length,
			).length;
		}
	}
	return matched;
}

async function checkFrames({ damage, bad }: PackCheck, pack: PackRecord, opened: PackReader): Promise<void> {
	for (const number of opened.toc.frames.keys()) {
		try {
			const frame = await opened.frame(number);
			for (const [slot, blob] of frame.blobs.entries()) opened.blob(frame, slot, blob.id);
		} catch (error) {
			damage.addError(error, opened.object);
			bad.addFrame(pack.sha256, number);
		}
	}
}

/** Checks every segment that the log names; answers whether the index can be used. */
export async function checkSegments(
	parts: VerifyParts,
	reader: CountingReader,
	options: { readonly damage: DamageList; readonly hash: boolean },
): Promise<void> {
	for (const record of parts.vaultLog.state.segments) {
		const object = segmentName(record.sha256);
		try {
			const facts = await parts.store.facts(object);
			if (facts === undefined) options.damage.add(object, "missing", "it is not in the store");
			else if (facts.size !== record.size) options.damage.add(object, "size", `it has ${facts.size} bytes instead of ${record.size}`);
			else if (options.hash && sha256Hex(await reader.object(object)) !== record.sha256)
				options.damage.add(object, "hash", "its bytes do not fit its name");
		} catch (error) {
			const { what, detail } = damageOf(error, object);
			options.damage.add(object, what, detail);
		}
	}
}

/** Reads every block of every segment. */
export async function checkBlocks(index: BlobIndex, records: readonly { readonly sha256: string }[], damage: DamageList): Promise<void> {
	for (const [i, segment] of index.segments.entries()) {
		const record = records[i];
		if (record === undefined) throw new AppError("internal", "An open segment is not in the log");
		try {
			let count = 0;
			for await (const _entry of segment.entries()) count++;
			if (count !== segment.count) damage.add(segmentName(record.sha256), "segment", "it has not the entries that it claims");
		} catch (error) {
			damage.addError(error, segmentName(record.sha256));
		}
	}
}
