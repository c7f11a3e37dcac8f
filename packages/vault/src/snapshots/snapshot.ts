import type { ItemRef, JsonValue } from "@skyeworx/core";

/** Sequence number of the log entry that committed a snapshot: grows by time within a vault. */
export type SnapshotId = number;

/**
 * Names one stored entry: an item's main record has part `""`; a large or separately changing part has a name of its own
 * (`comments`, `history`, `file/10023`). Tree order is bytewise over kind, id, part.
 */
export interface EntryKey extends ItemRef {
	readonly part: string;
}

/** What the tree says of an entry without reading its bytes. */
export interface EntryFacts extends EntryKey {
	/** Epoch milliseconds as the source said, or 0 when it says nothing. */
	readonly updatedAt: number;
	/** Bytes of the plaintext. */
	readonly size: number;
	/** The source could not be read in this run; the value is the parent snapshot's. */
	readonly stale: boolean;
	/** Keyed content ids, hex; equal lists mean equal bytes. */
	readonly contentIds: readonly string[];
}

export interface SnapshotInfo {
	readonly id: SnapshotId;
	readonly at: Date;
	/** False until the run finished: a checkpoint to resume from, not a restore point. */
	readonly complete: boolean;
	readonly entries: number;
	/** Bytes of plaintext reachable from it. */
	readonly size: number;
	/** Bytes this snapshot added to the store. */
	readonly added: number;
	readonly parent: SnapshotId | undefined;
	/** A person's label: retention passes over it, and it can't be forgotten before it is unpinned. */
	readonly pin?: string;
	/** For what it is held: it can't be forgotten before each of them is released. */
	readonly holds?: readonly string[];
	/** All that it reaches is promised to be locked in the store until then. */
	readonly lockUntil?: Date;
}

export interface EntryChange {
	readonly key: EntryKey;
	readonly before: EntryFacts | undefined;
	readonly after: EntryFacts | undefined;
}

export interface ReadOptions {
	readonly signal?: AbortSignal;
}

/** One snapshot, readable for as long as the vault is open. */
export interface SnapshotReader {
	readonly info: SnapshotInfo;
	/** What the run wrote about itself: cursors, counts, blind spots. */
	descriptor(): Promise<JsonValue>;
	facts(key: EntryKey): Promise<EntryFacts | undefined>;
	/** @throws AppError `vault-damaged` naming the object, when bytes are missing or do not match their ids */
	read(facts: EntryFacts, options?: ReadOptions): Promise<Uint8Array>;
	/** The same, chunk by chunk: for attachments of any size. */
	stream(facts: EntryFacts, options?: ReadOptions): AsyncIterable<Uint8Array>;
	/** Entries in tree order; with `id` only the parts of one item, with `kind` only that kind. */
	entries(range?: { readonly kind?: string; readonly id?: string; readonly after?: EntryKey }): AsyncIterable<EntryFacts>;
}

export interface PutEntry extends EntryKey {
	readonly updatedAt?: number;
}

/** How a run begins. */
export interface SnapshotStart {
	readonly parent: SnapshotId | undefined;
	/**
	 * Locks what the run writes until then, where the store has locks. A complete snapshot promises it of all it reaches; what it
	 * shares with its parent is locked by the next collection.
	 */
	readonly lockUntil?: Date | undefined;
	readonly signal?: AbortSignal | undefined;
}

/** What a run says of itself when it publishes. */
export interface CommitResult {
	readonly descriptor: JsonValue;
	/** False: a checkpoint to resume from, not a restore point. */
	readonly complete: boolean;
}

/** Builds the next snapshot on its parent. Memory follows the number of changes at about 100 bytes each, not the data. */
export interface SnapshotWriter {
	readonly parent: SnapshotReader | undefined;
	/** Looks through what was put so far, then the parent. */
	facts(key: EntryKey): Promise<EntryFacts | undefined>;
	/** Stores the record; bytes equal to the parent's cost nothing. Says whether the entry differs from the parent's. */
	put(entry: PutEntry, bytes: Uint8Array): Promise<"same" | "changed" | "new">;
	/** Stores a stream in content-defined chunks. */
	putStream(entry: PutEntry, chunks: AsyncIterable<Uint8Array>): Promise<"same" | "changed" | "new">;
	/** Keeps the parent's entry and flags it stale. */
	markStale(key: EntryKey): Promise<void>;
	remove(key: EntryKey): Promise<void>;
	/** Removes every part of the item. */
	removeItem(ref: ItemRef): Promise<void>;
	/** Publishes in one log entry: all or nothing. The writer is spent afterwards. */
	commit(result: CommitResult): Promise<SnapshotInfo>;
	/** Forgets the work; packs already written are garbage until collected. */
	abort(): Promise<void>;
}
