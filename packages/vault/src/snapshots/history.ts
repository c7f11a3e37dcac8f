import type { ItemRef } from "@skyeworx/core";
import type { EntryFacts, SnapshotInfo } from "./snapshot.ts";
import type { StoredSnapshot } from "./stored-snapshot.ts";

/** For one item, each snapshot at which any of its parts changed, oldest first; before its first snapshot nothing is told. */
export async function* itemHistory(
	snapshots: readonly (() => Promise<StoredSnapshot>)[],
	ref: ItemRef,
): AsyncIterable<{ readonly snapshot: SnapshotInfo; readonly entries: readonly EntryFacts[] }> {
	let before: readonly EntryFacts[] = [];
	for (const open of snapshots) {
		const snapshot = await open();
		const entries: EntryFacts[] = [];
		for await (const facts of snapshot.entries(ref)) entries.push(facts);
		if (!sameEntries(before, entries)) yield { snapshot: snapshot.info, entries };
		before = entries;
	}
}

function sameEntries(a: readonly EntryFacts[], b: readonly EntryFacts[]): boolean {
	return a.length === b.length && a.every((facts, i) => JSON.stringify(facts) === JSON.stringify(b[i]));
}
