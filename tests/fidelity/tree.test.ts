import type { JsonObject } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { failedFields, restoreEverything } from "./damage.ts";

let bench: SiteBench;
beforeEach(async () => {
	bench = await siteBench(10, "hasty");
});
afterEach(() => bench.close());

const parentOf = (item: StoredItem | undefined): unknown => (item?.parts.get("") as JsonObject | undefined)?.parentId;

async function page(title: string, parentId?: string): Promise<string> {
	const body = { representation: "storage", value: `<p>${title}</p>` };
	const spaceId = await bench.firstSpace();
	const over = parentId === undefined ? {} : { parentId };
	return String((await bench.post("/wiki/api/v2/pages", { spaceId, status: "current", title, body, ...over })).id);
}

describe("a tree whose root went", () => {
	it.each(["trashed", "purged"])("stands under it again when all of it is restored: %s", async (fate) => {
		const root = await page("Root of all");
		const [first, second] = [await page("First branch", root), await page("Second branch", root)];
		const before = await bench.backup();
		await bench.remove(`/wiki/api/v2/pages/${root}`);
		if (fate === "purged") await bench.remove(`/wiki/api/v2/pages/${root}?purge=true`);
		await bench.backup();
		const receipt = await restoreEverything(bench, before);
		expect(failedFields(receipt)).toEqual([]);
		const now = receipt.items.find((item) => item.ref.id === root)?.now?.ref.id;
		expect(now).toBeDefined();
		const pages = await bench.items("confluence.page", await bench.backup());
		for (const id of [first, second]) expect(parentOf(pages.get(id))).toBe(now);
		const again = await restoreEverything(bench, before);
		expect(again.outcome).toBe("nothing-to-do");
	});
});
