import { AppError, type ItemRef, itemRefText, type JsonValue, parseJson } from "@skyeworx/core";
import type { EntryFacts, SnapshotReader } from "@skyeworx/vault";
import type { StoredFile, StoredItem } from "../connector/stored-item.ts";

const filePrefix = "file/";
const decoder = new TextDecoder();

/** Whether a part holds a file's bytes rather than JSON. */
export function isFilePart(part: string): boolean {
	return part.startsWith(filePrefix);
}

/** Reads one JSON part. @throws AppError `vault-damaged` when the bytes are not JSON */
export async function readPart(snapshot: SnapshotReader, facts: EntryFacts): Promise<JsonValue> {
	const bytes = await snapshot.read(facts);
	try {
		return parseJson(decoder.decode(bytes));
	} catch (cause) {
		throw new AppError("vault-damaged", `The record of ${itemRefText(facts)} is not JSON`, { cause });
	}
}

/** Builds an item from the entries of one snapshot; `only` names the JSON parts to read. */
export async function storedItemFrom(
	snapshot: SnapshotReader,
	ref: ItemRef,
	entries: readonly EntryFacts[],
	only?: readonly string[],
): Promise<StoredItem> {
	const parts = new Map<string, JsonValue>();
	const files: StoredFile[] = [];
	for (const facts of entries) {
		if (isFilePart(facts.part)) {
			files.push({ part: facts.part, size: facts.size, open: (signal) => snapshot.stream(facts, signal === undefined ? {} : { signal }) });
		} else if (only === undefined || only.includes(facts.part)) {
			parts.set(facts.part, await readPart(snapshot, facts));
		}
	}
	return { ref, parts, files };
}

/** Reads an item as a snapshot holds it; undefined when the snapshot does not hold it. */
export async function readStoredItem(snapshot: SnapshotReader, ref: ItemRef): Promise<StoredItem | undefined> {
	const entries: EntryFacts[] = [];
	for await (const facts of snapshot.entries({ kind: ref.kind, id: ref.id })) entries.push(facts);
	if (!entries.some((facts) => facts.part === "")) return undefined;
	return await storedItemFrom(snapshot, ref, entries);
}
