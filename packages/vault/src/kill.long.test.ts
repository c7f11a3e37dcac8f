import { expect, it } from "vitest";
import { deeds, killTrials } from "./kill.fixture.ts";

it("a vault in a folder survives 200 kills of backup, collection, merge of the index and repair at random moments", async () => {
	const { commits, condemned, merged, repaired } = await killTrials({ trials: 200, seed: "long", longestLife: 250, deeds });
	expect(commits).toBeGreaterThan(50);
	expect(condemned).toBeGreaterThan(5);
	expect(merged).toBeGreaterThan(5);
	expect(repaired).toBeGreaterThan(5);
});
