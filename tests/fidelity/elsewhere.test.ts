import { createHash } from "node:crypto";
import type { JsonObject, JsonValue } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { failedFields } from "./damage.ts";

const kind = "jira.work-item";
let here: SiteBench;

beforeEach(async () => {
	here = await siteBench(60, "hasty");
});
afterEach(() => here.close());

function fieldsOf(item: StoredItem | undefined): JsonObject {
	if (item === undefined) throw new Error("the item is not there");
	return (item.parts.get("") as { readonly fields: JsonObject }).fields;
}
const named = (value: JsonValue | undefined): string => String((value as JsonObject | null | undefined)?.name ?? "");
const spaceOf = (item: StoredItem): string => String((fieldsOf(item).project as JsonObject).id);

/** The whole state of Jira's work items, to prove that nothing else was touched. */
function picture(bench: SiteBench, ids: readonly string[]): string {
	const { issues } = bench.simulator.state.jira;
	const shown = (_name: string, value: unknown) => (value instanceof Map || value instanceof Set ? [...value] : value);
	// A copy below the same parent is told there, too.
	const told = (id: string) => JSON.stringify(issues.get(Number(id)), shown).replaceAll(/"childIds":\[[^\]]*\]/g, "");
	return createHash("sha256").update(ids.map(told).join()).digest("hex");
}

/** An epic with everything below it, as a snapshot has it. */
function treeOf(items: ReadonlyMap<string, StoredItem>): readonly StoredItem[] {
	const parentOf = (item: StoredItem) => String((fieldsOf(item).parent as JsonObject | null | undefined)?.id ?? "");
	const below = (id: string): StoredItem[] =>
		[...items.values()].filter((item) => parentOf(item) === id).flatMap((item) => [item, ...below(item.ref.id)]);
	const trees = [...items.values()].filter((item) => parentOf(item) === "").map((item) => [item, ...below(item.ref.id)]);
	return trees.toSorted((a, b) => b.length - a.length)[0] ?? [];
}

describe("work items that are restored elsewhere", () => {
	it("come into another space as items of their own, a tree as a tree, and the originals are not touched", async () => {
		const snapshotId = await here.backup();
		const items = await here.items(kind, snapshotId);
		const tree = treeOf(items);
		expect(tree.length).toBeGreaterThan(2);
		const [top] = tree;
		if (top === undefined) throw new Error("there is a tree");
		const { typeKey } = here.simulator.state.jira.projects.get(spaceOf(top)) ?? {};
		const target = [...here.simulator.state.jira.projects.values()].find((one) => one.typeKey === typeKey && one.id !== spaceOf(top));
		const before = picture(here, [...items.keys()]);
		const receipt = await here.restore(
			tree.map(({ ref }) => ({ ref, snapshotId })),
			{ target: { type: "copy", spaceId: target?.key ?? "", unmarked: true }, ifExists: "overwrite" },
		);
		expect(receipt.items.map((item) => item.reason ?? item.outcome)).toEqual(tree.map(() => "restored"));
		expect(picture(here, [...items.keys()])).toBe(before);
		const after = await here.items(kind, await here.backup());
		const now = new Map(receipt.items.map((item) => [item.ref.id, item.now?.ref.id ?? ""]));
		for (const item of tree) {
			const copy = after.get(now.get(item.ref.id) ?? "");
			expect(fieldsOf(copy).summary).toBe(fieldsOf(item).summary);
			expect(named(fieldsOf(copy).issuetype)).toBe(named(fieldsOf(item).issuetype));
			expect((fieldsOf(copy).project as JsonObject).key).toBe(target?.key);
			const parent = (fieldsOf(item).parent as JsonObject | undefined)?.id;
			if (item !== top) expect((fieldsOf(copy).parent as JsonObject).id).toBe(now.get(String(parent)));
		}
		expect(here.violations()).toEqual([]);
	});

	it("come to another site by names, with people by account, e-mail or stand-in; what has no counterpart is said before", async () => {
		const there = await siteBench(12, "hasty");
		try {
			const snapshotId = await here.backup();
			const items = await here.items(kind, snapshotId);
			const chosen = [...items.values()].filter((item) => spaceOf(item) === spaceOf([...items.values()][0] as StoredItem));
			const standIn = there.simulator.site.accountId;
			const others = [...there.simulator.state.jira.issues.keys()].map(String);
			const before = picture(there, others);
			renameAccounts(there);
			const spaceKey = [...there.simulator.state.jira.projects.values()].find((project) => project.typeKey === "software")?.key ?? "";
			const { plan, receipt, undo } = await here.restoreTo(
				there,
				chosen.map(({ ref }) => ({ ref, snapshotId })),
				{ target: { type: "copy", siteId: "other", spaceId: spaceKey, unmarked: true }, ifExists: "overwrite", standIn },
			);
			expect(plan.totals.create).toBe(chosen.length);
			expect(plan.items.flatMap((item) => item.losses).map((loss) => loss.reason)).toContain(
				"Not known on the target site: the stand-in is set instead.",
			);
			expect(failedFields(receipt).filter((line) => !/fields\.(status|resolution|components|versions|fixVersions)/.test(line))).toEqual([]);
			expect(receipt.items.every((item) => item.outcome === "restored")).toBe(true);
			expect(picture(there, others)).toBe(before);
			const made = receipt.items.map((item) => there.simulator.state.jira.issues.get(Number(item.now?.ref.id)));
			const known = new Set(there.simulator.state.accounts.keys());
			for (const issue of made) expect(issue?.assignee === undefined || known.has(issue.assignee)).toBe(true);
			expect((await undo()).items.map((item) => item.outcome)).toEqual(chosen.map(() => "undone"));
			expect([...there.simulator.state.jira.issues.keys()].map(String)).toEqual(others);
			expect([...here.violations(), ...there.violations()]).toEqual([]);
		} finally {
			await there.close();
		}
	});
});

/** Half of the people are known there by another account, a few by their e-mail address alone. */
function renameAccounts(bench: SiteBench): void {
	const { accounts } = bench.simulator.state;
	for (const [index, account] of [...accounts.values()].entries()) {
		if (account.accountId === bench.simulator.site.accountId || index % 2 === 0) continue;
		accounts.delete(account.accountId);
		const accountId = `${account.accountId}-there`;
		const emailAddress = index % 3 === 0 ? account.emailAddress : `other-${index}@example.com`;
		accounts.set(accountId, { ...account, accountId, emailAddress });
	}
}
