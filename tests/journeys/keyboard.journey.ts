import { expect, it } from "vitest";
import { review, untilStatus } from "./product.ts";
import type { Page, Stage } from "./stage.ts";

/** Presses Tab until the focus is on what is called so. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
	const seen: string[] = [];
	for (let presses = 0; presses < 120; presses++) {
		await page.keyboard.press("Tab");
		const focused = await page.evaluate(() => {
			const element = document.activeElement;
			const label =
				element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element.labels?.[0]?.textContent : undefined;
			return element?.getAttribute("aria-label") ?? label ?? element?.textContent ?? "";
		});
		if (name.test(focused)) return;
		seen.push(focused.slice(0, 40));
	}
	throw new Error(`the keyboard does not reach ${name}; it was at ${[...new Set(seen)].join(" | ")}`);
}

/** Without a mouse. */
export function keyboardJourneys(stage: () => Stage): void {
	it("with nothing but the keyboard a deleted item is found, opened, restored and opened on the site", async () => {
		const { site } = stage();
		const { jira } = await site.state();
		const issue = Object.values(jira.issues).findLast(({ childIds, linkIds }) => childIds.length === 0 && linkIds.length === 0);
		if (issue === undefined) throw new Error("the seed has no lone work item");
		await site.call("DELETE", `/rest/api/3/issue/${issue.id}`);
		const page = await stage().tab();
		await page.goto("/");
		await page.getByRole("heading", { level: 1 }).waitFor();
		await page.keyboard.press("Tab");
		expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the page");
		await tabTo(page, /^Back up now/);
		await page.keyboard.press("Enter");
		await untilStatus(page, "Complete");

		await page.keyboard.press("/");
		await page.getByRole("combobox", { name: /^Search all sites/ }).waitFor();
		await page.keyboard.type(issue.key);
		const hits = page.getByRole("listbox", { name: "Found items" });
		await hits.getByRole("option", { selected: true }).filter({ hasText: issue.key }).waitFor();
		await page.keyboard.press("ArrowDown");
		await hits.getByRole("option", { selected: true }).filter({ hasNotText: issue.summary }).waitFor();
		await page.keyboard.press("ArrowUp");
		await hits.getByRole("option", { selected: true }).filter({ hasText: issue.summary }).waitFor();
		await page.keyboard.press("Enter");
		await page.getByRole("heading", { level: 1, name: issue.summary }).waitFor();
		await tabTo(page, /^Restore…$/);
		await page.keyboard.press("Enter");
		await review(page);
		await tabTo(page, /^Reason, for the audit log/);
		await page.keyboard.type("keyboard only");
		await tabTo(page, /^Restore 1 work item to /);
		await page.keyboard.press("Enter");
		await untilStatus(page, "Complete");
		const opened = page.waitForEvent("popup");
		await tabTo(page, /^Open .* on the site$/);
		await page.keyboard.press("Enter");
		await (await opened).getByRole("heading", { level: 1, name: issue.summary }).waitFor();
	});

	it("dialogs and menus close with Escape and give the focus back", async () => {
		const page = await stage().tab();
		await page.goto("/");
		await page.getByRole("heading", { level: 1 }).waitFor();
		await tabTo(page, /^Search items, also deleted ones/);
		await page.keyboard.press("Enter");
		await page.getByRole("combobox", { name: /^Search all sites/ }).waitFor();
		await page.keyboard.press("Escape");
		await page.getByRole("dialog").waitFor({ state: "detached" });
		const focused = page.locator(":focus");
		expect(await focused.getAttribute("aria-label")).toBe("Search items, also deleted ones");
		await tabTo(page, /account and appearance/);
		await page.keyboard.press("Enter");
		await page.getByRole("menuitem", { name: "Sign out" }).waitFor();
		await page.keyboard.press("Escape");
		await page.getByRole("menu").waitFor({ state: "detached" });
		expect(await focused.getAttribute("aria-label")).toMatch(/account and appearance/);
	});
}
