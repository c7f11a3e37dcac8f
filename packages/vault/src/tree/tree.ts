import { compareBytes, equalBytes } from "./bytes.ts";
import type { KeyRange } from "./entry.ts";
import { isLeaf, type LeafEntry, type TreeNode } from "./node.ts";
import type { NodeStore } from "./node-store.ts";
import { lowerBound, readChild, readRoot } from "./read-node.ts";

export { buildFrom, type Change } from "./build.ts";
export { diff } from "./diff.ts";
export { walkNodes } from "./walk.ts";

/** The value of a key, or undefined. Reads one node a level. */
export async function lookup(nodes: NodeStore, root: Uint8Array | undefined, key: Uint8Array): Promise<Uint8Array | undefined> {
	if (root === undefined) return undefined;
	let node = await readRoot(nodes, root);
	while (!isLeaf(node)) {
		const child = node.entries[lowerBound(node, key)];
		if (child === undefined) return undefined;
		node = await readChild(nodes, node, child);
	}
	const entry = node.entries[lowerBound(node, key)];
	return entry !== undefined && equalBytes(entry.key, key) ? entry.value : undefined;
}

async function* scanFrom(nodes: NodeStore, node: TreeNode, range: KeyRange): AsyncGenerator<LeafEntry> {
	let index = range.from === undefined ? 0 : lowerBound(node, range.from);
	if (isLeaf(node)) {
		for (; index < node.entries.length; index++) {
			const entry = node.entries[index];
			if (entry === undefined || (range.to !== undefined && compareBytes(entry.key, range.to) >= 0)) return;
			yield entry;
		}
		return;
	}
	for (let child = node.entries[index]; child !== undefined; child = node.entries[++index]) {
		yield* scanFrom(nodes, await readChild(nodes, node, child), range);
		if (range.to !== undefined && compareBytes(child.key, range.to) >= 0) return;
	}
}

/** Entries with keys in [from, to), in bytewise order; holds one node a level. */
export async function* scan(nodes: NodeStore, root: Uint8Array | undefined, range: KeyRange = {}): AsyncGenerator<LeafEntry> {
	if (root !== undefined) yield* scanFrom(nodes, await readRoot(nodes, root), range);
}

/** Number of entries and bytes of plaintext, from the root alone. */
export async function counts(nodes: NodeStore, root: Uint8Array | undefined): Promise<{ readonly entries: number; readonly size: number }> {
	if (root === undefined) return { entries: 0, size: 0 };
	const node = await readRoot(nodes, root);
	return { entries: node.count, size: node.size };
}
