import { describe, expect, it } from "vitest";
import { runShrinking } from "./model-shrink.fixture.ts";

const steps = 500;
/** 200 x 500 = 100,000 steps. Another range with SKYEWORX_MODEL_SEED. */
const first = Number(process.env.SKYEWORX_MODEL_SEED ?? 1000);
const seeds = Array.from({ length: 200 }, (_, i) => first + i);

describe("random operations of three writers, collections, repairs and a failing store", () => {
	it.each(seeds)("leave every live snapshot as it was written (seed %i)", async (seed) => {
		const counts = await runShrinking({ seed, steps });
		expect(counts.lostCommits).toBeGreaterThan(3);
		expect(counts.collections).toBeGreaterThan(50);
		expect(counts.crashedCollections).toBeGreaterThan(3);
		expect(counts.freed).toBeGreaterThan(100);
		expect(counts.rewritten).toBeGreaterThan(50);
		expect(counts.repairs).toBeGreaterThan(2);
	});
});
