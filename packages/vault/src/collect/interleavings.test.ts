import { expect, it } from "vitest";
import { everyInterleaving } from "./interleavings.fixture.ts";

it("a commit beside the forgetting of its parent, a condemnation and a deletion loses nothing, in every order", async () => {
	const { trials, committed, deleted } = await everyInterleaving({ commit: [1, 2], first: [1, 2], second: [1] });
	expect(trials).toBeGreaterThan(150);
	expect(committed).toBeGreaterThan(0);
	expect(committed).toBeLessThan(trials);
	expect(deleted).toBeGreaterThan(0);
});
