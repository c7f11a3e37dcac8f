import { expect, it } from "vitest";
import { killTrials } from "./kill.fixture.ts";

it("a vault in a folder survives 200 kills of its writer at random moments", async () => {
	const { commits } = await killTrials({ trials: 200, seed: "long", longestLife: 120 });
	expect(commits).toBeGreaterThan(100);
});
