import { ByteReader, ByteWriter, damaged, sharedPrefix } from "./bytes.ts";
import { encodedSize, idLength, maxKeyLength } from "./entry.ts";

/** A key and its encoded {@link EntryValue}. */
export interface LeafEntry {
	readonly key: Uint8Array;
	readonly value: Uint8Array;
}

/** One child of an inner node. */
export interface ChildEntry {
	/** The last key of the child's subtree. */
	readonly key: Uint8Array;
	readonly id: Uint8Array;
	/** Entries in the subtree. */
	readonly count: number;
	/** Bytes of plaintext that the subtree's entries stand for. */
	readonly size: number;
}

export interface LeafNode {
	readonly level: 0;
	readonly entries: readonly LeafEntry[];
	readonly count: number;
	readonly size: number;
}

export interface InnerNode {
	readonly level: number;
	readonly entries: readonly ChildEntry[];
	readonly count: number;
	readonly size: number;
}

export type TreeNode = LeafNode | InnerNode;

export function isLeaf(node: TreeNode): node is LeafNode {
	return node.level === 0;
}

const magic = 0x4e;
const version = 1;
/** More levels than any tree can have: each halves the number of nodes at least. */
const maxLevel = 60;
/** Longest value a leaf takes: flags, two numbers and 64 content ids. */
const maxValueLength = 1 + 8 + 8 + 64 * idLength;

const noKey = new Uint8Array(0);

function writeHead(out: ByteWriter, level: number, entries: number): void {
	out.byte(magic);
	out.byte(version);
	out.byte(level);
	out.varint(entries);
}

function writeKey(out: ByteWriter, previous: Uint8Array, key: Uint8Array): void {
	const shared = sharedPrefix(previous, key);
	out.varint(shared);
	out.varint(key.length - shared);
	out.raw(key.subarray(shared));
}

/** Writes a leaf; the entries are in strictly ascending key order. */
export function encodeLeaf(entries: readonly LeafEntry[]): Uint8Array {
	const out = new ByteWriter();
	writeHead(out, 0, entries.length);
	let previous: Uint8Array = noKey;
	for (const entry of entries) {
		writeKey(out, previous, entry.key);
		out.varint(entry.value.length);
		out.raw(entry.value);
		previous = entry.key;
	}
	return out.finish();
}

/** Writes an inner node of the level (1 or more). */
export function encodeInner(level: number, entries: readonly ChildEntry[]): Uint8Array {
	const out = new ByteWriter();
	writeHead(out, level, entries.length);
	let previous: Uint8Array = noKey;
	for (const entry of entries) {
		writeKey(out, previous, entry.key);
		out.raw(entry.id);
		out.varint(entry.count);
		out.varint(entry.size);
		previous = entry.key;
	}
	return out.finish();
}

function readKey(input: ByteReader, previous: Uint8Array): Uint8Array {
	const shared = input.varint();
	const length = input.varint();
	if (shared > previous.length || shared + length > maxKeyLength || length === 0) throw damaged("a key does not fit");
	const rest = input.raw(length);
	// Ascending, and the prefix as long as it can be: the first differing byte decides both.
	if (shared < previous.length && (rest[0] ?? 0) <= (previous[shared] ?? 0)) throw damaged("keys are out of order");
	const key = new Uint8Array(shared + length);
	key.set(previous.subarray(0, shared));
	key.set(rest, shared);
	return key;
}

function readLeaf(input: ByteReader, count: number): LeafNode {
	const entries: LeafEntry[] = [];
	let previous: Uint8Array = noKey;
	let size = 0;
	for (let index = 0; index < count; index++) {
		const key = readKey(input, previous);
		const length = input.varint();
		if (length > maxValueLength) throw damaged("a value is too long");
		const value = input.raw(length);
		size += encodedSize(value);
		entries.push({ key, value });
		previous = key;
	}
	return { level: 0, entries, count, size };
}

function readInner(input: ByteReader, level: number, children: number): InnerNode {
	const entries: ChildEntry[] = [];
	let previous: Uint8Array = noKey;
	let count = 0;
	let size = 0;
	for (let index = 0; index < children; index++) {
		const key = readKey(input, previous);
		const child = { key, id: input.raw(idLength), count: input.varint(), size: input.varint() };
		if (child.count === 0) throw damaged("a child has no entries");
		count += child.count;
		size += child.size;
		entries.push(child);
		previous = key;
	}
	return { level, entries, count, size };
}

/**
 * Reads a node; only bytes that the encoders write are taken.
 * @throws AppError `vault-damaged`
 */
export function decodeNode(bytes: Uint8Array): TreeNode {
	const input = new ByteReader(bytes);
	if (input.byte() !== magic) throw damaged("it is not a tree node");
	const found = input.byte();
	if (found !== version) throw damaged("its version is unknown", { version: found });
	const level = input.byte();
	if (level > maxLevel) throw damaged("its level is impossible", { level });
	const count = input.varint();
	if (count === 0) throw damaged("it has no entries");
	const node = level === 0 ? readLeaf(input, count) : readInner(input, level, count);
	input.end();
	if (!Number.isSafeInteger(node.count) || !Number.isSafeInteger(node.size)) throw damaged("its sums are impossible");
	return node;
}
