import type { BlobReader } from "../blobs/blob-reader.ts";
import type { EntryKey } from "../snapshots/snapshot.ts";
import { idsOfList, type StoredSnapshot } from "../snapshots/stored-snapshot.ts";
import { decodeEntryKey, decodeEntryValue } from "../tree/entry.ts";
import { scan } from "../tree/tree.ts";

/** Entries of the snapshot of which something lies in quarantined packs only. @throws AppError `vault-damaged` when the tree is lost */
export async function* lostEntries(blobs: BlobReader, snapshot: StoredSnapshot): AsyncIterable<EntryKey> {
	const anyLost = async (ids: readonly Uint8Array[]): Promise<boolean> => {
		for (const id of ids) if (await blobs.isLost(id)) return true;
		return false;
	};
	for await (const { key, value } of scan(snapshot.nodes, snapshot.root, {})) {
		const { ids, list } = decodeEntryValue(value);
		const lost = (await anyLost(ids)) || (list && ids[0] !== undefined && (await anyLost(idsOfList((await blobs.read(ids[0])).bytes))));
		if (lost) yield decodeEntryKey(key);
	}
}
