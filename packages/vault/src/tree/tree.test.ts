import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareBytes, toHex } from "./bytes.ts";
import { encodeEntryKey, itemRange, kindRange } from "./entry.ts";
import { collect, each, MemoryNodes, sampleValue } from "./memory-nodes.fixture.ts";
import { buildFrom, type Change, counts, diff, lookup, scan, walkNodes } from "./tree.ts";

const text = new TextEncoder();

/** Keys like the real ones, few enough that changes meet each other, many enough for three levels. */
function keyOf(number: number): Uint8Array {
	return encodeEntryKey({
		kind: number % 3 === 0 ? "confluence.page" : "jira.work-item",
		id: String(10_000 + number),
		part: number % 5 === 0 ? "comments" : "",
	});
}

type Model = Map<number, number>;
const model = (keys: number) =>
	fc.array(fc.tuple(fc.nat(keys), fc.nat(1000)), { maxLength: keys, size: "max" }).map((pairs): Model => new Map(pairs));

function sorted(changes: Iterable<readonly [number, number | undefined]>): Change[] {
	const list = [...changes].map(([key, content]) => ({ key: keyOf(key), value: content === undefined ? undefined : sampleValue(content) }));
	return list.sort((a, b) => compareBytes(a.key, b.key));
}

async function build(nodes: MemoryNodes, content: Model, root?: Uint8Array): Promise<Uint8Array | undefined> {
	return buildFrom(nodes, root, each(sorted(content)));
}

async function entriesOf(nodes: MemoryNodes, root: Uint8Array | undefined, range = {}): Promise<string[]> {
	return (await collect(scan(nodes, root, range))).map((entry) => `${toHex(entry.key)} ${toHex(entry.value)}`);
}

function modelEntries(content: Model): string[] {
	return sorted(content).map((change) => `${toHex(change.key)} ${toHex(change.value ?? new Uint8Array())}`);
}

const hexOf = (root: Uint8Array | undefined) => (root === undefined ? undefined : toHex(root));

/** Applies `changes` as batches of the given sizes, in the order of a shuffle. */
async function applyInBatches(nodes: MemoryNodes, start: Model, changes: [number, number | undefined][], batch: number) {
	let root = await build(nodes, start);
	for (let at = 0; at < changes.length; at += batch) {
		root = await buildFrom(nodes, root, each(sorted(new Map(changes.slice(at, at + batch)))));
	}
	return root;
}

