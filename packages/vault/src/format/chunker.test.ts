import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunkStream, gearTable, maxChunk, meanChunk, minChunk } from "./chunker.ts";

const key = new Uint8Array(32).fill(7);
const gear = gearTable(key);

/** Bytes without pattern, the same for the same seed. */
function noise(length: number, seed = 1): Uint8Array {
	const words = new Uint32Array(Math.ceil(length / 4));
	let state = seed;
	for (let index = 0; index < words.length; index++) {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		words[index] = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) ^ state;
	}
	return new Uint8Array(words.buffer, 0, length);
}

async function* pieces(bytes: Uint8Array, sizes: readonly number[] = [65_536]): AsyncGenerator<Uint8Array> {
	let turn = 0;
	for (let at = 0; at < bytes.length; ) {
		const size = sizes[turn++ % sizes.length] ?? 1;
		yield bytes.subarray(at, at + size);
		at += size;
	}
}

async function chunks(source: AsyncIterable<Uint8Array>, table = gear): Promise<Uint8Array[]> {
	const all: Uint8Array[] = [];
	for await (const chunk of chunkStream(table, source)) all.push(chunk.slice());
	return all;
}

const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("chunks of a stream", () => {
	it("give the stream back, and are the same however the stream arrives in pieces", async () => {
		const bytes = noise(9_000_000);
		const expected = (await chunks(pieces(bytes))).map(digest);
		await fc.assert(
			fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 3_000_000 }), { minLength: 1, maxLength: 4 }), async (sizes) => {
				const worthwhile = sizes.map((size, index) => (index === 0 ? size + 4096 : size));
				const found = await chunks(pieces(bytes, worthwhile));
				expect(digest(Buffer.concat(found))).toBe(digest(bytes));
				expect(found.map(digest)).toEqual(expected);
			}),
			{ numRuns: 12 },
		);
	});

	it("keep their limits and gather around the mean", async () => {
		const found = await chunks(pieces(noise(96_000_000)));
		const inner = found.slice(0, -1).map((chunk) => chunk.length);
		expect(Math.min(...inner)).toBeGreaterThanOrEqual(minChunk);
		expect(Math.max(...inner)).toBeLessThanOrEqual(maxChunk);
		const mean = inner.reduce((sum, length) => sum + length, 0) / inner.length;
		expect(mean / meanChunk).toBeGreaterThan(0.8);
		expect(mean / meanChunk).toBeLessThan(1.3);
	});

	it("are the old ones again soon after an insertion", async () => {
		const bytes = noise(24_000_000);
		const before = new Set((await chunks(pieces(bytes))).map(digest));
		const edited = Buffer.concat([bytes.subarray(0, 7_000_000), Buffer.from("eleven more"), bytes.subarray(7_000_000)]);
		const after = (await chunks(pieces(edited))).map(digest);
		expect(after.filter((chunk) => !before.has(chunk)).length).toBeLessThanOrEqual(3);
	});

	it("are as long as allowed where nothing varies, one for a short stream, none for an empty one", async () => {
		const even = await chunks(pieces(new Uint8Array(9_000_000)));
		expect(even.map((chunk) => chunk.length)).toEqual([maxChunk, maxChunk, 9_000_000 - 2 * maxChunk]);
		expect((await chunks(pieces(noise(1000)))).map((chunk) => chunk.length)).toEqual([1000]);
		expect(await chunks(pieces(new Uint8Array(0)))).toEqual([]);
	});

	it("end elsewhere under another key", async () => {
		const bytes = noise(12_000_000);
		const other = await chunks(pieces(bytes), gearTable(new Uint8Array(32).fill(8)));
		const lengths = new Set(other.slice(0, -1).map((chunk) => chunk.length));
		expect((await chunks(pieces(bytes))).slice(0, -1).some((chunk) => lengths.has(chunk.length))).toBe(false);
	});

	it("end where they ended when the format was fixed", async () => {
		const lengths = (await chunks(pieces(noise(12_000_000)))).map((chunk) => chunk.length);
		expect(lengths).toMatchInlineSnapshot(`
			[
			  1009331,
			  1167318,
			  293443,
			  299268,
			  1593275,
			  1704515,
			  806744,
			  861266,
			  2403132,
			  301778,
			  1433559,
			  126371,
			]
		`);
	});
});
