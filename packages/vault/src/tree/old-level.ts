import { equalBytes } from "./bytes.ts";
import { type ChildEntry, type InnerNode, isLeaf, type TreeNode } from "./node.ts";
import type { NodeStore } from "./node-store.ts";
import { describeNode, lowerBound, readChild } from "./read-node.ts";

/** A node of the old tree with what its parent says of it. */
export interface OldNode {
	readonly entry: ChildEntry;
	readonly node: TreeNode;
	/** No node of its level follows it. */
	readonly isLast: boolean;
}

interface Step {
	readonly parent: InnerNode;
	readonly index: number;
	readonly entry: ChildEntry;
	readonly node: TreeNode;
}

/** A forward cursor over the nodes of one level of a tree; remembers its path, so that near nodes cost no reads. */
export class OldLevel {
	readonly #nodes: NodeStore;
	readonly #rootEntry: ChildEntry;
	readonly #root: TreeNode;
	readonly #level: number;
	/** From below the root down to the level. */
	#path: Step[] = [];

	constructor(nodes: NodeStore, root: { readonly id: Uint8Array; readonly node: TreeNode }, level: number) {
		this.#nodes = nodes;
		this.#rootEntry = describeNode(root.node, root.id);
		this.#root = root.node;
		this.#level = level;
	}

	/** The node whose range holds the key; the level's last node for keys after all. */
	async seek(key: Uint8Array): Promise<OldNode> {
		return this.#descend(0, (node) => Math.min(lowerBound(node, key), node.entries.length - 1));
	}

	/** The node after the one last answered. */
	async next(): Promise<OldNode | undefined> {
		for (let depth = this.#path.length - 1; depth >= 0; depth--) {
			const step = this.#path[depth];
			if (step === undefined || step.index + 1 >= step.parent.entries.length) continue;
			return this.#descend(depth, (_node, at) => (at === depth ? step.index + 1 : 0));
		}
		return undefined;
	}

	async #descend(from: number, choose: (node: InnerNode, depth: number) => number): Promise<OldNode> {
		let parent = from === 0 ? this.#root : (this.#path[from - 1]?.node ?? this.#root);
		for (let depth = from; parent.level > this.#level && !isLeaf(parent); depth++) {
			const index = choose(parent, depth);
			parent = await this.#step(depth, parent, index);
		}
		const last = this.#path.at(-1);
		const isLast = this.#path.every((step) => step.index === step.parent.entries.length - 1);
		return { entry: last?.entry ?? this.#rootEntry, node: last?.node ?? this.#root, isLast };
	}

	async #step(depth: number, parent: InnerNode, index: number): Promise<TreeNode> {
		const known = this.#path[depth];
		if (known !== undefined && known.parent === parent && known.index === index) return known.node;
		const entry = parent.entries[index];
		if (entry === undefined) throw new RangeError("no such child");
		const node = known !== undefined && equalBytes(known.entry.id, entry.id) ? known.node : await readChild(this.#nodes, parent, entry);
		this.#path[depth] = { parent, index, entry, node };
		return node;
	}
}
