import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BlobIndex, mergeSegments } from "./index.ts";
import { type BlobLocation, type BlockCipher, type IndexEntry, Segment, SegmentBuilder } from "./segment.ts";
import { packName, sampleCipher, sampleHeader, sampleId, segmentOf, source } from "./segments.fixture.ts";

function place(number: number, pack = number % 7): BlobLocation {
	return { pack: packName(pack), frame: number % 300, slot: number % 65_536, rawLength: (number * 7919) % 2 ** 32 };
}

const seal = { header: sampleHeader, cipher: sampleCipher() };

async function collect(entries: AsyncIterable<IndexEntry>): Promise<[string, BlobLocation][]> {
	const all: [string, BlobLocation][] = [];
	for await (const { id, ...location } of entries) all.push([Buffer.from(id).toString("hex"), location]);
	return all;
}

/** Ids of which many share long prefixes: fences and sorting keys collide. */
const crowdedId = fc.tuple(fc.constantFrom(0, 1, 2), fc.nat(3000)).map(([group, number]) => {
	const id = new Uint8Array(20).fill(group);
	new DataView(id.buffer).setUint32(16, number);
	return id;
});
const id = fc.oneof(fc.nat(5000).map(sampleId), crowdedId);

describe("a segment", () => {
	it("answers what was put in, in id order, and nothing else", async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(id, { maxLength: 4000, size: "max" }), fc.array(id, { maxLength: 50 }), async (ids, others) => {
				const model = new Map<string, BlobLocation>();
				const added: [Uint8Array, BlobLocation][] = [];
				for (const [number, one] of ids.entries()) {
					const name = Buffer.from(one).toString("hex");
					added.push([one, place(number)]);
					if (!model.has(name)) model.set(name, place(number));
				}
				const segment = await segmentOf(added);
				expect(segment.count).toBe(model.size);
				expect(await collect(segment.entries())).toEqual([...model].sort((a, b) => (a[0] < b[0] ? -1 : 1)));
				for (const one of [...ids.slice(0, 200), ...others]) {
					expect(await segment.lookup(one)).toEqual(model.get(Buffer.from(one).toString("hex")));
				}
			}),
			{ numRuns: 25 },
		);
	});

	it("is the same bytes in whatever order its entries came", () => {
		const build = (numbers: number[]) => {
			const builder = new SegmentBuilder();
			for (const number of numbers) builder.add(sampleId(number), place(number, 1));
			return builder.build(seal);
		};
		const numbers = Array.from({ length: 3000 }, (_, number) => number);
		expect(build(numbers)).toEqual(build(numbers.toReversed()));
	});

	it("has the bytes that it had when the format was fixed", () => {
		const builder = new SegmentBuilder();
		builder.add(new Uint8Array(20).fill(2), { pack: packName(1), frame: 3, slot: 4, rawLength: 5 });
		builder.add(new Uint8Array(20).fill(1), { pack: packName(2), frame: 0xffff, slot: 0xffff, rawLength: 0xffffffff });
		const open: BlockCipher = { seal: (_block, bytes) => Buffer.concat([bytes, Buffer.alloc(16, 0x74)]), open: (_block, bytes) => bytes };
		const bytes = builder.build({ header: sampleHeader, cipher: open });
		expect(
			Buffer.from(bytes.subarray(64))
				.toString("hex")
				.match(/.{1,64}/g),
		).toMatchInlineSnapshot(`
			[
			  "010101010101010101010101010101010101010100000001ffffffffffffffff",
			  "0202020202020202020202020202020202020202000000000003000400000005",
			  "747474747474747474747474747474740101010101010101be955617dac3a89a",
			  "ee7058a1cca9ef93617148273b677c694b3bbf87367ef35d885d1cb8b13fda1c",
			  "5639f283815cc61320afeac4e5736ce80dca3760c6bcbca57474747474747474",
			  "747474747474747400000058000000020000000253584945",
			]
		`);
		const many = new SegmentBuilder();
		for (let number = 0; number < 600; number++) many.add(sampleId(number), place(number));
		expect(createHash("sha256").update(many.build(seal)).digest("hex")).toMatchInlineSnapshot(
			`"4e5c7d941982eb0ee41ddb8edf04051c2eca99b368c1e3a54eb8b23cc66241af"`,
		);
	});

	it("is the same from a builder that was used before", () => {
		const used = new SegmentBuilder();
		for (let number = 0; number < 40_000; number++) used.add(sampleId(number % 50), place(number));
		used.reset();
		const fresh = new SegmentBuilder();
		for (const builder of [used, fresh]) for (let number = 0; number < 300; number++) builder.add(sampleId(number), place(number));
		expect(used.build(seal)).toEqual(fresh.build(seal));
	});

	it("keeps the first of two places of one id within it", async () => {
		const segment = await segmentOf([
			[sampleId(1), place(1)],
			[sampleId(1), place(2)],
		]);
		expect(segment.count).toBe(1);
		expect(await segment.lookup(sampleId(1))).toEqual(place(1));
	});

	it("reads two ranges to open and one for a look-up, none when the block is at hand", async () => {
		const builder = new SegmentBuilder();
		for (let number = 0; number < 5000; number++) builder.add(sampleId(number), place(number));
		const from = source(builder.build(seal));
		const segment = await Segment.open(from);
		expect(from.reads).toBe(2);
		await segment.lookup(sampleId(42));
		await segment.lookup(sampleId(42));
		expect(from.reads).toBe(3);
	});

	it("refuses every damaged byte and every truncation", async () => {
		const builder = new SegmentBuilder();
		for (let number = 0; number < 1500; number++) builder.add(sampleId(number), place(number));
		const good = builder.build(seal);
		const readAll = async (bytes: Uint8Array) => collect((await Segment.open(source(bytes))).entries());
		expect((await readAll(good)).length).toBe(1500);
		for (let at = 64; at < good.length; at += 397) {
			const bad = good.slice();
			bad[at] = (bad[at] ?? 0) ^ 1;
			await expect(readAll(bad), `byte ${at}`).rejects.toMatchObject({ code: "vault-damaged" });
		}
		for (let back = 1; back <= 16; back++) {
			const bad = good.slice();
			const at = good.length - back;
			bad[at] = (bad[at] ?? 0) ^ 1;
			await expect(readAll(bad), `byte ${at}`).rejects.toMatchObject({ code: "vault-damaged" });
		}
		for (const length of [0, 15, 64, 80, 1000, good.length - 17, good.length - 1]) {
			await expect(readAll(good.subarray(0, length))).rejects.toMatchObject({ code: "vault-damaged" });
		}
	});

	it("takes places that do not fit its fields for a bug", () => {
		const builder = new SegmentBuilder();
		expect(() => builder.add(sampleId(1), { ...place(1), frame: 65_536 })).toThrow(/fit/);
		expect(() => builder.add(sampleId(1), { ...place(1), rawLength: 2 ** 32 })).toThrow(/fit/);
		expect(() => builder.add(new Uint8Array(19), place(1))).toThrow(/length/);
		expect(() => builder.add(sampleId(1), { ...place(1), pack: "../x" })).toThrow(/SHA-256/);
	});
});

