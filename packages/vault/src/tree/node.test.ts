import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hash32 } from "./boundary.ts";
import { compareBytes, toHex } from "./bytes.ts";
import { encodeEntryKey, encodeEntryValue } from "./entry.ts";
import { collect, each, MemoryNodes, sampleValue } from "./memory-nodes.fixture.ts";
import { type ChildEntry, decodeNode, encodeInner, encodeLeaf, isLeaf, type LeafEntry, type TreeNode } from "./node.ts";
import { buildFrom, lookup, scan } from "./tree.ts";

const key = fc.uint8Array({ minLength: 1, maxLength: 24 });
const keys = fc.uniqueArray(key, { minLength: 1, maxLength: 80, selector: toHex }).map((list) => list.sort(compareBytes));
const leaf = keys.chain((list) =>
	fc.tuple(...list.map((one) => fc.nat(10_000).map((content): LeafEntry => ({ key: one, value: sampleValue(content, content) })))),
);
const inner = keys.chain((list) =>
	fc.tuple(
		...list.map((one) =>
			fc.record({
				key: fc.constant(one),
				id: fc.uint8Array({ minLength: 20, maxLength: 20 }),
				count: fc.integer({ min: 1, max: 2 ** 40 }),
				size: fc.integer({ min: 0, max: 2 ** 44 }),
			}),
		),
	),
);

function encodeNode(node: TreeNode): Uint8Array {
	return isLeaf(node) ? encodeLeaf(node.entries) : encodeInner(node.level, node.entries);
}

const plain = (bytes: Uint8Array) => new Uint8Array(bytes);

describe("a node's bytes", () => {
	it("give a leaf back, with its sums", () => {
		fc.assert(
			fc.property(leaf, (entries) => {
				const node = decodeNode(encodeLeaf(entries));
				expect(node.entries.map((entry) => toHex(entry.key))).toEqual(entries.map((entry) => toHex(entry.key)));
				expect(isLeaf(node) && node.entries.map(({ value }) => toHex(value))).toEqual(entries.map(({ value }) => toHex(value)));
				expect(node.count).toBe(entries.length);
			}),
		);
	});

	it("give an inner node back, with its sums", () => {
		fc.assert(
			fc.property(inner, fc.integer({ min: 1, max: 9 }), (entries, level) => {
				const node = decodeNode(encodeInner(level, entries));
				expect(node).toEqual({
					level,
					entries: entries.map((entry: ChildEntry) => ({ ...entry, key: plain(entry.key), id: plain(entry.id) })),
					count: entries.reduce((sum, entry) => sum + entry.count, 0),
					size: entries.reduce((sum, entry) => sum + entry.size, 0),
				});
			}),
		);
	});

	it("have one form only: what is read is written the same, whatever byte was changed; the rest is damage", () => {
		const good = encodeLeaf(
			[1, 2, 3].map((number) => ({ key: encodeEntryKey({ kind: "k", id: String(number), part: "" }), value: sampleValue(number) })),
		);
		const goodInner = encodeInner(
			2,
			[1, 2, 3].map((number) => ({ key: Uint8Array.of(number), id: new Uint8Array(20), count: number, size: 300 })),
		);
		for (const bytes of [good, goodInner]) {
			for (let at = 0; at < bytes.length; at++) {
				for (let value = 0; value < 256; value++) {
					const changed = bytes.slice();
					changed[at] = value;
					expectReadOrDamaged(changed);
				}
			}
			for (let length = 0; length < bytes.length; length++) {
				expect(() => decodeNode(bytes.subarray(0, length))).toThrow(expect.objectContaining({ code: "vault-damaged" }));
			}
			expect(() => decodeNode(Buffer.concat([bytes, Uint8Array.of(0)]))).toThrow(expect.objectContaining({ code: "vault-damaged" }));
		}
	});

	it("that are rubbish are damage, never a crash or a hang", () => {
		const start = fc.constantFrom([], [0x4e], [0x4e, 1], [0x4e, 1, 0], [0x4e, 1, 3], [0x4e, 1, 0, 0xff, 0xff, 0xff, 0x7f]);
		fc.assert(
			fc.property(start, fc.uint8Array({ maxLength: 200 }), (head, rest) => expectReadOrDamaged(Uint8Array.from([...head, ...rest]))),
			{ numRuns: 2000 },
		);
	});
});

function expectReadOrDamaged(bytes: Uint8Array): void {
	let node: TreeNode;
	try {
		node = decodeNode(bytes);
	} catch (error) {
		expect(error).toMatchObject({ code: "vault-damaged" });
		return;
	}
	expect(toHex(encodeNode(node))).toBe(toHex(bytes));
}

