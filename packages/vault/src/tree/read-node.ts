import { damaged, equalBytes, toHex } from "./bytes.ts";
import { type ChildEntry, decodeNode, type InnerNode, type TreeNode } from "./node.ts";
import type { NodeStore } from "./node-store.ts";

/** Reads a root. */
export async function readRoot(nodes: NodeStore, id: Uint8Array): Promise<TreeNode> {
	return decodeNode(await nodes.get(id));
}

function lastKey(node: TreeNode): Uint8Array | undefined {
	return node.entries.at(-1)?.key;
}

/**
 * Reads a child and holds it against what its parent says of it; so no chain of nodes is longer than its root's level.
 * @throws AppError `vault-damaged`
 */
export async function readChild(nodes: NodeStore, parent: InnerNode, child: ChildEntry): Promise<TreeNode> {
	const node = decodeNode(await nodes.get(child.id));
	const last = lastKey(node);
	const fits =
		node.level === parent.level - 1 &&
		node.count === child.count &&
		node.size === child.size &&
		last !== undefined &&
		equalBytes(last, child.key);
	if (!fits) throw damaged("it is not what its parent says", { node: toHex(child.id), level: node.level });
	return node;
}

/** Index of the first entry whose key is at or after the given one; the number of entries when there is none. */
export function lowerBound(node: TreeNode, key: Uint8Array): number {
	let low = 0;
	let high = node.entries.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		const entry = node.entries[middle];
		if (entry !== undefined && Buffer.compare(entry.key, key) < 0) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** What a parent says of a node. */
export function describeNode(node: TreeNode, id: Uint8Array): ChildEntry {
	const key = lastKey(node);
	if (key === undefined) throw damaged("it has no entries");
	return { key, id, count: node.count, size: node.size };
}
