import type { Page } from "./stage.ts";

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** A pattern for names that contain the text. */
export const containing = (text: string): RegExp => new RegExp(escaped(text));

/** Clicks one of a group of options that exclude each other. */
export async function choose(page: Page, group: string, option: string): Promise<void> {
	await page.getByRole("radiogroup", { name: group, exact: true }).getByText(option, { exact: true }).click();
}

/** Waits until a run's or restore's own page says how it stands. */
export async function untilStatus(page: Page, status: "Complete" | "Failed" | "Undone" | "Running"): Promise<void> {
	await page.waitForURL(/\/(runs|restores)\/[^/]+$/);
	await page.getByRole("status").getByText(status, { exact: true }).waitFor();
}

/** Presses `Back up now` on the overview and watches the run to its end, on the page that opens. */
export async function backUp(page: Page, ends: "Complete" | "Failed" = "Complete"): Promise<void> {
	await page.goto("/");
	await page.getByRole("button", { name: /^Back up now/ }).click();
	await page.waitForURL("**/runs/*");
	await untilStatus(page, ends);
}

/** Opens an item by searching everything for it. */
export async function openItem(page: Page, words: string, title: string): Promise<void> {
	await page.getByRole("button", { name: "Search items, also deleted ones" }).click();
	await page.getByRole("combobox", { name: /^Search all sites/ }).fill(words);
	await page
		.getByRole("option", { name: containing(title) })
		.filter({ hasNotText: "Show everything" })
		.first()
		.click();
	await page.getByRole("heading", { level: 1, name: title }).waitFor();
}

/** On the restore page: waits for the plan; many items are planned only when asked for. */
export async function review(page: Page, { many = false }: { readonly many?: boolean } = {}): Promise<void> {
	if (many) await page.getByRole("button", { name: /^Review what would happen/ }).click();
	await page.getByText("Show as CLI").waitFor();
}

/** Presses the button that names the deed and watches to the end. */
export async function restore(page: Page, deed: string | RegExp, ends: "Complete" | "Failed" = "Complete"): Promise<void> {
	await page.getByRole("button", { name: deed }).click();
	await page.waitForURL("**/restores/*");
	await untilStatus(page, ends);
}

/** What a run or restore point says about one kind, in one column of its table. */
export async function countOf(page: Page, kind: string, column: string): Promise<string> {
	const table = page.getByRole("table", { name: "Counts by kind" });
	const row = table.getByRole("row").filter({ has: page.getByRole("cell", { name: new RegExp(`^${kind}$`, "i") }) });
	await row.waitFor();
	const heads = await table.getByRole("columnheader").allTextContents();
	return (await row.getByRole("cell").allTextContents())[heads.indexOf(column)] ?? "";
}

/** Writes into a page on the simulated site, as somebody who never heard of Skyeworx. */
export async function editOnSite(page: Page, address: string, body: string): Promise<void> {
	await page.goto(address);
	await page.getByRole("textbox", { name: "Body in storage format" }).fill(body);
	await page.getByRole("button", { name: "Save" }).click();
	await page.waitForURL((url) => url.pathname.startsWith("/wiki/"));
}
