import { randomUUID } from "node:crypto";
import type { StoredItem } from "@skyeworx/engine";
import { afterEach, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { sameNames } from "./item-facts.ts";
import { spoil } from "./spoil.ts";
import { rankOrder } from "./work-item-facts.ts";

let bench: SiteBench;
afterEach(() => bench.close());

const parts = ["watchers", "votes", "remote-links", "properties"];

/** What stands beside each work item, and the order of all. */
function beside(items: ReadonlyMap<string, StoredItem>) {
	const lists = [...items].map(
		([id, item]) => [id, Object.fromEntries(parts.map((part) => [part, item.parts.get(part) ?? null]))] as const,
	);
	return { lists: Object.fromEntries(lists), order: rankOrder(items.values(), sameNames) };
}

it("a restore taken back leaves watchers, properties, links to the outside and ranks as they were before it", async () => {
	bench = await siteBench(40, "hasty");
	const before = await bench.backup();
	const items = await bench.items("jira.work-item", before);
	for (const item of items.values()) await spoil(bench, item);
	const spoilt = await bench.backup();
	const selection = [...items.values()].map(({ ref }) => ({ ref, snapshotId: before }));
	const plan = await bench.plan(selection, { target: { type: "in-place" }, ifExists: "overwrite" });
	const restoreId = randomUUID();
	await bench.carryOut(restoreId, plan);
	const restored = beside(await bench.items("jira.work-item", await bench.backup()));
	expect(restored.order).toEqual(beside(items).order);
	expect(restored.lists).not.toEqual(beside(await bench.items("jira.work-item", spoilt)).lists);
	const report = await bench.undo(restoreId, plan);
	expect(report.items.filter((item) => item.outcome === "failed")).toEqual([]);
	const undone = beside(await bench.items("jira.work-item", await bench.backup()));
	expect(undone).toEqual(beside(await bench.items("jira.work-item", spoilt)));
	expect(bench.violations()).toEqual([]);
});

it("a restore taken back makes nothing that was gone before it, though the newest backup still had it", async () => {
	bench = await siteBench(20, "hasty");
	const snapshotId = await bench.backup();
	const items = await bench.items("jira.work-item", snapshotId);
	const item = [...items.values()].find((one) => bench.comments(one).length > 0);
	if (item === undefined) throw new Error("one has comments");
	const path = `/rest/api/3/issue/${item.ref.id}`;
	for (const comment of bench.comments(item)) await bench.remove(`${path}/comment/${String((comment as { id: string }).id)}`);
	const plan = await bench.plan([{ ref: item.ref, snapshotId }], { target: { type: "in-place" }, ifExists: "overwrite" });
	const restoreId = randomUUID();
	await bench.carryOut(restoreId, plan);
	expect((await bench.call("GET", `${path}/comment`)).total).toBe(bench.comments(item).length);
	expect((await bench.undo(restoreId, plan)).items.map(({ outcome }) => outcome)).toEqual(["undone"]);
	expect((await bench.call("GET", `${path}/comment`)).total).toBe(0);
});
