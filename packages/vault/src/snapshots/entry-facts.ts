import { fromHex, toHex } from "../format/bytes.ts";
import { maxRawLength } from "../format/codec.ts";
import { decodeEntryKey, decodeEntryValue, type EntryValue } from "../tree/entry.ts";
import type { EntryFacts } from "./snapshot.ts";

/** What a tree entry says, in the port's words. */
export function entryFacts(key: Uint8Array, value: Uint8Array): EntryFacts {
	const { updatedAt, size, stale, ids } = decodeEntryValue(value);
	return { ...decodeEntryKey(key), updatedAt, size, stale, contentIds: ids.map(toHex) };
}

/** Content ids as the tree holds them. */
export interface Content {
	readonly size: number;
	/** The only id names a blob of concatenated ids. */
	readonly list: boolean;
	readonly ids: readonly Uint8Array[];
}

/** Content with so many chunks that its ids lie in a list blob is always longer than any single blob can be. */
export function contentOf(facts: EntryFacts): Content {
	return { size: facts.size, list: facts.contentIds.length === 1 && facts.size > maxRawLength, ids: facts.contentIds.map(fromHex) };
}

export function sameContent(a: Content, b: Content): boolean {
	return (
		a.size === b.size && a.ids.length === b.ids.length && a.ids.every((id, i) => Buffer.compare(id, b.ids[i] ?? new Uint8Array(0)) === 0)
	);
}

export function entryValue(content: Content, updatedAt: number): EntryValue {
	return { ...content, updatedAt, stale: false };
}