describe("an index", () => {
	it("prefers the newest segment", async () => {
		const old = await segmentOf(Array.from({ length: 3000 }, (_, number) => [sampleId(number), place(number, 1)] as const));
		const recent = await segmentOf(Array.from({ length: 2000 }, (_, number) => [sampleId(number * 2), place(number * 2, 2)] as const));
		const index = new BlobIndex([recent, old]);
		expect(index.count).toBe(5000);
		const numbers = [7, 4, 3999, 3998, 99_999, 4, 2999];
		const expected = [place(7, 1), place(4, 2), undefined, place(3998, 2), undefined, place(4, 2), place(2999, 1)];
		expect(await Promise.all(numbers.map((number) => index.lookup(sampleId(number))))).toEqual(expected);
		expect(await index.lookupAll(sampleId(4))).toEqual([place(4, 2), place(4, 1)]);
		expect((await collect(index.entries())).length).toBe(4000 - 500);
	});

	it("answers nothing when it is empty", async () => {
		const index = new BlobIndex([await segmentOf([])]);
		expect(await index.lookup(sampleId(1))).toBeUndefined();
		expect(await collect(index.entries())).toEqual([]);
	});
});

describe("a merge of segments", () => {
	const entry = fc.tuple(fc.nat(60), fc.nat(5), fc.nat(1000));

	it("keeps of each id the newest place that lives, and accounts for every entry", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.array(entry, { maxLength: 60 }), { maxLength: 5 }),
				fc.uniqueArray(fc.nat(5)),
				async (lists, deadPacks) => {
					const dead = new Set(deadPacks.map(packName));
					const inputs = await Promise.all(
						lists.map((list) => segmentOf(list.map(([number, pack, at]) => [sampleId(number), place(at, pack)] as const))),
					);
					const expected = new Map<string, BlobLocation>();
					for (const list of lists) {
						const within = new Map<string, BlobLocation>();
						for (const [number, pack, at] of list) {
							const name = Buffer.from(sampleId(number)).toString("hex");
							if (!within.has(name)) within.set(name, place(at, pack));
						}
						for (const [name, location] of within) if (!dead.has(location.pack) && !expected.has(name)) expected.set(name, location);
					}
					const written: IndexEntry[] = [];
					const counts = await mergeSegments({ inputs, isDead: (pack) => dead.has(pack), write: (one) => void written.push(one) });
					const result = written.map(({ id, ...location }) => [Buffer.from(id).toString("hex"), location]);
					expect(result).toEqual([...expected].sort((a, b) => (a[0] < b[0] ? -1 : 1)));
					expect(counts.read).toBe(inputs.reduce((sum, input) => sum + input.count, 0));
					expect(counts.read).toBe(counts.dead + counts.repeated + counts.written);
				},
			),
			{ numRuns: 40 },
		);
	});
});
