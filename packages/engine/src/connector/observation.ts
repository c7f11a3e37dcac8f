import type { ItemRef, JsonValue, KindId } from "@skyeworx/core";

/** Where the last complete run of a group of kinds ended; opaque to the engine. */
export type Cursors = Readonly<Record<string, JsonValue>>;

export interface BackupRequest {
	/** Cursors of the parent snapshot; empty means read everything. */
	readonly cursors: Cursors;
	/** Where an interrupted run left off, by cursor name; from the last checkpoint. */
	readonly resume: Cursors;
	/**
	 * What the vault already holds of an item's part; lets a kind skip what can't have changed (attachments, old versions).
	 * Of a file part it says just `"file"`.
	 */
	readonly known: (ref: ItemRef, part: string) => Promise<JsonValue | undefined>;
	/** All parent-snapshot ids of a kind, in tree order. */
	readonly knownIds: (kind: KindId) => AsyncIterable<string>;
	/** Limits to these spaces (Atlassian ids); undefined means the whole site. */
	readonly spaces?: readonly string[];
	readonly signal?: AbortSignal;
}

/**
 * What a read says, in order. The engine puts records into the vault as they come and drops nothing.
 * One item may be observed several times in a run (its parts from different lists); the last word on a part counts.
 */
export type Observation =
	| {
			readonly type: "item";
			readonly ref: ItemRef;
			/**
			 * Part name to record; `""` is the main record. Already without volatile fields. Bytes are a record that was written before
			 * (core's `canonicalBytes`): a connector that has many in hand keeps them so. They are given away: once recorded, they are empty.
			 */
			readonly parts: ReadonlyMap<string, JsonValue | Uint8Array>;
			/** Epoch milliseconds. */
			readonly updatedAt?: number;
			/** Part-name prefixes or names that this observation covers: held parts under them that are not in `parts` are removed. */
			readonly covers: readonly string[];
			/** Names of parts under `covers` that stay though they are not in `parts`; `file/…` parts are only ever removed when this is given. */
			readonly keeps?: readonly string[];
	  }
	| {
			readonly type: "file";
			readonly ref: ItemRef;
			/** `file/10023` */
			readonly part: string;
			/** Opens the download when the engine asks; the engine compares the byte count with `size`. */
			readonly open: (signal?: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;
			readonly size: number | undefined;
	  }
	/** An explicit deletion event. */
	| { readonly type: "gone"; readonly ref: ItemRef }
	/**
	 * Ids of a kind that exist now, in any number of batches of one read; `last: true` closes the enumeration, and only then
	 * are ids that were not named taken for deleted.
	 */
	| { readonly type: "census"; readonly kind: KindId; readonly ids: readonly string[]; readonly last: boolean }
	/** The item exists but could not be read this time: keep the old version, flagged stale. */
	| { readonly type: "unreadable"; readonly ref: ItemRef; readonly reason: string }
	/** Counts what the credential or the API does not show. */
	| {
			readonly type: "blind-spot";
			readonly kind: KindId;
			readonly count: number | undefined;
			readonly reason: string;
			readonly cause: "permission" | "api" | "plan" | "scope";
	  }
	/** Everything of this cursor's kinds that was said before is complete up to here; becomes the next run's cursor. */
	| { readonly type: "cursor"; readonly name: string; readonly value: JsonValue }
	/** A safe point inside a long read: a resumed run gets it back in `resume`. */
	| { readonly type: "resume-point"; readonly name: string; readonly value: JsonValue }
	/** A group of kinds failed; its cursor stays where it was. Other groups go on. */
	| { readonly type: "failed"; readonly kinds: readonly KindId[]; readonly error: Error }
	| { readonly type: "progress"; readonly kind: KindId; readonly done: number; readonly total: number | undefined };
