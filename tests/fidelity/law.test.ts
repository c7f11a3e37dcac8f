import type { JsonObject } from "@skyeworx/core";
import type { RestoreReceipt, StoredItem } from "@skyeworx/engine";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { failedFields, restorable, restoreEverything } from "./damage.ts";
import { type Names, sameNames } from "./item-facts.ts";
import { namesAfter } from "./names-after.ts";
import { differencesAfterRestore } from "./same-item.ts";
import { spoil } from "./spoil.ts";
import { rankOrder } from "./work-item-facts.ts";

let bench: SiteBench;

async function allItems(snapshotId: number): Promise<Map<string, StoredItem>> {
	const items = new Map<string, StoredItem>();
	for (const kind of restorable) for (const [id, item] of await bench.items(kind, snapshotId)) items.set(`${kind}/${id}`, item);
	return items;
}

async function differences(before: number, after: number, receipt: RestoreReceipt, names: Names): Promise<readonly string[]> {
	const [was, is] = [await allItems(before), await allItems(after)];
	const lines: string[] = [];
	for (const { ref } of receipt.items) {
		const item = was.get(`${ref.kind}/${ref.id}`);
		const id = names.id(ref.kind, ref.id);
		const now = is.get(`${ref.kind}/${id}`);
		if (item === undefined || now === undefined) lines.push(`${ref.kind}/${ref.id} is not there`);
		else {
			const table = bench.connector.kinds.find((kind) => kind.id === ref.kind)?.fidelity ?? [];
			lines.push(...(await differencesAfterRestore(item, now, { table, way: id === ref.id ? "inPlace" : "recreated", names })));
		}
	}
	return lines;
}

describe.each([false, true])("a restore of everything, documents with unknown media refused: %s", (refuseUnknownMedia) => {
	beforeEach(async () => {
		bench = await siteBench(60, "hasty");
		bench.simulator.state.switches.refuseUnknownMedia = refuseUnknownMedia;
	});
	afterEach(() => bench.close());

	async function restoredAfter(destroy: (items: ReadonlyMap<string, StoredItem>) => Promise<void>): Promise<RestoreReceipt> {
		const before = await bench.backup();
		await destroy(await allItems(before));
		await bench.backup();
		const receipt = await restoreEverything(bench, before);
		expect(failedFields(receipt)).toEqual([]);
		const [after, names] = [await bench.backup(), namesAfter(bench, receipt)];
		expect(await differences(before, after, receipt, names)).toEqual([]);
		const workItems = async (id: number) => (await bench.items("jira.work-item", id)).values();
		expect(rankOrder(await workItems(after), sameNames)).toEqual(rankOrder(await workItems(before), names));
		expect(bench.violations()).toEqual([]);
		return receipt;
	}

	it("brings back deleted work items and purged pages, but for what their tables declare", async () => {
		const receipt = await restoredAfter(async (items) => {
			for (const { ref } of items.values()) {
				if (ref.kind === "jira.work-item") await bench.remove(`/rest/api/3/issue/${ref.id}?deleteSubtasks=true`);
			}
			for (const { ref, parts } of items.values()) {
				if (ref.kind === "jira.work-item" || !hasParent(ref.kind, parts.get("") as JsonObject)) continue;
				const path = `/wiki/api/v2/${ref.kind === "confluence.page" ? "pages" : "blogposts"}/${ref.id}`;
				await bench.remove(path);
				await bench.remove(`${path}?purge=true`);
			}
		});
		expect(receipt.totals.created).toBeGreaterThan(70);
	});

	it.runIf(refuseUnknownMedia)("writes edited items back in place", async () => {
		const receipt = await restoredAfter(async (items) => {
			for (const item of items.values()) await spoil(bench, item);
		});
		expect(receipt.totals.changed).toBeGreaterThan(70);
	});

	it.runIf(refuseUnknownMedia)("takes trashed pages out of the trash", async () => {
		const receipt = await restoredAfter(async (items) => {
			for (const { ref, parts } of items.values()) {
				if (ref.kind === "jira.work-item" || !hasParent(ref.kind, parts.get("") as JsonObject)) continue;
				await bench.remove(`/wiki/api/v2/${ref.kind === "confluence.page" ? "pages" : "blogposts"}/${ref.id}`);
			}
		});
		expect(receipt.totals.untrashed).toBeGreaterThan(10);
	});
});

/** A space's home page has none, and goes only with its space. */
function hasParent(kind: string, main: JsonObject): boolean {
	return kind === "confluence.blog-post" || typeof main.parentId === "string";
}
