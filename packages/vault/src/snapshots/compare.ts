import { decodeEntryKey } from "../tree/entry.ts";
import { diff } from "../tree/tree.ts";
import { entryFacts } from "./entry-facts.ts";
import type { EntryChange } from "./snapshot.ts";
import type { StoredSnapshot } from "./stored-snapshot.ts";

/** What differs between two snapshots, in tree order; shared subtrees are not read. */
export async function* compareSnapshots(from: StoredSnapshot | undefined, to: StoredSnapshot): AsyncIterable<EntryChange> {
	for await (const { key, before, after } of diff(to.nodes, from?.root, to.root)) {
		yield {
			key: decodeEntryKey(key),
			before: before === undefined ? undefined : entryFacts(key, before),
			after: after === undefined ? undefined : entryFacts(key, after),
		};
	}
}
