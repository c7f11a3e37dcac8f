import { randomUUID } from "node:crypto";
import type { RestoreReceipt } from "@skyeworx/engine";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { type Made, makeOneOfEach, removeAll } from "./configuration-deeds.ts";
import { lessThanExact } from "./settings-site.ts";

const inPlace = { target: { type: "in-place" }, ifExists: "overwrite" } as const;
let bench: SiteBench;
beforeEach(async () => {
	bench = await siteBench(20, "hasty");
});
afterEach(async () => {
	expect(bench.violations()).toEqual([]);
	await bench.close();
});

const kindsOf = (made: Made) => Object.keys(made);

/** How many there are of each kind. */
async function counts(made: Made): Promise<Readonly<Record<string, number>>> {
	const snapshot = await bench.backup();
	const sizes = await Promise.all(kindsOf(made).map(async (kind) => [kind, (await bench.items(kind, snapshot)).size] as const));
	return Object.fromEntries(sizes);
}

const madeBy = (receipt: RestoreReceipt): Made =>
	Object.fromEntries(receipt.items.map(({ ref, now }) => [ref.kind, now?.ref.id ?? ref.id]));

/** Points of a restore at which it is broken off, spread over all of its requests. */
const breaks = 3;

it.each(["unavailable", "lost-answer"] as const)(
	"all kinds of configuration come back whole and once, wherever their restore breaks off: %s",
	async (fault) => {
		const made = await makeOneOfEach(bench);
		const before = await bench.backup();
		const there = await counts(made);
		const selection = Object.entries(made).map(([kind, id]) => ({ ref: { kind, id }, snapshotId: before }));
		let now = made;
		let requests = 0;
		for (let point = 0; point <= breaks; point += 1) {
			await removeAll(bench, now);
			const [plan, restoreId] = [await bench.plan(selection, inPlace), randomUUID()];
			const start = bench.simulator.log.total;
			if (point > 0) {
				const after = Math.floor((requests * point) / (breaks + 1));
				const times = fault === "lost-answer" ? 1 : 1_000_000;
				bench.simulator.faults.inject({ kind: fault, after, times, ...(fault === "lost-answer" ? { method: "POST" } : {}) });
				await bench.carryOut(restoreId, plan).catch(() => undefined);
				bench.simulator.faults.clear();
			}
			const receipt = await bench.carryOut(restoreId, plan);
			if (point === 0) requests = bench.simulator.log.total - start;
			expect(
				lessThanExact(receipt).filter((line) => !/: (?:impossible|degraded)$/.test(line)),
				`break ${point}`,
			).toEqual([]);
			now = madeBy(receipt);
			expect(await counts(made), `break ${point}`).toEqual(there);
		}
		expect(requests).toBeGreaterThan(80);
	},
	240_000,
);

it("a restore that can't go on is taken back whole: nothing of it stays beside what was there", async () => {
	const made = await makeOneOfEach(bench);
	const before = await bench.backup();
	await removeAll(bench, made);
	const gone = await counts(made);
	const selection = Object.entries(made).map(([kind, id]) => ({ ref: { kind, id }, snapshotId: before }));
	const [plan, restoreId] = [await bench.plan(selection, inPlace), randomUUID()];
	bench.simulator.faults.inject({ kind: "unavailable", after: 70, times: 1_000_000 });
	await bench.carryOut(restoreId, plan).catch(() => undefined);
	bench.simulator.faults.clear();
	await bench.undo(restoreId, plan);
	const left = await counts(made);
	// A resolution is deleted only by giving its work items another, which nobody but a person may choose.
	expect({ ...left, "jira.resolution": 0 }).toEqual({ ...gone, "jira.resolution": 0 });
});
