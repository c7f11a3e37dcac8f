import { describe, expect, it } from "vitest";
import { runModel } from "./model.fixture.ts";

describe("random operations of two writers, a collector and a failing store", () => {
	it("tells a run that outlived a deletion to begin again (seed 5030)", async () => {
		await runModel({ seed: 5030, steps: 160 });
	});

	it.each([1, 3])("leave every live snapshot as it was written (seed %i)", async (seed) => {
		const counts = await runModel({ seed, steps: 100 });
		expect(counts.commits).toBeGreaterThan(30);
		expect(counts.crashes).toBeGreaterThan(5);
		expect(counts.collections).toBeGreaterThan(5);
		expect(counts.held).toBeGreaterThan(3);
	});
});
