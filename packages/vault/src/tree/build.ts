import { AppError } from "@skyeworx/core";
import { compareBytes, equalBytes } from "./bytes.ts";
import { innerChunker, type LevelChunker, leafChunker } from "./level-chunker.ts";
import { type ChildEntry, isLeaf, type LeafEntry, type TreeNode } from "./node.ts";
import type { NodeStore } from "./node-store.ts";
import { OldLevel } from "./old-level.ts";
import { describeNode, readChild, readRoot } from "./read-node.ts";
import { type LevelChange, rewriteLevel } from "./rewrite-level.ts";

/** Sets a key's value, or removes the key (when `value` is undefined). */
export interface Change {
	readonly key: Uint8Array;
	readonly value: Uint8Array | undefined;
}

/**
 * Applies changes to a tree and answers the new root; undefined means empty. Equal content gives an equal root, whatever the
 * tree was built from and in which steps. Reads and writes only nodes near changes; memory is a few nodes a level.
 * @param changes in strictly ascending key order
 * @throws AppError `vault-damaged` when an old node can't be read, `internal` when the changes are out of order
 */
export async function buildFrom(
	nodes: NodeStore,
	root: Uint8Array | undefined,
	changes: AsyncIterable<Change>,
): Promise<Uint8Array | undefined> {
	const leafChanges = inOrder(changes);
	if (root === undefined) return (await raise(nodes, 1, chunkAll(leafChunker(nodes), values(leafChanges))))?.id;
	const old = { id: root, node: await readRoot(nodes, root) };
	const top = await raise(nodes, old.node.level + 1, newTopNodes(nodes, old, leafChanges));
	return top === undefined ? undefined : canonicalRoot(nodes, top);
}

async function* inOrder(changes: AsyncIterable<Change>): AsyncGenerator<LevelChange<LeafEntry>> {
	let previous: Uint8Array | undefined;
	for await (const { key, value } of changes) {
		if (previous !== undefined && compareBytes(previous, key) >= 0) throw new AppError("internal", "Changes of a tree are out of order");
		previous = key;
		yield { key, entry: value === undefined ? undefined : { key, value } };
	}
}

async function* values(changes: AsyncIterable<LevelChange<LeafEntry>>): AsyncGenerator<LeafEntry> {
	for await (const change of changes) if (change.entry !== undefined) yield change.entry;
}

/** The nodes at the old root's level after the changes: usually one. */
async function* newTopNodes(
	nodes: NodeStore,
	old: { readonly id: Uint8Array; readonly node: TreeNode },
	leafChanges: AsyncIterableIterator<LevelChange<LeafEntry>>,
): AsyncGenerator<ChildEntry> {
	let changes = rewriteLevel({ old: new OldLevel(nodes, old, 0), entriesOf: leafEntries, chunker: leafChunker(nodes) }, leafChanges);
	for (let level = 1; level <= old.node.level; level++) {
		changes = rewriteLevel({ old: new OldLevel(nodes, old, level), entriesOf: childEntries, chunker: innerChunker(nodes, level) }, changes);
	}
	const rootEntry = describeNode(old.node, old.id);
	let rootStays = true;
	for await (const change of changes) {
		const order = compareBytes(change.key, rootEntry.key);
		if (rootStays && order > 0) yield rootEntry;
		if (order >= 0) rootStays = false;
		if (change.entry !== undefined) yield change.entry;
	}
	if (rootStays) yield rootEntry;
}

function leafEntries(node: TreeNode): readonly LeafEntry[] {
	return isLeaf(node) ? node.entries : [];
}

function childEntries(node: TreeNode): readonly ChildEntry[] {
	return isLeaf(node) ? [] : node.entries;
}

async function* chunkAll<Entry>(chunker: LevelChunker<Entry>, entries: AsyncIterable<Entry>): AsyncGenerator<ChildEntry> {
	for await (const entry of entries) {
		if (!chunker.add(entry)) continue;
		const node = await chunker.store();
		if (node !== undefined) yield node;
	}
	const rest = await chunker.store();
	if (rest !== undefined) yield rest;
}

async function* resume<T>(taken: readonly T[], rest: AsyncIterator<T>): AsyncGenerator<T> {
	yield* taken;
	for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** Puts levels of inner nodes on top until one node holds all. */
async function raise(nodes: NodeStore, level: number, below: AsyncGenerator<ChildEntry>): Promise<ChildEntry | undefined> {
	const first = await below.next();
	if (first.done === true) return undefined;
	const second = await below.next();
	if (second.done === true) return first.value;
	return raise(nodes, level + 1, chunkAll(innerChunker(nodes, level), resume([first.value, second.value], below)));
}

/** The lowest node that holds everything: a root with one child is no root. */
async function canonicalRoot(nodes: NodeStore, top: ChildEntry): Promise<Uint8Array> {
	let id = top.id;
	let node = await readRoot(nodes, id);
	while (!isLeaf(node)) {
		const only = node.entries[0];
		if (only === undefined || node.entries.length > 1) break;
		node = await readChild(nodes, node, only);
		id = only.id;
	}
	return equalBytes(id, top.id) ? top.id : id;
}
