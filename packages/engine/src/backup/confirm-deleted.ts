import type { ItemRef, KindId } from "@skyeworx/core";
import type { SnapshotReader } from "@skyeworx/vault";
import type { Connector } from "../connector/connector.ts";
import { type IdSet, missingFrom } from "./census.ts";

interface Question {
	readonly connector: Connector;
	readonly signal: AbortSignal;
	readonly census: IdSet;
	readonly parent: SnapshotReader | undefined;
	readonly kind: KindId;
}

/**
 * Items that a complete enumeration did not name and that are not there when asked for by id. Atlassian's search index lags
 * and may drop an item for a while, so an enumeration alone never deletes anything. One request per 100 candidates.
 */
export async function* confirmDeleted(question: Question): AsyncIterable<ItemRef> {
	let candidates: ItemRef[] = [];
	for await (const ref of missingFrom(question.census, question.parent, question.kind)) {
		candidates.push(ref);
		if (candidates.length < 100) continue;
		yield* absentOf(question, candidates);
		candidates = [];
	}
	if (candidates.length > 0) yield* absentOf(question, candidates);
}

async function* absentOf({ connector, signal }: Question, refs: readonly ItemRef[]): AsyncIterable<ItemRef> {
	for (const live of await connector.readLive(refs, signal)) {
		if (live.state !== "live") yield live.ref;
	}
}
