import { AppError, canonicalBytes, type ItemRef, isAppError } from "@skyeworx/core";
import type { BlobReader } from "../blobs/blob-reader.ts";
import type { SegmentPorts } from "../blobs/segment-upload.ts";
import { type BlobType, blobTypes } from "../crypto/blob-id.ts";
import { toHex } from "../format/bytes.ts";
import { gearTable } from "../format/chunker.ts";
import { maxRawLength } from "../format/codec.ts";
import type { Operation } from "../log/operation.ts";
import type { VaultState } from "../log/state.ts";
import type { VaultLog } from "../log/vault-log.ts";
import { decodeEntryValue, type EntryValue, encodeEntryKey, encodeEntryValue, itemRange } from "../tree/entry.ts";
import { buildFrom, counts, lookup, scan } from "../tree/tree.ts";
import { ContentWriter, type Known } from "./content-writer.ts";
import { type Content, entryFacts, entryValue, sameContent } from "./entry-facts.ts";
import { PackUploads, type UploadPorts } from "./pack-uploads.ts";
import { uploadSegments, visitReferences } from "./publish.ts";
import { runNodes } from "./run-nodes.ts";
import type { CommitResult, EntryFacts, EntryKey, PutEntry, SnapshotInfo, SnapshotWriter } from "./snapshot.ts";
import { StagedChanges } from "./staged-changes.ts";
import { type StoredSnapshot, snapshotInfo } from "./stored-snapshot.ts";

export interface RunWriterParts extends SegmentPorts, UploadPorts {
	/** The newest entry when the parent was seen to be live: a collection after it may concern this run. */
	readonly base: number;
	readonly parent: StoredSnapshot | undefined;
	readonly blobs: BlobReader;
	readonly log: VaultLog;
	readonly requireWritable: () => void;
	/** Makes sure that the keys may be used: a run may stand still for hours between two items. */
	readonly ready: () => Promise<void> | undefined;
	/** Housekeeping once the snapshot is published; never undoes it. */
	readonly published: () => Promise<void>;
}

interface ParentEntry extends EntryValue {
	readonly encoded: Uint8Array;
}

/** Where a snapshot in the making stands. */
type Stage = "open" | "committing" | "spent";

/** Attachments live in parts of this name; their bytes may well exist elsewhere in the vault. */
const filePart = "file/";

/** A run: stores contents as they come, stages what changes in the tree, publishes all of it in one log entry. */
export class RunWriter implements SnapshotWriter {
	readonly parent: StoredSnapshot | undefined;
	readonly #parts: RunWriterParts;
	readonly #changes = new StagedChanges();
	readonly #uploads: PackUploads;
	readonly #content: ContentWriter;
	readonly #base: number;
	#stage: Stage = "open";

