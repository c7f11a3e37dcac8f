import { expect, it } from "vitest";
import { everyInterleaving } from "./interleavings.fixture.ts";

const all = [1, 2, 3, 4, 5, 6, 7, 8, 9];

it("a commit beside two collections loses nothing, whichever log entry comes before which", async () => {
	const { trials, committed, deleted } = await everyInterleaving({ commit: all, first: all, second: all, withPacks: true });
	expect(trials).toBeGreaterThan(4000);
	expect(committed).toBeLessThan(trials);
	expect(deleted).toBeGreaterThan(0);
});
