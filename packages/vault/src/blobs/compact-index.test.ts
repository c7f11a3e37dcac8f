import { describe, expect, it } from "vitest";
import { commit, contentsOf, document, newVault, reopened } from "../vault.fixture.ts";
import { planCompaction } from "./compact-index.ts";

function segments(...entries: readonly number[]) {
	return entries.map((count, i) => ({ sha256: String(i).padStart(64, "0"), size: count * 32, entries: count }));
}

describe("a compaction of the index", () => {
	it("is planned for eight segments of about one size, the smallest first", () => {
		expect(planCompaction(segments(1, 2, 3, 4, 5, 6, 7))).toEqual([]);
		expect(planCompaction(segments(1, 2, 3, 4, 5, 6, 7, 8))).toHaveLength(8);
		expect(planCompaction(segments(1, 2, 3, 4, 5, 6, 7, 100_000))).toEqual([]);
		const large = Array.from({ length: 8 }, () => 20_000);
		expect(planCompaction(segments(...large, 1, 2, 3, 4, 5, 6, 7, 8)).map((segment) => segment.entries)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
	});

	it("keeps lookups to a few segments over many snapshots, and every snapshot readable", async () => {
		const { store, vault } = await newVault();
		for (let i = 0; i < 40; i++) await commit(vault, { [`k.a/${i}/`]: document(i), "k.a/same/": document("same", `round ${i}`) });
		const again = await reopened(store, { expectHead: vault.head() });
		const report = await again.verify({ level: "data" });
		expect(report.damage).toEqual([]);
		expect(report.snapshots).toBe(40);
		const live = again.snapshots();
		const [early, late] = [live[3], live.at(-1)];
		expect(Object.keys(await contentsOf(await again.snapshot(early?.id ?? 0)))).toHaveLength(5);
		expect((await contentsOf(await again.snapshot(late?.id ?? 0)))["k.a/same/"]).toContain("round 39");
		const reads: string[] = [];
		const watched = store.reopen({
			fault: ({ operation, name }) => {
				if (operation === "read" && name.startsWith("idx/")) reads.push(name);
				return undefined;
			},
		});
		const vaultAgain = await reopened(watched);
		await contentsOf(await vaultAgain.snapshot(late?.id ?? 0));
		expect(new Set(reads).size).toBeLessThan(16);
	});

	it("by two writers at once loses nothing", async () => {
		const { store } = await newVault();
		const writers = await Promise.all(["a", "b", "c"].map((seed) => reopened(store, { seed })));
		for (let round = 0; round < 12; round++) {
			await Promise.all(writers.map((vault, i) => commit(vault, { [`k.${"abc"[i]}/${round}/`]: document(round) })));
		}
		const after = await reopened(store, { seed: "after" });
		expect(after.snapshots()).toHaveLength(36);
		expect((await after.verify({ level: "data" })).damage).toEqual([]);
	});
});
