import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { damagedSpaces, failedFields, restoreEverything, runRogueScript } from "./damage.ts";

let bench: SiteBench;
beforeEach(async () => {
	bench = await siteBench(200, "hasty");
});
afterEach(() => bench.close());

describe("after a rogue script in every space", () => {
	it("a restore of everything restores everything, without one field that failed", async () => {
		const before = await bench.backup();
		for (const space of await damagedSpaces(bench)) await runRogueScript(bench, space);
		await bench.backup();
		const receipt = await restoreEverything(bench, before);
		expect(failedFields(receipt)).toEqual([]);
		expect(receipt.outcome).toBe("restored");
		expect(receipt.totals.created).toBeGreaterThan(10);
		expect(receipt.totals.changed).toBeGreaterThan(50);
		expect(receipt.totals.untrashed).toBeGreaterThan(3);
		expect(bench.violations()).toEqual([]);
	});
});