describe("a tree whose nodes lie", () => {
	/** A store that answers another node under some ids. */
	class LyingNodes extends MemoryNodes {
		readonly lies = new Map<string, Uint8Array>();

		override async get(id: Uint8Array): Promise<Uint8Array> {
			return this.lies.get(toHex(id)) ?? super.get(id);
		}
	}

	it("is damage, though each node is well formed", async () => {
		const nodes = new LyingNodes();
		const changes = Array.from({ length: 400 }, (_, number) => ({
			key: encodeEntryKey({ kind: "k", id: String(1000 + number), part: "" }),
			value: sampleValue(number),
		}));
		const root = await buildFrom(nodes, undefined, each(changes));
		if (root === undefined) throw new Error("no root");
		const top = decodeNode(await nodes.get(root));
		const [first, second] = isLeaf(top) ? [] : top.entries;
		if (first === undefined || second === undefined) throw new Error("the tree is too small");
		// A sibling, the root itself (a cycle), and a child with one value of another size.
		const child = decodeNode(await nodes.get(first.id));
		const altered = isLeaf(child) ? child.entries.map((entry, at) => (at === 0 ? { ...entry, value: sampleValue(1, 11) } : entry)) : [];
		for (const lie of [await nodes.get(second.id), await nodes.get(root), encodeLeaf(altered)]) {
			nodes.lies.set(toHex(first.id), lie);
			await expect(collect(scan(nodes, root))).rejects.toMatchObject({ code: "vault-damaged" });
			await expect(lookup(nodes, root, changes[0]?.key ?? new Uint8Array())).rejects.toMatchObject({ code: "vault-damaged" });
			await expect(buildFrom(nodes, root, each(changes.slice(0, 1)))).rejects.toMatchObject({ code: "vault-damaged" });
		}
	});
});

describe("the format of the tree", () => {
	it("hashes keys as MurmurHash3 (x86, 32 bits) does", () => {
		const of = (text: string, seed: number) => hash32(new TextEncoder().encode(text), seed);
		expect([of("", 0), of("", 1), of("test", 0x9747b28c), of("Hello, world!", 0x9747b28c)]).toEqual([
			0, 0x514e28b7, 0x704b81dc, 0x24884cba,
		]);
		expect(of("The quick brown fox jumps over the lazy dog", 0x9747b28c)).toBe(0x2fa826cd);
	});

	it("is what it was when it was fixed", async () => {
		const ids = [new Uint8Array(20).fill(0xaa), new Uint8Array(20).fill(0xbb)];
		const value = encodeEntryValue({ stale: true, updatedAt: 1_759_305_600_000, size: 300, list: false, ids });
		expect(toHex(value)).toMatchInlineSnapshot(
			`"018098a4f69933ac02aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"`,
		);
		const entries = ["", "comments"].map((part) => ({
			key: encodeEntryKey({ kind: "jira.work-item", id: "10001", part }),
			value: sampleValue(1),
		}));
		expect(toHex(encodeLeaf(entries))).toMatchInlineSnapshot(
			`"4e01000200156a6972612e776f726b2d6974656d003130303031001c0081d095ffbc310a6b86b273ff34fce19d6b804eff5a3f5747ada4ea1508636f6d6d656e74731c0081d095ffbc310a6b86b273ff34fce19d6b804eff5a3f5747ada4ea"`,
		);
		const child = {
			key: encodeEntryKey({ kind: "jira.work-item", id: "10001", part: "" }),
			id: new Uint8Array(20).fill(0xcc),
			count: 41,
			size: 2 ** 33,
		};
		expect(toHex(encodeInner(1, [child]))).toMatchInlineSnapshot(
			`"4e01010100156a6972612e776f726b2d6974656d00313030303100cccccccccccccccccccccccccccccccccccccccc298080808020"`,
		);
		const many = Array.from({ length: 5000 }, (_, number) => ({
			key: encodeEntryKey({ kind: "jira.work-item", id: String(10_000 + number), part: "" }),
			value: sampleValue(number),
		}));
		const nodes = new MemoryNodes();
		const root = await buildFrom(nodes, undefined, each(many));
		expect([toHex(root ?? new Uint8Array()), nodes.addedNodes]).toMatchInlineSnapshot(`
			[
			  "9084c0c41770d83867a99ce0997cbeee6d9a8e86",
			  132,
			]
		`);
	});
});
