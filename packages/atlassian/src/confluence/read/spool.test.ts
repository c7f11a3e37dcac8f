import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Spool } from "./spool.ts";

describe("the spool", () => {
	it("gives everything back once, under its key and in the order it was put in", () => {
		const entry = fc.record({ key: fc.nat({ max: 40 }).map(String), tag: fc.constantFrom("here", "footer"), value: fc.jsonValue() });
		fc.assert(
			fc.property(fc.array(entry, { maxLength: 200 }), (entries) => {
				const spool = new Spool();
				for (const { key, tag, value } of entries) spool.add(key, tag, JSON.parse(JSON.stringify(value)));
				const groups = [...spool.groups()];
				expect(new Set(groups.map((group) => group.key)).size).toBe(groups.length);
				const back = new Map(groups.map((group) => [group.key, group.all.map(({ tag, value }) => [tag, value])]));
				for (const key of new Set(entries.map((one) => one.key))) {
					const expected = entries.filter((one) => one.key === key).map(({ tag, value }) => [tag, JSON.parse(JSON.stringify(value))]);
					expect(back.get(key)).toEqual(expected);
				}
				expect(back.size).toBe(new Set(entries.map((one) => one.key)).size);
			}),
		);
	});

	it("lets go of what it gave", () => {
		const spool = new Spool();
		spool.add("1", "here", 1);
		expect([...spool.groups()]).toHaveLength(1);
		expect([...spool.groups()]).toHaveLength(0);
	});
});
