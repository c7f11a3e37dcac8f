import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placesFor } from "./sibling-order.ts";

interface Standing {
	readonly id: string;
	readonly position: number;
	readonly fixed: boolean;
}

/** Moves siblings as the places say, in the order of their positions, as a restore does. */
function moved(siblings: readonly Standing[]): { readonly line: readonly Standing[]; readonly moves: number } {
	const places = placesFor(siblings);
	let line = [...siblings];
	for (const sibling of siblings.toSorted((a, b) => a.position - b.position)) {
		const place = places.get(sibling.id);
		if (place === undefined) continue;
		line = line.filter((other) => other !== sibling);
		const at = line.findIndex((other) => other.id === place.targetId) + (place.position === "after" ? 1 : 0);
		line.splice(at, 0, sibling);
	}
	return { line, moves: places.size };
}

const pages = (positions: readonly number[], fixed: readonly number[] = []): Standing[] =>
	positions.map((position) => ({ id: `p${position}`, position, fixed: fixed.includes(position) }));

describe("placesFor", () => {
	it("brings siblings into their order, around folders that can't be moved, and leaves alone what stands right", () => {
		const positions = fc.uniqueArray(fc.integer({ min: 1, max: 1_000_000 }), { maxLength: 12 });
		fc.assert(
			fc.property(positions, fc.array(fc.nat({ max: 11 }), { maxLength: 3 }), (drawn, marks) => {
				const folders = [...new Set(marks.flatMap((at) => drawn[at] ?? []))];
				// Folders come back in their own order.
				const inOrder = folders.toSorted((a, b) => a - b);
				const now = drawn.map((position) => (folders.includes(position) ? (inOrder.shift() ?? position) : position));
				const { line } = moved(pages(now, folders));
				expect(line.map(({ position }) => position)).toEqual(drawn.toSorted((a, b) => a - b));
			}),
			{ numRuns: 500, seed: 20_261_122 },
		);
	});

	it("moves nothing that is in order, and one page when one is out of place", () => {
		expect(moved(pages([10, 20, 30, 40])).moves).toBe(0);
		expect(moved(pages([20, 30, 40, 10])).moves).toBe(1);
		expect(moved(pages([40, 10, 20, 30])).moves).toBe(1);
	});
});
