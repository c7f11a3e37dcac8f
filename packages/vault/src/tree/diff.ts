import { compareBytes, equalBytes } from "./bytes.ts";
import { type ChildEntry, isLeaf, type LeafEntry, type TreeNode } from "./node.ts";
import type { NodeStore } from "./node-store.ts";
import { readChild, readRoot } from "./read-node.ts";

/** One key whose value differs between two trees. */
interface Difference {
	readonly key: Uint8Array;
	readonly before: Uint8Array | undefined;
	readonly after: Uint8Array | undefined;
}

interface Place {
	readonly node: TreeNode;
	index: number;
}

type Head =
	| { readonly type: "entry"; readonly entry: LeafEntry }
	| { readonly type: "subtree"; readonly level: number; readonly child: ChildEntry };

/** A walk through a tree that can step over a subtree without reading it. */
class Walk {
	readonly #nodes: NodeStore;
	readonly #path: Place[] = [];

	constructor(nodes: NodeStore, root: TreeNode | undefined) {
		this.#nodes = nodes;
		if (root !== undefined) this.#path.push({ node: root, index: 0 });
	}

	/** What comes next: an entry, or a subtree that is not entered yet. */
	head(): Head | undefined {
		for (let place = this.#path.at(-1); place !== undefined; place = this.#path.at(-1)) {
			if (isLeaf(place.node)) {
				const entry = place.node.entries[place.index];
				if (entry !== undefined) return { type: "entry", entry };
			} else {
				const child = place.node.entries[place.index];
				if (child !== undefined) return { type: "subtree", level: place.node.level - 1, child };
			}
			this.#path.pop();
		}
		return undefined;
	}

	/** Steps over the head. */
	pass(): void {
		const place = this.#path.at(-1);
		if (place !== undefined) place.index++;
	}

	/** Enters the subtree at the head. */
	async enter(): Promise<void> {
		const place = this.#path.at(-1);
		if (place === undefined || isLeaf(place.node)) return;
		const child = place.node.entries[place.index];
		if (child === undefined) return;
		place.index++;
		this.#path.push({ node: await readChild(this.#nodes, place.node, child), index: 0 });
	}
}

/*
 * [Note: Comparing trees]
 * Everything before the two heads has been compared. Two subtrees with one id hold the same entries and are stepped over
 * unread; otherwise the higher one is entered (both, at one level), until entries face each other. Only nodes that differ,
 * and their neighbours, are ever read.
 */

/** What differs between two trees, in key order; the cost follows the difference. */
export async function* diff(nodes: NodeStore, rootA: Uint8Array | undefined, rootB: Uint8Array | undefined): AsyncGenerator<Difference> {
	if (rootA !== undefined && rootB !== undefined && equalBytes(rootA, rootB)) return;
	const before = new Walk(nodes, rootA === undefined ? undefined : await readRoot(nodes, rootA));
	const after = new Walk(nodes, rootB === undefined ? undefined : await readRoot(nodes, rootB));
	for (;;) {
		const a = before.head();
		const b = after.head();
		if (a === undefined && b === undefined) return;
		if (a?.type === "subtree" || b?.type === "subtree") {
			await approach({ before, after }, a, b);
			continue;
		}
		const found = step({ before, after }, a?.entry, b?.entry);
		if (found !== undefined) yield found;
	}
}

interface Pair {
	readonly before: Walk;
	readonly after: Walk;
}

async function approach({ before, after }: Pair, a: Head | undefined, b: Head | undefined): Promise<void> {
	const levelA = a?.type === "subtree" ? a.level : -1;
	const levelB = b?.type === "subtree" ? b.level : -1;
	if (a?.type === "subtree" && b?.type === "subtree" && equalBytes(a.child.id, b.child.id)) {
		before.pass();
		after.pass();
		return;
	}
	if (levelA >= levelB) await before.enter();
	if (levelB >= levelA) await after.enter();
}

function step({ before, after }: Pair, a: LeafEntry | undefined, b: LeafEntry | undefined): Difference | undefined {
	const order = a === undefined ? 1 : b === undefined ? -1 : compareBytes(a.key, b.key);
	if (order <= 0) before.pass();
	if (order >= 0) after.pass();
	if (order < 0 && a !== undefined) return { key: a.key, before: a.value, after: undefined };
	if (order > 0 && b !== undefined) return { key: b.key, before: undefined, after: b.value };
	if (a === undefined || b === undefined || equalBytes(a.value, b.value)) return undefined;
	return { key: b.key, before: a.value, after: b.value };
}