describe("a tree", () => {
	it("is the same for the same content, whatever it grew from and in which steps", async () => {
		await fc.assert(
			fc.asyncProperty(model(1500), model(1500), fc.nat(2 ** 31), fc.integer({ min: 1, max: 400 }), async (start, target, seed, batch) => {
				const nodes = new MemoryNodes();
				const changes: [number, number | undefined][] = [...new Set([...start.keys(), ...target.keys()])].map((key) => [
					key,
					target.get(key),
				]);
				const mix = (key: number) => Math.imul(key ^ seed, 0x9e3779b1) >>> 0;
				changes.sort((a, b) => mix(a[0]) - mix(b[0]));
				const grown = await applyInBatches(nodes, start, changes, batch);
				expect(hexOf(grown)).toBe(hexOf(await build(nodes, target)));
				expect(await entriesOf(nodes, grown)).toEqual(modelEntries(target));
			}),
			{ numRuns: 60 },
		);
	});

	it("is the same over several levels of inner nodes too", async () => {
		const all: Model = new Map(Array.from({ length: 20_000 }, (_, key) => [key, key % 17]));
		const nodes = new MemoryNodes();
		const whole = await build(nodes, all);
		await fc.assert(
			fc.asyncProperty(fc.nat(2 ** 31), fc.integer({ min: 2, max: 5 }), fc.constantFrom(1, 50, 1500), async (seed, parts, run) => {
				// Leaves out runs of keys in one tree, and puts them in again in several steps.
				const part = (key: number) => (Math.imul(Math.floor(key / run) ^ seed, 0x9e3779b1) >>> 0) % parts;
				const changes = (which: number, present: boolean) => {
					const chosen = [...all].filter(([key]) => part(key) === which);
					return each(sorted(chosen.map(([key, content]) => [key, present ? content : undefined] as const)));
				};
				let root = whole;
				for (let which = 0; which < parts; which++) root = await buildFrom(nodes, root, changes(which, false));
				expect(root).toBeUndefined();
				for (let which = 0; which < parts; which++) root = await buildFrom(nodes, root, changes(which, true));
				expect(hexOf(root)).toBe(hexOf(whole));
			}),
			{ numRuns: 3 },
		);
	});

	it("is undefined when empty, however it became empty", async () => {
		const nodes = new MemoryNodes();
		expect(await build(nodes, new Map())).toBeUndefined();
		const content: Model = new Map(Array.from({ length: 700 }, (_, key) => [key, key]));
		const root = await build(nodes, content);
		const gone = await buildFrom(nodes, root, each(sorted([...content.keys()].map((key) => [key, undefined] as const))));
		expect(gone).toBeUndefined();
	});

	it("differs from another exactly as plain maps do, in key order", async () => {
		await fc.assert(
			fc.asyncProperty(model(1200), model(1200), async (a, b) => {
				const nodes = new MemoryNodes();
				const found = (await collect(diff(nodes, await build(nodes, a), await build(nodes, b)))).map((change) => [
					toHex(change.key),
					change.before && toHex(change.before),
					change.after && toHex(change.after),
				]);
				const keys = [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key));
				const value = (content: number | undefined) => (content === undefined ? undefined : toHex(sampleValue(content)));
				const expected = keys.map((key) => [toHex(keyOf(key)), value(a.get(key)), value(b.get(key))]);
				expect(found).toEqual(expected.sort((x, y) => ((x[0] ?? "") < (y[0] ?? "") ? -1 : 1)));
			}),
			{ numRuns: 60 },
		);
	});

	it("finds keys and ranges as a sorted map does", async () => {
		await fc.assert(
			fc.asyncProperty(model(900), fc.nat(900), fc.nat(900), async (content, one, other) => {
				const nodes = new MemoryNodes();
				const root = await build(nodes, content);
				for (const number of [one, other]) {
					const expected = content.get(number);
					expect(await lookup(nodes, root, keyOf(number))).toEqual(expected === undefined ? undefined : sampleValue(expected));
				}
				const from = keyOf(one);
				const to = keyOf(other);
				const expected = sorted(content).filter(({ key }) => compareBytes(key, from) >= 0 && compareBytes(key, to) < 0);
				const found = (await collect(scan(nodes, root, { from, to }))).map((entry) => toHex(entry.key));
				expect(found).toEqual(expected.map((change) => toHex(change.key)));
			}),
			{ numRuns: 60 },
		);
	});

	it("keeps its boundaries when only values change", async () => {
		const nodes = new MemoryNodes();
		const content: Model = new Map(Array.from({ length: 4000 }, (_, key) => [key, 1]));
		const shape = async (root: Uint8Array | undefined) => {
			const seen: string[] = [];
			await walkNodes(nodes, root, {
				enter: ({ told }) => seen.push(told === undefined ? "root" : `${toHex(told.key)} ${told.count}`) > 0,
			});
			return seen;
		};
		const before = await build(nodes, content);
		const after = await build(nodes, new Map([...content.keys()].map((key) => [key, key * 7 + 2])));
		expect(hexOf(after)).not.toBe(hexOf(before));
		expect(await shape(after)).toEqual(await shape(before));
	});

	it("says its number of entries and bytes from the root", async () => {
		const nodes = new MemoryNodes();
		const changes = Array.from({ length: 3000 }, (_, number) => ({
			key: text.encode(`k${String(number).padStart(5, "0")}`),
			value: sampleValue(number, number),
		}));
		const root = await buildFrom(nodes, undefined, each(changes));
		nodes.resetCounts();
		expect(await counts(nodes, root)).toEqual({ entries: 3000, size: (2999 * 3000) / 2 });
		expect(nodes.reads).toBe(1);
		expect(await counts(nodes, undefined)).toEqual({ entries: 0, size: 0 });
	});

	it("reads all parts of one item, or all items of a kind, and nothing else", async () => {
		const nodes = new MemoryNodes();
		const keys = ["1", "10", "100", "2"].flatMap((id) => ["", "comments", "file/7"].map((part) => ({ kind: "jira.work-item", id, part })));
		const all = [...keys, { kind: "jira.work-item-x", id: "1", part: "" }, { kind: "jira.work", id: "1", part: "" }];
		const changes = all.map((key) => ({ key: encodeEntryKey(key), value: sampleValue(1) })).sort((a, b) => compareBytes(a.key, b.key));
		const root = await buildFrom(nodes, undefined, each(changes));
		expect((await entriesOf(nodes, root, itemRange({ kind: "jira.work-item", id: "10" }))).length).toBe(3);
		expect((await entriesOf(nodes, root, kindRange("jira.work-item"))).length).toBe(12);
	});
});

