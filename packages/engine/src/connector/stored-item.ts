import type { ItemRef, JsonValue } from "@skyeworx/core";

/** A file part's facts; its bytes are read as a stream. */
export interface StoredFile {
	/** The part's name in the vault: `file/10023`, or `file/att123@2` for version 2 of a Confluence attachment. */
	readonly part: string;
	readonly size: number;
	open(signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

/**
 * One item as a snapshot (or the live site) has it. `parts` maps a part's name to its canonical JSON: `""` is the main
 * record; other names belong to the kind (`comments`, `worklogs`, `history`, `versions/3`). File bytes are in `files`.
 */
export interface StoredItem {
	readonly ref: ItemRef;
	readonly parts: ReadonlyMap<string, JsonValue>;
	readonly files: readonly StoredFile[];
	/** Of a live item: names of the parts that were looked for. Those of them that `parts` lacks are not there. */
	readonly covers?: readonly string[];
}
