import fc from "fast-check";
import { expect, it } from "vitest";
import { runSequence, sequences } from "./site-sequence.ts";

it("a thousand sequences of what people do leave no difference", async () => {
	const law = fc.asyncProperty(sequences(25), async (steps) => {
		expect(await runSequence(steps)).toEqual([]);
	});
	await fc.assert(law, { numRuns: 1000 });
});
