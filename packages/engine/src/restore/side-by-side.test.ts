import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sideBySide, type Turn } from "./side-by-side.ts";

const ref = (number: number, kind = "note") => ({ kind, id: String(number) });

/** Takes turns of some lengths and tells in which order they began and ended, and how many were under way at most. */
async function taken(turns: readonly (Turn & { readonly length: number })[], width: number) {
	const told: string[] = [];
	const of = (deed: string) => told.filter((line) => line.startsWith(deed)).map((line) => line.split(" ")[1] ?? "");
	let most = 0;
	const mixed = new Set<boolean>();
	const under = new Set<string>();
	await sideBySide(
		turns,
		() => width,
		async ({ ref: { kind, id }, length }) => {
			told.push(`begins ${id}`);
			under.add(`${kind}/${id}`);
			most = Math.max(most, under.size);
			mixed.add(new Set([...under].map((text) => text.split("/")[0])).size > 1);
			for (let wait = 0; wait < length; wait++) await nextTurn();
			under.delete(`${kind}/${id}`);
			told.push(`ends ${id}`);
		},
	);
	return { told, began: of("begins"), ended: of("ends"), most, mixed };
}

describe("sideBySide", () => {
	it("takes every turn once, after what it waits for, as many at once as it may and kinds apart", async () => {
		const turn = fc.record({ length: fc.nat({ max: 3 }), after: fc.array(fc.nat({ max: 20 }), { maxLength: 2 }), kind: fc.boolean() });
		const law = fc.asyncProperty(fc.array(turn, { maxLength: 20 }), fc.integer({ min: 1, max: 5 }), async (drawn, width) => {
			const kinds = drawn.map(({ kind }) => (kind ? "note" : "folder")).sort();
			const turns = drawn.map(({ length, after }, index) => ({
				ref: ref(index, kinds[index]),
				after: after.filter((other) => other < index).map((other) => ref(other, kinds[other])),
				length,
			}));
			const { told, ended, most, mixed } = await taken(turns, width);
			expect([...ended].sort()).toEqual(turns.map(({ ref: { id } }) => id).sort());
			expect(most).toBeLessThanOrEqual(width);
			expect(mixed.has(true)).toBe(false);
			for (const { ref: own, after } of turns) {
				for (const other of after) expect(told.indexOf(`begins ${own.id}`)).toBeGreaterThan(told.indexOf(`ends ${other.id}`));
			}
			if (width === 1) expect(ended).toEqual(turns.map(({ ref: { id } }) => id));
		});
		await fc.assert(law, { numRuns: 60, seed: 20_261_122 });
	});

	it("begins those that wait for the same in their order", async () => {
		const turns = [0, 1, 2, 3, 4, 5].map((number) => ({ ref: ref(number), after: number === 0 ? [] : [ref(0)], length: 6 - number }));
		const { began, ended } = await taken(turns, 6);
		expect(began).toEqual(["0", "1", "2", "3", "4", "5"]);
		expect(ended).toEqual(["0", "5", "4", "3", "2", "1"]);
	});

	it("ends with the first failure once those under way have ended, and begins no other", async () => {
		const done: string[] = [];
		const turns = [0, 1, 2, 3].map((number) => ({ ref: ref(number), after: number === 3 ? [ref(0)] : [] }));
		const failing = sideBySide(
			turns,
			() => 2,
			async ({ ref: { id } }) => {
				if (id === "0") throw new Error("the site is gone");
				for (let wait = 0; wait < 3; wait++) await nextTurn();
				done.push(id);
			},
		);
		await expect(failing).rejects.toThrow("the site is gone");
		expect(done).toEqual(["1"]);
	});
});
