import type { BlobReader } from "../blobs/blob-reader.ts";
import { fromHex } from "../format/bytes.ts";
import { packName } from "../format/pack-builder.ts";
import type { EntryKey, SnapshotId } from "../snapshots/snapshot.ts";
import { StagedBlobs } from "../snapshots/staged-blobs.ts";
import { idsOfList, storedNodes } from "../snapshots/stored-snapshot.ts";
import { decodeEntryKey, decodeEntryValue } from "../tree/entry.ts";
import { walkNodes } from "../tree/tree.ts";
import type { BadFrames } from "./check-packs.ts";
import { type DamageList, damageOf } from "./damage-list.ts";
import { requireNotCancelled, type VerifyParts } from "./verify-parts.ts";

export interface TreeCheck {
	readonly parts: VerifyParts;
	readonly blobs: BlobReader;
	readonly bad: BadFrames;
	readonly damage: DamageList;
}

const nowhere = "idx";
const noPlace = { pack: 0, frame: 0, slot: 0, rawLength: 0 };

/** Walks the trees of all snapshots; answers the number of entries looked at. */
export async function checkTrees(check: TreeCheck): Promise<number> {
	const sound = await everythingReachable(check);
	if (!sound.whole) await attributeLosses(check);
	return sound.entries;
}

/** Looks at each node once, however many snapshots share it. */
async function everythingReachable({ parts, blobs, bad }: TreeCheck): Promise<{ readonly whole: boolean; readonly entries: number }> {
	const seen = new StagedBlobs();
	let whole = true;
	let entries = 0;
	for (const { root, descriptor } of parts.vaultLog.state.snapshots.values()) {
		if ((await failingObject({ blobs, bad }, fromHex(descriptor), true)) !== undefined) whole = false;
		if (root === null) continue;
		await walkNodes(storedNodes(blobs), fromHex(root), {
			enter: ({ id }) => {
				requireNotCancelled(parts);
				if (seen.has(id)) return false;
				seen.add(id, noPlace);
				return true;
			},
			entry: async ({ value }) => {
				entries++;
				if ((await failingContent({ blobs, bad }, value)) !== undefined) whole = false;
			},
			failed: () => {
				whole = false;
			},
		});
	}
	return { whole, entries };
}

/** Walks every snapshot wholly and says for each damaged object what it takes away. */
async function attributeLosses({ parts, blobs, bad, damage }: TreeCheck): Promise<void> {
	for (const [snapshot, { root, descriptor }] of parts.vaultLog.state.snapshots) {
		const lose = (object: string, keys: readonly EntryKey[], count: number) => damage.addLost(object, { snapshot, keys, count });
		const broken = await failingObject({ blobs, bad }, fromHex(descriptor), true);
		if (broken !== undefined) lose(broken, [], 0);
		if (root === null) continue;
		await walkNodes(storedNodes(blobs), fromHex(root), {
			enter: () => true,
			entry: async ({ key, value }) => {
				const object = await failingContent({ blobs, bad }, value);
				if (object !== undefined) lose(object, [decodeEntryKey(key)], 1);
			},
			failed: async ({ id, told }, error) => {
				const object = (await failingObject({ blobs, bad }, id, false)) ?? damageOf(error, nowhere).object;
				lose(object, [], told?.count ?? entriesOf(parts, snapshot));
			},
		});
	}
}

function entriesOf(parts: VerifyParts, snapshot: SnapshotId): number {
	return parts.vaultLog.state.snapshots.get(snapshot)?.entries ?? 0;
}

interface Reach {
	readonly blobs: BlobReader;
	readonly bad: BadFrames;
}

/** The object because of which an entry's content can't be read, or undefined. */
async function failingContent(reach: Reach, value: Uint8Array): Promise<string | undefined> {
	const { ids, list } = decodeEntryValue(value);
	for (const id of ids) {
		const object = await failingObject(reach, id, list);
		if (object !== undefined) return object;
		if (!list) continue;
		for (const chunk of idsOfList((await reach.blobs.read(id)).bytes)) {
			const missing = await failingObject(reach, chunk, false);
			if (missing !== undefined) return missing;
		}
	}
	return undefined;
}

/** The object because of which a blob can't be read; with `open` it is really read. */
async function failingObject({ blobs, bad }: Reach, id: Uint8Array, open: boolean): Promise<string | undefined> {
	try {
		const places = await blobs.places(id);
		const [first] = places;
		if (first === undefined) return nowhere;
		if (places.every((place) => bad.has(place))) {
			const record = blobs.record(first.pack);
			return record === undefined ? nowhere : packName(record.class, record.sha256);
		}
		if (open) await blobs.read(id);
		return undefined;
	} catch (error) {
		return damageOf(error, nowhere).object;
	}
}
