import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareBytes } from "./bytes.ts";
import {
	decodeEntryKey,
	decodeEntryValue,
	encodedSize,
	encodeEntryKey,
	encodeEntryValue,
	itemRange,
	keyAfter,
	kindRange,
} from "./entry.ts";

const text = fc.string({ unit: "binary", maxLength: 12 }).filter((value) => !value.includes("\0") && value.isWellFormed());
const name = text.filter((value) => value !== "");
const key = fc.record({ kind: name, id: name, part: text });
const id = fc.uint8Array({ minLength: 20, maxLength: 20 });

describe("an entry's key", () => {
	it("comes back as it was", () => {
		fc.assert(
			fc.property(key, (one) => {
				expect(decodeEntryKey(encodeEntryKey(one))).toEqual(one);
			}),
		);
	});

	it("sorts by kind, id and part, each bytewise", () => {
		const order = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
		fc.assert(
			fc.property(key, key, (a, b) => {
				const expected = order(a.kind, b.kind) || order(a.id, b.id) || order(a.part, b.part);
				expect(Math.sign(compareBytes(encodeEntryKey(a), encodeEntryKey(b)))).toBe(Math.sign(expected));
			}),
		);
	});

	it("lies in the ranges of its kind and item and of no other", () => {
		const within = (bytes: Uint8Array, { from, to }: { from?: Uint8Array; to?: Uint8Array }) =>
			from !== undefined && to !== undefined && compareBytes(bytes, from) >= 0 && compareBytes(bytes, to) < 0;
		fc.assert(
			fc.property(key, key, (a, b) => {
				expect(within(encodeEntryKey(a), kindRange(b.kind))).toBe(a.kind === b.kind);
				expect(within(encodeEntryKey(a), itemRange(b))).toBe(a.kind === b.kind && a.id === b.id);
				expect(within(encodeEntryKey(a), itemRange(a))).toBe(true);
			}),
		);
	});

	it("has nothing between itself and the key after it", () => {
		const bytes = encodeEntryKey({ kind: "jira.work-item", id: "1", part: "" });
		expect(compareBytes(keyAfter(bytes), bytes)).toBeGreaterThan(0);
		expect(compareBytes(keyAfter(bytes), encodeEntryKey({ kind: "jira.work-item", id: "1", part: "a" }))).toBeLessThan(0);
	});

	it("refuses what it could not give back", () => {
		for (const wrong of [{ kind: "" }, { id: "" }, { id: "a\0b" }, { part: "\ud800" }, { part: "x".repeat(1024) }]) {
			const one = { kind: "k", id: "i", part: "", ...wrong };
			expect(() => encodeEntryKey(one), JSON.stringify(one).slice(0, 40)).toThrow(expect.objectContaining({ code: "bad-input" }));
		}
		for (const wrong of ["", "k", "k\0i", "\0i\0p", "k\0\0p", "k\0i\0p\0q", Buffer.from([107, 0, 105, 0, 0xff])]) {
			expect(() => decodeEntryKey(Buffer.from(wrong))).toThrow(expect.objectContaining({ code: "vault-damaged" }));
		}
	});
});

describe("an entry's value", () => {
	const value = fc.record({
		stale: fc.boolean(),
		updatedAt: fc.maxSafeNat(),
		size: fc.maxSafeNat(),
		list: fc.constant(false),
		ids: fc.array(id, { maxLength: 64 }),
	});

	it("comes back as it was, and tells its size alone", () => {
		fc.assert(
			fc.property(value, fc.boolean(), (one, list) => {
				const whole = { ...one, list: list && one.ids.length === 1 };
				expect(decodeEntryValue(encodeEntryValue(whole))).toEqual(whole);
				expect(encodedSize(encodeEntryValue(whole))).toBe(whole.size);
			}),
		);
	});

	it("refuses ids that don't fit", () => {
		const ids = Array.from({ length: 65 }, () => new Uint8Array(20));
		const base = { stale: false, updatedAt: 0, size: 0, list: false };
		expect(() => encodeEntryValue({ ...base, ids })).toThrow(/fit/);
		expect(() => encodeEntryValue({ ...base, list: true, ids: ids.slice(0, 2) })).toThrow(/fit/);
		expect(() => encodeEntryValue({ ...base, ids: [new Uint8Array(19)] })).toThrow(/length/);
	});

	it("that is rubbish is damage, never a crash or a hang", () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
				try {
					const read = decodeEntryValue(bytes);
					expect(encodeEntryValue(read)).toEqual(bytes);
				} catch (error) {
					expect(error).toMatchObject({ code: "vault-damaged" });
				}
			}),
			{ numRuns: 1000 },
		);
	});
});
