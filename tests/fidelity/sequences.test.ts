import fc from "fast-check";
import { expect, it } from "vitest";
import { runSequence, sequences } from "./site-sequence.ts";

// The clock stops it, not a number: 25 sequences where the machine is at rest, fewer where it is not; the long suite runs 1,000.
it("whatever people do, snapshots are the site, and restored items are their snapshot", async () => {
	const law = fc.asyncProperty(sequences(12), async (steps) => {
		expect(await runSequence(steps)).toEqual([]);
	});
	await fc.assert(law, { numRuns: 25, seed: 20_261_122, interruptAfterTimeLimit: 30_000, endOnFailure: true });
}, 120_000);
