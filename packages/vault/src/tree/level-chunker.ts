import { BoundaryRule } from "./boundary.ts";
import { compareBytes } from "./bytes.ts";
import { encodedSize } from "./entry.ts";
import { type ChildEntry, encodeInner, encodeLeaf, type LeafEntry } from "./node.ts";
import type { NodeStore } from "./node-store.ts";

/** Cuts a sorted sequence of entries of one level into nodes and stores them. */
export interface LevelChunker<Entry> {
	/** Whether the next entry begins a node. */
	readonly isAtStart: boolean;
	/** Takes the next entry; true when the node ends after it and must be stored. */
	add(entry: Entry): boolean;
	/** Stores the node that ended; undefined when nothing is open. */
	store(): Promise<ChildEntry | undefined>;
}

interface LevelCodec<Entry> {
	encode(entries: readonly Entry[]): Uint8Array;
	count(entry: Entry): number;
	size(entry: Entry): number;
}

function chunker<Entry extends { readonly key: Uint8Array }>(
	nodes: NodeStore,
	level: number,
	codec: LevelCodec<Entry>,
): LevelChunker<Entry> {
	const rule = new BoundaryRule(level);
	let open: Entry[] = [];
	let count = 0;
	let size = 0;
	return {
		get isAtStart() {
			return open.length === 0;
		},
		add(entry) {
			open.push(entry);
			count += codec.count(entry);
			size += codec.size(entry);
			return rule.endsAfter(entry.key);
		},
		async store() {
			const last = open.at(-1);
			if (last === undefined) return undefined;
			const child = { key: last.key, id: await nodes.put(codec.encode(open)), count, size };
			open = [];
			count = 0;
			size = 0;
			return child;
		},
	};
}

export function leafChunker(nodes: NodeStore): LevelChunker<LeafEntry> {
	return chunker(nodes, 0, { encode: encodeLeaf, count: () => 1, size: (entry: LeafEntry) => encodedSize(entry.value) });
}

/** @param level 1 or more */
export function innerChunker(nodes: NodeStore, level: number): LevelChunker<ChildEntry> {
	return chunker(nodes, level, {
		encode: (entries: readonly ChildEntry[]) => encodeInner(level, entries),
		count: (entry) => entry.count,
		size: (entry) => entry.size,
	});
}

/** Whether two children are the same node at the same place. */
export function sameChild(a: ChildEntry, b: ChildEntry): boolean {
	return compareBytes(a.key, b.key) === 0 && compareBytes(a.id, b.id) === 0;
}
