import type { BlobReader } from "../blobs/blob-reader.ts";
import { blobTypes } from "../crypto/blob-id.ts";
import { toHex } from "../format/bytes.ts";
import type { NodeStore } from "../tree/node-store.ts";
import type { ContentWriter } from "./content-writer.ts";

const kept = 4096;

/**
 * Nodes of the tree that a run builds: written through the run's packs, read from older packs. The tree's upper levels are
 * read again right after they were written, when their pack is not in the store yet: the last few thousand stay at hand.
 */
export function runNodes(content: ContentWriter, blobs: BlobReader): NodeStore {
	const recent = new Map<string, Uint8Array>();
	return {
		async get(id) {
			return recent.get(toHex(id)) ?? (await blobs.read(id)).bytes;
		},
		async put(bytes) {
			const id = await content.blob(blobTypes.node, bytes, { index: true });
			const name = toHex(id);
			recent.delete(name);
			recent.set(name, bytes);
			if (recent.size > kept) {
				const oldest = recent.keys().next();
				if (oldest.done !== true) recent.delete(oldest.value);
			}
			return id;
		},
	};
}
