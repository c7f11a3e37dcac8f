import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IdList } from "./id-list.ts";

describe("a list of ids", () => {
	it("has what was put in, sorted, each once, and cuts it into slices above a bound", () => {
		fc.assert(
			fc.property(fc.array(fc.nat({ max: 500 })), fc.nat({ max: 500 }), fc.integer({ min: 1, max: 7 }), (ids, bound, size) => {
				const list = new IdList(ids);
				const expected = [...new Set(ids)].toSorted((a, b) => a - b);
				expect(list.length).toBe(expected.length);
				expect([...list.slices(size, bound)].flat()).toEqual(expected.filter((id) => id > bound).map(String));
				expect([...list.slices(size, bound)].every((slice) => slice.length <= size && slice.length > 0)).toBe(true);
				expect(list.countAbove(bound)).toBe(expected.filter((id) => id > bound).length);
				for (const id of [bound, ...ids]) expect(list.has(id)).toBe(ids.includes(id));
			}),
		);
	});
});
