import type { JsonObject } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { failedFields } from "./damage.ts";

const kind = "jira.work-item";
const options = { target: { type: "in-place" }, ifExists: "overwrite", keepKeys: true } as const;
let bench: SiteBench;

beforeEach(async () => {
	bench = await siteBench(24, "hasty");
});
afterEach(() => bench.close());

const keyOf = (item: StoredItem): string => String((item.parts.get("") as JsonObject).key);
const keysNow = () => [...bench.simulator.state.jira.issues.values()].map((issue) => issue.key).toSorted();

/** A space whose items went with it, made anew under its key: its numbers begin with 1. */
async function spaceMadeAnew(gaps: readonly number[]): Promise<{ readonly snapshotId: number; readonly items: readonly StoredItem[] }> {
	const project = [...bench.simulator.state.jira.projects.values()].find((one) => one.typeKey === "software");
	if (project === undefined) throw new Error("there is a space");
	const inSpace = () => [...bench.simulator.state.jira.issues.values()].filter((issue) => issue.projectId === project.id);
	for (const issue of inSpace()) if (gaps.includes(issue.number)) await bench.remove(`/rest/api/3/issue/${issue.id}?deleteSubtasks=true`);
	const snapshotId = await bench.backup();
	const ids = new Set(inSpace().map((issue) => String(issue.id)));
	const items = [...(await bench.items(kind, snapshotId)).values()].filter((item) => ids.has(item.ref.id));
	for (const item of items) await bench.remove(`/rest/api/3/issue/${item.ref.id}?deleteSubtasks=true`);
	project.nextNumber = 1;
	await bench.backup();
	return { snapshotId, items };
}

it("work items of a space that was made anew get their old keys; the numbers between are used up by placeholders", async () => {
	const { snapshotId, items } = await spaceMadeAnew([2, 4]);
	const others = keysNow();
	const plan = await bench.plan(items.map(({ ref }) => ({ ref, snapshotId })).toReversed(), options);
	const said = plan.items.map((item) => Number(/(\d+) placeholders/.exec(item.reason ?? "")?.[1] ?? 0));
	const highest = Math.max(...items.map((item) => Number(keyOf(item).split("-")[1])));
	expect(said.reduce((sum, count) => sum + count, 0)).toBe(highest - items.length);
	expect(highest).toBeGreaterThan(items.length);
	const receipt = await bench.carryOut("11111111-2222-4333-8444-555555555555", plan);
	expect(failedFields(receipt)).toEqual([]);
	expect(receipt.items.map((item) => item.now?.key).toSorted()).toEqual(items.map(keyOf).toSorted());
	expect(keysNow()).toEqual([...others, ...items.map(keyOf)].toSorted());
	const after = await bench.items(kind, await bench.backup());
	const byKey = new Map([...after.values()].map((item) => [keyOf(item), item]));
	const parentKey = (item: StoredItem | undefined) =>
		((bench.field(item, "parent") as JsonObject | null | undefined)?.key ?? null) as unknown;
	for (const item of items) expect(parentKey(byKey.get(keyOf(item)))).toBe(parentKey(item));
	expect(bench.violations()).toEqual([]);
});

it("says so, and makes nothing, when the space's numbers are past", async () => {
	const { snapshotId, items } = await spaceMadeAnew([]);
	const [first] = items;
	const space = (bench.field(first, "project") as JsonObject).key;
	const made = await bench.post("/rest/api/3/issue", {
		fields: { project: { key: space }, issuetype: { name: "Task" }, summary: "In between" },
	});
	const number = Number(String(made.key).split("-")[1]);
	const plan = await bench.plan(
		items.map(({ ref }) => ({ ref, snapshotId })),
		options,
	);
	const refused = plan.items.filter((item) => item.action === "cannot");
	expect(refused.map((item) => item.key)).toEqual(items.map(keyOf).filter((key) => Number(key.split("-")[1]) <= number));
	expect(refused[0]?.reason).toContain("past");
});

it("leaves no placeholder behind when it is interrupted anywhere and taken back", async () => {
	const { snapshotId, items } = await spaceMadeAnew([2]);
	const others = keysNow();
	const chosen = items.filter((item) => ["3", "5"].includes(keyOf(item).split("-")[1] ?? ""));
	for (const after of [3, 5, 7, 9, 12]) {
		const project = [...bench.simulator.state.jira.projects.values()].find((one) => one.typeKey === "software");
		if (project !== undefined) project.nextNumber = 1;
		const plan = await bench.plan(
			chosen.map(({ ref }) => ({ ref, snapshotId })),
			options,
		);
		const restoreId = `11111111-2222-4333-8444-5555555555${10 + after}`;
		bench.simulator.faults.inject({ kind: "reset", after, times: 1_000_000 });
		await bench.carryOut(restoreId, plan).catch(() => undefined);
		bench.simulator.faults.clear();
		await bench.undo(restoreId, plan).catch(() => undefined);
		expect(keysNow(), `cut off after ${after}`).toEqual(others);
	}
});
