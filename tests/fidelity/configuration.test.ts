import { isJsonObject, type JsonValue } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { type Made, makeOneOfEach, removeAll, spoilAll } from "./configuration-deeds.ts";
import { lessThanExact, treeOf } from "./settings-site.ts";

let bench: SiteBench;

beforeEach(async () => {
	bench = await siteBench(20, "hasty");
});
afterEach(async () => {
	expect(bench.violations()).toEqual([]);
	await bench.close();
});

/** A record without addresses; numbers that Jira gave are told apart from each other no more. */
function plain(value: JsonValue, keepIds: boolean): JsonValue {
	if (Array.isArray(value)) return value.map((one) => plain(one, keepIds));
	if (isJsonObject(value)) {
		const members = Object.entries(value).filter(([name]) => name !== "self" && name !== "links" && (keepIds || name !== "id"));
		return Object.fromEntries(members.map(([name, member]) => [keepIds ? name : (plain(name, false) as string), plain(member, keepIds)]));
	}
	if (keepIds) return value;
	const text = String(value);
	return /^\d{4,}$|^[0-9a-f]{8}-[0-9a-f-]{27}$|^customfield_\d+$/.test(text) ? "#" : value;
}

/** An empty list says as much as none; fields of a scheme have no order. */
function shown(value: JsonValue): string {
	const entries = Array.isArray(value) && value.every((one) => isJsonObject(one) && "fieldId" in one) ? value.toSorted(byField) : value;
	return JSON.stringify(entries, (_name, member: unknown) => (Array.isArray(member) && member.length === 0 ? undefined : member));
}

const byField = (one: JsonValue, other: JsonValue): number => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);

/** Compares every member that the kind's table does not declare impossible or derived. */
function differing(
	kind: string,
	way: "inPlace" | "recreated",
	before: StoredItem | undefined,
	after: StoredItem | undefined,
): readonly string[] {
	const table = bench.connector.kinds.find((one) => one.id === kind)?.fidelity ?? [];
	const [then, now] = [treeOf(before), treeOf(after)];
	if (after === undefined) return [`${kind}: it is not there`];
	return Object.keys(then).flatMap((member) => {
		const row = table.find(({ field }) => field === member);
		if (row === undefined) return [`${kind} ${member}: no row speaks of it`];
		if (row[way].level === "impossible" || row[way].level === "derived") return [];
		const [was, is] = [then, now].map((tree) => shown(plain(tree[member] ?? null, way === "inPlace")));
		return was === is ? [] : [`${kind} ${member}: ${was} became ${is}`];
	});
}

const refsOf = (made: Made) => Object.entries(made).map(([kind, id]) => ({ kind, id }));

async function itemOf(kind: string, id: string, snapshotId: number): Promise<StoredItem | undefined> {
	return (await bench.items(kind, snapshotId)).get(id);
}

describe("one of each kind of configuration", () => {
	it("that was deleted is made again in one restore, in an order in which each finds what it needs", async () => {
		const made = await makeOneOfEach(bench);
		const before = await bench.backup();
		await removeAll(bench, made);
		const gone = await bench.backup();
		for (const { kind, id } of refsOf(made)) expect([kind, await itemOf(kind, id, gone)]).toEqual([kind, undefined]);
		const selection = refsOf(made).map((ref) => ({ ref, snapshotId: before }));
		const receipt = await bench.restore(selection, { target: { type: "in-place" }, ifExists: "overwrite" });
		expect(lessThanExact(receipt).filter((line) => !/: (?:impossible|degraded)$/.test(line))).toEqual([]);
		const after = await bench.backup();
		const lines: string[] = [];
		for (const item of receipt.items) {
			const { kind, id } = item.ref;
			lines.push(...differing(kind, "recreated", await itemOf(kind, id, before), await itemOf(kind, item.now?.ref.id ?? "", after)));
		}
		expect(lines).toEqual([]);
		const lengths = async (kind: string, member: string) => {
			const list = treeOf(await itemOf(kind, receipt.items.find((item) => item.ref.kind === kind)?.now?.ref.id ?? "", after))[member];
			return Array.isArray(list) ? list.length : 0;
		};
		expect(await lengths("jira.permission-scheme", "permissions")).toBe(2);
		expect(await lengths("jira.workflow", "transitions")).toBe(2);
		expect(await lengths("jira.notification-scheme", "notificationSchemeEvents")).toBe(2);
		expect(await lengths("jira.field", "contexts")).toBe(2);
		expect(await lengths("jira.screen", "tabs")).toBe(2);
		expect(receipt.items.length).toBe(refsOf(made).length);
	});

	it("that was changed comes back in place, and a second restore finds nothing to do", async () => {
		const made = await makeOneOfEach(bench);
		const before = await bench.backup();
		await spoilAll(bench, made);
		await bench.backup();
		const selection = refsOf(made).map((ref) => ({ ref, snapshotId: before }));
		const options = { target: { type: "in-place" as const }, ifExists: "overwrite" as const };
		const receipt = await bench.restore(selection, options);
		expect(receipt.items.map((item) => [item.ref.kind, item.action])).toEqual(receipt.items.map((item) => [item.ref.kind, "change"]));
		expect(lessThanExact(receipt).filter((line) => !/: (?:impossible|degraded)$/.test(line))).toEqual([]);
		const after = await bench.backup();
		const lines: string[] = [];
		for (const { kind, id } of refsOf(made))
			lines.push(...differing(kind, "inPlace", await itemOf(kind, id, before), await itemOf(kind, id, after)));
		expect(lines.filter((line) => !newNumbers.test(line))).toEqual([]);
		const again = await bench.plan(selection, options);
		expect(
			again.items.filter((item) => item.action !== "leave").map((item) => [item.ref.kind, item.changes.map((change) => change.field)]),
		).toEqual([]);
	});

	it("is undone: what a restore made goes, and what stands beside it stays", async () => {
		const made = await makeOneOfEach(bench);
		const before = await bench.backup();
		await removeAll(bench, made);
		const gone = await bench.backup();
		const selection = refsOf(made).map((ref) => ({ ref, snapshotId: before }));
		const plan = await bench.plan(selection, { target: { type: "in-place" }, ifExists: "overwrite" });
		const restoreId = "5d0a1f2e-6a43-49a6-9b0a-64f7e7f4f1a2";
		await bench.carryOut(restoreId, plan);
		const report = await bench.undo(restoreId, plan);
		const kept = report.items.filter((item) => item.outcome !== "undone").map((item) => item.ref.kind);
		// A resolution is deleted only by giving its work items another, which nobody but a person may choose.
		expect(kept).toEqual(["jira.resolution"]);
		const after = await bench.backup();
		for (const kind of Object.keys(made).filter((one) => one !== "jira.resolution")) {
			expect([kind, [...(await bench.items(kind, after)).keys()]]).toEqual([kind, [...(await bench.items(kind, gone)).keys()]]);
		}
	});
});

/** Lists whose entries are made anew under other numbers even in place. */
const newNumbers = /^jira\.(?:permission-scheme permissions|notification-scheme notificationSchemeEvents|workflow transitions):/;
