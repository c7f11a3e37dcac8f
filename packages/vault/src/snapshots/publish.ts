import { AppError } from "@skyeworx/core";
import type { BlobReader } from "../blobs/blob-reader.ts";
import { type SegmentPorts, uploadSegment } from "../blobs/segment-upload.ts";
import { SegmentBuilder } from "../index/segment.ts";
import type { PackRecord, SegmentRecord } from "../log/operation.ts";
import { decodeEntryValue } from "../tree/entry.ts";
import type { NodeStore } from "../tree/node-store.ts";
import { walkNodes } from "../tree/tree.ts";
import type { StagedBlobs } from "./staged-blobs.ts";
import { idsOfList } from "./stored-snapshot.ts";

/** Writes the run's part of the index: one segment, or a few for very many blobs. */
export async function uploadSegments(ports: SegmentPorts, stored: StagedBlobs, packs: readonly PackRecord[]): Promise<SegmentRecord[]> {
	const records: SegmentRecord[] = [];
	let builder = new SegmentBuilder();
	for (const { id, blob } of stored.entries()) {
		const pack = packs[blob.pack];
		if (pack === undefined) throw new AppError("internal", "A staged blob names no pack");
		builder.add(id, { pack: pack.sha256, frame: blob.frame, slot: blob.slot, rawLength: blob.rawLength });
		if (builder.isFull) {
			records.push(await uploadSegment(ports, builder));
			builder = new SegmentBuilder();
		}
	}
	if (builder.count > 0) records.push(await uploadSegment(ports, builder));
	return records;
}

/** Everything a tree refers to: its nodes, contents, and what lists of chunks name. */
export async function visitReferences(
	{ nodes, blobs, root }: { readonly nodes: NodeStore; readonly blobs: BlobReader; readonly root: Uint8Array | undefined },
	visit: (id: Uint8Array) => Promise<void>,
): Promise<void> {
	await walkNodes(nodes, root, {
		enter: async ({ id }) => {
			await visit(id);
			return true;
		},
		entry: async ({ value }) => {
			const { ids, list } = decodeEntryValue(value);
			for (const id of ids) {
				await visit(id);
				if (list) for (const chunk of idsOfList((await blobs.read(id)).bytes)) await visit(chunk);
			}
		},
	});
}
