import { describe, expect, it } from "vitest";
import { runModel } from "./model.fixture.ts";

const steps = 500;
const seeds = Array.from({ length: 50 }, (_, i) => 1000 + i);

describe("random operations of two writers, a collector and a failing store", () => {
	it.each(seeds)("leave every live snapshot as it was written (seed %i)", async (seed) => {
		const counts = await runModel({ seed, steps });
		expect(counts.lostCommits).toBeGreaterThan(5);
		expect(counts.collections).toBeGreaterThan(30);
	});
});
