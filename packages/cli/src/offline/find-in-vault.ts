import { AppError } from "@skyeworx/core";
import type { SnapshotReader } from "@skyeworx/vault";
import { describeRecord, type RecordNames } from "./describe-record.ts";

export interface FoundItem extends RecordNames {
	readonly kind: string;
	readonly id: string;
	/** Bytes of the main record. */
	readonly size: number;
}

interface FindOptions {
	/** A key, an id, `kind/id`, or words of which each begins a word of the title. */
	readonly query: string;
	readonly kind?: string;
	readonly signal: AbortSignal;
}

/** Walks a snapshot's tree and reads each item's main record: there is no index to ask without a server. */
export async function* findInSnapshot(snapshot: SnapshotReader, { query, kind, signal }: FindOptions): AsyncIterable<FoundItem> {
	const asked = askedFor(query);
	for await (const facts of snapshot.entries(kind === undefined ? {} : { kind })) {
		if (signal.aborted) throw new AppError("cancelled", "The search was interrupted");
		if (facts.part !== "") continue;
		const names = describeRecord(await snapshot.read(facts, { signal }));
		const item = { kind: facts.kind, id: facts.id, ...names, size: facts.size };
		if (fits(item, asked)) yield item;
	}
}

interface Asked {
	readonly whole: string;
	readonly words: readonly string[];
}

function askedFor(query: string): Asked {
	const whole = folded(query.trim());
	return { whole, words: wordsOf(whole) };
}

function fits(item: FoundItem, { whole, words }: Asked): boolean {
	const names = [item.id, `${item.kind}/${item.id}`, item.key, item.title].map(folded);
	if (whole !== "" && names.includes(whole)) return true;
	const titleWords = wordsOf(folded(item.title));
	return words.length > 0 && words.every((word) => titleWords.some((candidate) => candidate.startsWith(word)));
}

/** Capitals and accents do not matter. */
function folded(text: string): string {
	return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function wordsOf(text: string): string[] {
	return text.match(/[\p{L}\p{N}]+/gu) ?? [];
}
