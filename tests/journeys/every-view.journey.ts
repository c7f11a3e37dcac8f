import { axeViolations } from "@skyeworx/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import { type History, makeHistory } from "./history.ts";
import type { Page, Stage } from "./stage.ts";
import { type View, viewsOf } from "./views.ts";

const polling = { timeout: 60_000, interval: 100 };

async function overflow(page: Page): Promise<number> {
	return await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

const nothing: History = {
	run: { id: "", snapshotId: null },
	restore: { id: "" },
	deleted: { id: "", key: "", summary: "" },
	restored: { id: "", key: "", summary: "" },
	rich: { id: "", key: "", summary: "" },
	edited: { id: "", title: "" },
} as unknown as History;

/** What holds for every view. */
export function everyViewJourneys(stage: () => Stage): void {
	describe("every view is accessible in light and dark, and fits wide and narrow windows", () => {
		let views: readonly View[];
		let page: Page;
		beforeAll(async () => {
			views = viewsOf(stage().demo, await makeHistory(stage().demo));
			page = await stage().tab({ lasting: true, expects: /404 \(Not Found\)/ });
		});
		const names = viewsOf({ siteId: "", signInUrl: "http://127.0.0.1/" }, nothing).map((view) => view.name);
		it.each(names)("%s", async (name) => {
			await page.emulateMedia({ colorScheme: "light" });
			await page.setViewportSize({ width: 1280, height: 800 });
			await views.find((view) => view.name === name)?.open(page);
			expect(await axeViolations(page)).toEqual([]);
			await page.emulateMedia({ colorScheme: "dark" });
			await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
			// Polled: colours and widths follow the change by a frame or two.
			await expect.poll(async () => await axeViolations(page, ["color-contrast"]), polling).toEqual([]);
			for (const width of [1600, 390]) {
				await page.setViewportSize({ width, height: 800 });
				await expect.poll(async () => await overflow(page), { ...polling, message: `wider than ${width}` }).toBeLessThanOrEqual(0);
			}
		});
	});
}