describe("the work on a tree", () => {
	const large: Model = new Map(Array.from({ length: 20_000 }, (_, key) => [key, key]));

	it("follows the difference when two trees are compared", async () => {
		const nodes = new MemoryNodes();
		const before = await build(nodes, large);
		const after = await buildFrom(
			nodes,
			before,
			each(
				sorted([
					[777, 1],
					[12_345, undefined],
					[30_001, 5],
				]),
			),
		);
		nodes.resetCounts();
		expect((await collect(diff(nodes, before, after))).length).toBe(3);
		expect(nodes.reads).toBeLessThan(40);
	});

	it("follows the change when a tree is changed", async () => {
		const nodes = new MemoryNodes();
		const before = await build(nodes, large);
		nodes.resetCounts();
		await buildFrom(
			nodes,
			before,
			each(
				sorted([
					[777, 1],
					[12_345, 2],
				]),
			),
		);
		expect(nodes.reads).toBeLessThan(30);
		expect(nodes.addedNodes).toBeLessThan(10);
	});

	it("writes nothing when nothing changes", async () => {
		const nodes = new MemoryNodes();
		const before = await build(nodes, large);
		nodes.resetCounts();
		expect(hexOf(await buildFrom(nodes, before, each([])))).toBe(hexOf(before));
		expect(
			hexOf(
				await buildFrom(
					nodes,
					before,
					each(
						sorted([
							[777, 777],
							[19_999, 19_999],
							[50_000, undefined],
						]),
					),
				),
			),
		).toBe(hexOf(before));
		expect(nodes.addedNodes).toBe(0);
	});

	it("refuses changes that are out of order", async () => {
		const changes = [keyOf(2), keyOf(1)].map((key) => ({ key, value: sampleValue(1) })).sort((a, b) => compareBytes(b.key, a.key));
		await expect(buildFrom(new MemoryNodes(), undefined, each(changes))).rejects.toMatchObject({ code: "internal" });
	});
});

describe("a walk over the nodes", () => {
	it("meets every node and entry once, and steps over what the visitor has seen", async () => {
		const nodes = new MemoryNodes();
		const content: Model = new Map(Array.from({ length: 5000 }, (_, key) => [key, key]));
		const first = await build(nodes, content);
		const created = nodes.addedNodes;
		const second = await buildFrom(nodes, first, each(sorted([[100, 1]])));
		const seen = new Set<string>();
		let entries = 0;
		const visitor = {
			enter: ({ id }: { id: Uint8Array }) => !seen.has(toHex(id)) && seen.add(toHex(id)) !== undefined,
			entry: () => {
				entries++;
			},
		};
		await walkNodes(nodes, first, visitor);
		expect([seen.size, entries]).toEqual([created, 5000]);
		await walkNodes(nodes, second, visitor);
		expect(seen.size).toBe(nodes.addedNodes);
		expect(entries).toBeLessThan(5300);
	});

	it("reports a lost node with the range it held, and goes on", async () => {
		const nodes = new MemoryNodes();
		const content: Model = new Map(Array.from({ length: 5000 }, (_, key) => [key, key]));
		const root = await build(nodes, content);
		const leaves: { id: Uint8Array; count: number }[] = [];
		await walkNodes(nodes, root, { enter: ({ told }) => told === undefined || leaves.push({ id: told.id, count: told.count }) > 0 });
		const lost = leaves[leaves.length - 2];
		if (lost === undefined) throw new Error("no leaves");
		nodes.remove(lost.id);
		const failures: (number | undefined)[] = [];
		let entries = 0;
		await walkNodes(nodes, root, {
			enter: () => true,
			entry: () => {
				entries++;
			},
			failed: ({ told }) => {
				failures.push(told?.count);
			},
		});
		expect(failures).toEqual([lost.count]);
		expect(entries).toBe(5000 - lost.count);
		await expect(walkNodes(nodes, root, { enter: () => true })).rejects.toMatchObject({ code: "vault-damaged" });
	});
});
