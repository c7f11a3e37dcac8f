import { isAppError } from "@skyeworx/core";
import { uploadSegment } from "../blobs/segment-upload.ts";
import { blobTypes } from "../crypto/blob-id.ts";
import { damaged } from "../damage.ts";
import { toHex } from "../format/bytes.ts";
import { packName } from "../format/pack-builder.ts";
import { PackReader } from "../format/pack-reader.ts";
import { SegmentBuilder } from "../index/segment.ts";
import type { PackRecord, SegmentRecord } from "../log/operation.ts";
import { visitReferences } from "../snapshots/publish.ts";
import type { SnapshotId } from "../snapshots/snapshot.ts";
import { storedNodes } from "../snapshots/stored-snapshot.ts";
import { counts } from "../tree/tree.ts";
import type { RepairParts } from "./repair.ts";

/** A descriptor and the root that was written right before it: what a run publishes. */
interface Candidate {
	readonly root: Uint8Array;
	readonly descriptor: Uint8Array;
}

/**
 * Finds snapshots in packs that no log entry names, and publishes those that can be read wholly, oldest pack first. Their
 * order among each other and the time at which they were made are those of the store's clock, no better.
 */
export async function recoverSnapshots(parts: RepairParts): Promise<readonly SnapshotId[]> {
	const packs = await unnamedPacks(parts);
	if (packs.length === 0) return [];
	const segments = await indexAll(parts, packs);
	// Packs and index first, without a snapshot: what they hold can be read then, and is garbage if nothing comes of it.
	await parts.log.append(() => ({
		op: "quarantine",
		packs: [],
		add: packs.map(({ record }) => record),
		segments: { remove: [], add: [...segments] },
	}));
	const published: SnapshotId[] = [];
	for (const { reader, record } of packs) {
		if (record.class !== "M") continue;
		for (const candidate of candidatesIn(reader)) {
			const id = await publish(parts, candidate);
			if (id !== undefined) published.push(id);
		}
	}
	return published;
}

interface UnnamedPack {
	readonly record: PackRecord;
	readonly reader: PackReader;
}

async function unnamedPacks(parts: RepairParts): Promise<readonly UnnamedPack[]> {
	const { store, log, vaultId, keys } = parts;
	const found: (UnnamedPack & { readonly at: number })[] = [];
	for await (const { name, size, modifiedAt } of store.list("packs/")) {
		const [, cls, , sha256 = ""] = name.split("/");
		if (log.state.packs.has(sha256) || log.state.condemned.has(sha256) || (cls !== "R" && cls !== "A" && cls !== "M")) continue;
		const record: PackRecord = { class: cls, sha256, size };
		const readRange = (offset: number, length: number) => store.read(name, { offset, length });
		try {
			const reader = await PackReader.open({ object: packName(cls, sha256), class: cls, size, vaultId, keys, readRange });
			found.push({ record, reader, at: modifiedAt.getTime() });
		} catch (error) {
			if (!isAppError(error, "vault-damaged")) throw error;
		}
	}
	return found.sort((a, b) => a.at - b.at || (a.record.sha256 < b.record.sha256 ? -1 : 1));
}

async function indexAll(parts: RepairParts, packs: readonly UnnamedPack[]): Promise<readonly SegmentRecord[]> {
	const out: SegmentRecord[] = [];
	let builder = new SegmentBuilder();
	for (const { record, reader } of packs) {
		for (const [frame, facts] of reader.toc.frames.entries()) {
			for (const [slot, { id, length }] of reader.toc.blobs(facts).entries()) {
				builder.add(id, { pack: record.sha256, frame, slot, rawLength: length });
				if (!builder.isFull) continue;
				out.push(await uploadSegment(parts, builder));
				builder = new SegmentBuilder();
			}
		}
	}
	if (builder.count > 0) out.push(await uploadSegment(parts, builder));
	return out;
}

/** A run writes its tree from the leaves up and its descriptor last: the node before a descriptor is its root. */
function candidatesIn({ toc }: PackReader): readonly Candidate[] {
	const found: Candidate[] = [];
	let node: Uint8Array | undefined;
	for (const frame of toc.frames) {
		for (const { id, type } of toc.blobs(frame)) {
			if (type === blobTypes.node) node = id;
			else if (type === blobTypes.descriptor && node !== undefined) found.push({ root: node, descriptor: id });
		}
	}
	return found;
}

async function publish(parts: RepairParts, { root, descriptor }: Candidate): Promise<SnapshotId | undefined> {
	const { blobs, keys, log } = parts;
	const nodes = storedNodes(blobs);
	try {
		await visitReferences({ nodes, blobs, root }, async (id) => {
			if (!(await blobs.isKept(id))) throw damaged({ object: "idx", what: "reference", detail: `nothing that stays holds ${toHex(id)}` });
		});
		await blobs.read(descriptor);
		const sums = await counts(nodes, root);
		const { seq } = await log.append(() => ({
			op: "snapshot",
			parent: null,
			domain: keys.ref.domain,
			root: toHex(root),
			descriptor: toHex(descriptor),
			complete: true,
			...sums,
			added: 0,
			packs: [],
			segments: [],
		}));
		return seq;
	} catch (error) {
		// Another snapshot's upper node, or one of which something is missing: no snapshot.
		if (isAppError(error, "vault-damaged")) return undefined;
		throw error;
	}
}