	constructor(parts: RunWriterParts) {
		this.#parts = parts;
		this.parent = parts.parent;
		this.#base = parts.base;
		this.#uploads = new PackUploads(parts);
		this.#content = new ContentWriter({
			ids: parts.keys.ids,
			gear: gearTable(parts.keys.chunking),
			blobs: parts.blobs,
			uploads: this.#uploads,
		});
	}

	async facts(key: EntryKey): Promise<EntryFacts | undefined> {
		this.#requireOpen();
		const encoded = encodeEntryKey(key);
		const value = await this.#explaining(() => this.#valueOf(encoded));
		return value === undefined ? undefined : entryFacts(encoded, value);
	}

	async put(entry: PutEntry, bytes: Uint8Array): Promise<"same" | "changed" | "new"> {
		const file = entry.part.startsWith(filePart);
		return this.#explaining(() => this.#put(entry, (type, known) => this.#content.write(type, bytes, known), file));
	}

	async putStream(entry: PutEntry, chunks: AsyncIterable<Uint8Array>): Promise<"same" | "changed" | "new"> {
		return this.#explaining(() => this.#put(entry, (type, known) => this.#content.writeStream(type, chunks, known), true));
	}

	async #put(
		entry: PutEntry,
		write: (type: BlobType, known: Known) => Promise<Content>,
		file: boolean,
	): Promise<"same" | "changed" | "new"> {
		this.#requireOpen();
		await this.#parts.ready();
		const key = encodeEntryKey(entry);
		const parent = await this.#parentEntry(key);
		const known = { index: file || parent === undefined, ...(parent === undefined ? {} : { parent: new Set(parent.ids.map(toHex)) }) };
		const content = await write(file ? blobTypes.chunk : blobTypes.record, known);
		this.#requireOpen();
		const value = encodeEntryValue(entryValue(content, entry.updatedAt ?? 0));
		// What the parent says needs no change, unless this run said something else before.
		if (parent === undefined || Buffer.compare(parent.encoded, value) !== 0 || this.#changes.get(key) !== undefined)
			this.#changes.set(key, value);
		if (parent === undefined) return "new";
		return sameContent(parent, content) ? "same" : "changed";
	}

	async markStale(key: EntryKey): Promise<void> {
		this.#requireOpen();
		const encoded = encodeEntryKey(key);
		const value = await this.#explaining(() => this.#valueOf(encoded));
		if (value !== undefined) this.#changes.set(encoded, encodeEntryValue({ ...decodeEntryValue(value), stale: true }));
	}

	async remove(key: EntryKey): Promise<void> {
		this.#requireOpen();
		this.#changes.set(encodeEntryKey(key), undefined);
	}

	async removeItem(ref: ItemRef): Promise<void> {
		this.#requireOpen();
		const range = itemRange(ref);
		const { parent } = this;
		if (parent !== undefined) {
			await this.#explaining(async () => {
				for await (const { key } of scan(parent.nodes, parent.root, range)) this.#changes.set(key, undefined);
			});
		}
		for (const key of this.#changes.keysOfItem(range.from ?? new Uint8Array(0))) this.#changes.set(key, undefined);
	}

	async commit(result: CommitResult): Promise<SnapshotInfo> {
		this.#requireOpen();
		this.#stage = "committing";
		try {
			await this.#parts.ready();
			return await this.#explaining(() => this.#publish(result));
		} finally {
			this.#stage = "spent";
		}
	}

	async abort(): Promise<void> {
		this.#stage = "spent";
		// Nobody waits for these uploads any more; what they leave is garbage.
		await this.#uploads.settle();
	}

	async #publish({ descriptor, complete }: CommitResult): Promise<SnapshotInfo> {
		const nodes = runNodes(this.#content, this.#parts.blobs);
		const root = await buildFrom(nodes, this.parent?.root, this.#changes.sorted());
		const sums = await counts(nodes, root);
		const { retainUntil } = this.#parts;
		const bytes = canonicalBytes(descriptor);
		if (bytes.length > maxRawLength)
			throw new AppError("bad-input", "A snapshot's descriptor is longer than 8 MB", { facts: { bytes: bytes.length } });
		const descriptorId = await this.#content.blob(blobTypes.descriptor, bytes, { index: true });
		await this.#uploads.flush();
		let segments = await uploadSegments(this.#parts, this.#content.stored, this.#uploads.packs());
		let operation: Extract<Operation, { op: "snapshot" }> | undefined;
		const done = await this.#parts.log.append(async (state) => {
			this.#requireBase(state);
			if (await this.#rescue(state)) {
				await this.#uploads.flush();
				segments = await uploadSegments(this.#parts, this.#content.stored, this.#uploads.packs());
			}
			const packs = [...this.#uploads.packs()];
			const added = [...packs, ...segments].reduce((sum, object) => sum + object.size, 0);
			operation = {
				op: "snapshot",
				parent: this.parent?.info.id ?? null,
				domain: this.#parts.keys.ref.domain,
				root: root === undefined ? null : toHex(root),
				descriptor: toHex(descriptorId),
				complete,
				...(complete && retainUntil !== undefined ? { lockUntil: retainUntil.toISOString() } : {}),
				...sums,
				added,
				packs,
				segments,
			};
			return operation;
		}, retainUntil);
		if (operation === undefined) throw new AppError("internal", "A log entry was appended without an operation");
		await this.#parts.published();
		return snapshotInfo(done.seq, { ...operation, at: done.at });
	}

	async #explaining<T>(task: () => Promise<T>): Promise<T> {
		try {
			return await task();
		} catch (error) {
			throw await this.#explained(error);
		}
	}

	/** Tells damage from what was collected, after the announced delay, while the run still went on. */
	async #explained(error: unknown): Promise<unknown> {
		const { parent } = this;
		if (!isAppError(error, "vault-damaged")) return error;
		await this.#parts.log.refresh();
		const { snapshots, lastCondemn, lastDeleted } = this.#parts.log.state;
		const parentGone = parent !== undefined && !snapshots.has(parent.info.id);
		// Objects go before the entry that says so: a condemnation is enough.
		if (!parentGone && Math.max(lastCondemn, lastDeleted) <= this.#base) return error;
		return new AppError("conflict", "What this run builds on was collected while the run went on", {
			hint: "Run the backup again.",
			facts: { parent: parent?.info.id },
			cause: error,
		});
	}

	/** @throws AppError when the newest state forbids this commit */
	#requireBase(state: Readonly<VaultState>): void {
		this.#parts.requireWritable();
		if (this.#parts.signal?.aborted === true) throw new AppError("cancelled", "Stopped before the snapshot was published");
		if (state.shredded.has(this.#parts.keys.ref.domain)) {
			throw new AppError("conflict", "The vault's content key was destroyed while the snapshot was made");
		}
	}

	/**
	 * Stores again what a collection has condemned since the run began; the bytes can still be read, deletion comes later.
	 * With the parent still live, all that it reaches is safe and only what came from the index is looked at; without it,
	 * everything that the parent reached is, because what this tree shares with older ones it shares with its parent.
	 */
	async #rescue(state: Readonly<VaultState>): Promise<boolean> {
		if (state.lastCondemn <= this.#base) return false;
		const { parent } = this;
		const { blobs } = this.#parts;
		const before = this.#content.stored.count;
		const keep = async (id: Uint8Array) => {
			if (this.#content.stored.has(id) || (await blobs.isKept(id))) return;
			const { type, bytes } = await blobs.read(id);
			this.#content.store(type, id, bytes);
			await this.#uploads.ready();
		};
		for (const { id } of this.#content.reused.entries()) await keep(id);
		if (parent !== undefined && !state.snapshots.has(parent.info.id))
			await visitReferences({ nodes: parent.nodes, root: parent.root, blobs }, keep);
		return this.#content.stored.count > before;
	}

	async #valueOf(key: Uint8Array): Promise<Uint8Array | undefined> {
		const staged = this.#changes.get(key);
		if (staged !== undefined) return staged.value?.slice();
		return this.parent === undefined ? undefined : lookup(this.parent.nodes, this.parent.root, key);
	}

	async #parentEntry(key: Uint8Array): Promise<ParentEntry | undefined> {
		if (this.parent === undefined) return undefined;
		const encoded = await lookup(this.parent.nodes, this.parent.root, key);
		return encoded === undefined ? undefined : { ...decodeEntryValue(encoded), encoded };
	}

	#requireOpen(): void {
		if (this.#stage !== "open") throw new AppError("internal", "This snapshot was committed or given up");
		if (this.#parts.signal?.aborted === true) throw new AppError("cancelled", "Stopped while a snapshot was made");
	}
}
