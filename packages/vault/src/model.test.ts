import { describe, expect, it } from "vitest";
import { runShrinking } from "./model-shrink.fixture.ts";

describe("random operations of three writers, collections, repairs and a failing store", () => {
	it.each([1, 2, 3])("leave every live snapshot as it was written (seed %i)", async (seed) => {
		const counts = await runShrinking({ seed, steps: 100 });
		expect(counts.commits).toBeGreaterThan(30);
		expect(counts.crashes).toBeGreaterThan(3);
		expect(counts.collections).toBeGreaterThan(5);
		expect(counts.freed).toBeGreaterThan(20);
		expect(counts.held).toBeGreaterThan(2);
	});
});
