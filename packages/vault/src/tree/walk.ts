import type { AppError } from "@skyeworx/core";
import { toAppError } from "@skyeworx/core";
import { type ChildEntry, isLeaf, type LeafEntry, type TreeNode } from "./node.ts";
import type { NodeStore } from "./node-store.ts";
import { readChild, readRoot } from "./read-node.ts";

/** A node before it is read. */
interface NodeVisit {
	readonly id: Uint8Array;
	/** What its parent says of it; undefined for the root. */
	readonly told: ChildEntry | undefined;
	/** The last key of the tree before this node's range; undefined at the start. */
	readonly after: Uint8Array | undefined;
}

interface WalkVisitor {
	/** False steps over the whole subtree unread: a collection has seen it in another tree. */
	enter(visit: NodeVisit): boolean | Promise<boolean>;
	entry?(entry: LeafEntry): void | Promise<void>;
	/** With it, an unreadable node is reported and the walk goes on with the next; without it, the walk throws. */
	failed?(visit: NodeVisit, error: AppError): void | Promise<void>;
}

/** Visits every node of a tree once, children after their parent, in key order. */
export async function walkNodes(nodes: NodeStore, root: Uint8Array | undefined, visitor: WalkVisitor): Promise<void> {
	if (root === undefined) return;
	await visitNode({ nodes, visitor }, { id: root, told: undefined, after: undefined }, () => readRoot(nodes, root));
}

interface Walk {
	readonly nodes: NodeStore;
	readonly visitor: WalkVisitor;
}

async function visitNode(walk: Walk, visit: NodeVisit, read: () => Promise<TreeNode>): Promise<void> {
	if (!(await walk.visitor.enter(visit))) return;
	const node = await readOrReport(walk, visit, read);
	if (node === undefined) return;
	if (isLeaf(node)) {
		if (walk.visitor.entry !== undefined) for (const entry of node.entries) await walk.visitor.entry(entry);
		return;
	}
	let after = visit.after;
	for (const child of node.entries) {
		await visitNode(walk, { id: child.id, told: child, after }, () => readChild(walk.nodes, node, child));
		after = child.key;
	}
}

async function readOrReport(walk: Walk, visit: NodeVisit, read: () => Promise<TreeNode>): Promise<TreeNode | undefined> {
	try {
		return await read();
	} catch (error) {
		const failure = toAppError(error);
		if (walk.visitor.failed === undefined || failure.code === "cancelled") throw failure;
		await walk.visitor.failed(visit, failure);
		return undefined;
	}
}
