import { describe, expect, it } from "vitest";
import { runModel } from "./model.fixture.ts";

describe("random operations of three writers, collections, repairs and a failing store", () => {
	it.each([1, 2, 3])("leave every live snapshot as it was written (seed %i)", async (seed) => {
		const counts = await runModel({ seed, steps: 120 });
		expect(counts.commits).toBeGreaterThan(30);
		expect(counts.crashes).toBeGreaterThan(5);
		expect(counts.collections).toBeGreaterThan(5);
		expect(counts.held).toBeGreaterThan(3);
	});
});
