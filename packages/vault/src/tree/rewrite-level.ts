import { compareBytes } from "./bytes.ts";
import { type LevelChunker, sameChild } from "./level-chunker.ts";
import type { ChildEntry, TreeNode } from "./node.ts";
import type { OldLevel, OldNode } from "./old-level.ts";

/** A change of one level: of an entry of a leaf at level 0, of a child above. */
export interface LevelChange<Entry> {
	readonly key: Uint8Array;
	/** What the key has from now on; undefined removes it. */
	readonly entry: Entry | undefined;
}

interface Level<Entry> {
	readonly old: OldLevel;
	readonly entriesOf: (node: TreeNode) => readonly Entry[];
	readonly chunker: LevelChunker<Entry>;
}

/*
 * [Note: Rewriting a level]
 * Nodes of a level start at boundaries, and a boundary depends only on the keys since the node's start. So a rewrite begins
 * at the start of the old node that holds the next changed key, merges old entries with changes, and may stop at the first
 * end of an old node that is also the end of a new one: from there on old and new nodes are the same until the next change.
 * What it replaced and made are again sorted changes, one level up. Each level is a generator that pulls from the one below:
 * memory is a few nodes a level, and untouched subtrees are never read.
 */

/** Applies sorted changes to one level of the old tree, stores the new nodes, and yields the changes of the level above. */
export async function* rewriteLevel<Entry extends { readonly key: Uint8Array }>(
	level: Level<Entry>,
	changes: AsyncIterableIterator<LevelChange<Entry>>,
): AsyncGenerator<LevelChange<ChildEntry>> {
	const ahead = new Lookahead(changes);
	try {
		await ahead.advance();
		while (ahead.head !== undefined) {
			for (let old: OldNode | undefined = await level.old.seek(ahead.head.key); old !== undefined; old = await level.old.next()) {
				yield* replaceChild(old.entry, newNodes(level, old, ahead));
				if (level.chunker.isAtStart) break;
			}
		}
	} finally {
		await ahead.close();
	}
}

class Lookahead<T> {
	readonly #source: AsyncIterableIterator<T>;
	head: T | undefined;

	constructor(source: AsyncIterableIterator<T>) {
		this.#source = source;
	}

	async advance(): Promise<void> {
		const next = await this.#source.next();
		this.head = next.done === true ? undefined : next.value;
	}

	async close(): Promise<void> {
		await this.#source.return?.();
	}
}

/** The nodes that end while the old node's entries and the changes within its range pass by. */
async function* newNodes<Entry extends { readonly key: Uint8Array }>(
	level: Level<Entry>,
	old: OldNode,
	changes: Lookahead<LevelChange<Entry>>,
): AsyncGenerator<ChildEntry> {
	for await (const entry of merge(level.entriesOf(old.node), changes, old.isLast)) {
		const node = level.chunker.add(entry) ? await level.chunker.store() : undefined;
		if (node !== undefined) yield node;
	}
	const rest = old.isLast ? await level.chunker.store() : undefined;
	if (rest !== undefined) yield rest;
}

async function* merge<Entry extends { readonly key: Uint8Array }>(
	entries: readonly Entry[],
	changes: Lookahead<LevelChange<Entry>>,
	toTheEnd: boolean,
): AsyncGenerator<Entry> {
	for (const entry of entries) {
		let replaced = false;
		for (let head = changes.head; head !== undefined; head = changes.head) {
			const order = compareBytes(head.key, entry.key);
			if (order > 0) break;
			replaced ||= order === 0;
			await changes.advance();
			if (head.entry !== undefined) yield head.entry;
		}
		if (!replaced) yield entry;
	}
	for (let head = toTheEnd ? changes.head : undefined; head !== undefined; head = changes.head) {
		await changes.advance();
		if (head.entry !== undefined) yield head.entry;
	}
}

/** In the level above: the old child goes, the new ones come, in key order; an unchanged child is no change. */
async function* replaceChild(old: ChildEntry, made: AsyncIterable<ChildEntry>): AsyncGenerator<LevelChange<ChildEntry>> {
	let oldIsGone = false;
	for await (const child of made) {
		const order: number = oldIsGone ? 1 : compareBytes(child.key, old.key);
		if (order > 0 && !oldIsGone) yield { key: old.key, entry: undefined };
		oldIsGone ||= order >= 0;
		if (order !== 0 || !sameChild(child, old)) yield { key: child.key, entry: child };
	}
	if (!oldIsGone) yield { key: old.key, entry: undefined };
}
