import type { DemoProcess } from "../demo-process.ts";
import type { History } from "./history.ts";
import { review } from "./product.ts";
import type { Page } from "./stage.ts";

/** One view of the product, as it can be looked at. */
export interface View {
	readonly name: string;
	/** Opens it in a signed-in tab and waits until all of it is there. */
	readonly open: (page: Page) => Promise<void>;
}

/** Waits until nothing on the page is on its way. */
async function settle(page: Page): Promise<void> {
	await page.getByRole("heading", { level: 1 }).first().waitFor();
	for (const text of ["Opening the version…", "Reading it from the site…", "Searching…"]) {
		await page.getByText(text).first().waitFor({ state: "detached" });
	}
	await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
}

async function openReview(page: Page, address: string): Promise<void> {
	await page.goto(address);
	await page.getByRole("button", { name: /^Restore( this version)?…$/ }).click();
	await review(page);
}

/** Every view that has an address, and those that a person comes to by pressing something. */
export function viewsOf({ siteId, signInUrl }: Pick<DemoProcess, "siteId" | "signInUrl">, history: History): readonly View[] {
	const { run, restore, rich, deleted, restored, edited } = history;
	const item = `/items/${siteId}/jira.work-item/${rich.id}`;
	const lost = `/items/${siteId}/jira.work-item/${deleted.id}`;
	const successor = `/items/${siteId}/jira.work-item/${restored.id}`;
	const words = deleted.summary
		.split(" ")
		.toSorted((a, b) => b.length - a.length)
		.slice(0, 3);
	const page = `/items/${siteId}/confluence.page/${edited.id}`;
	const at = (name: string, address: string): View => ({
		name,
		open: async (tab) => {
			await tab.goto(address);
			await settle(tab);
		},
	});
	return [
		at("overview", "/"),
		at("setup", "/setup"),
		at("explore", "/explore"),
		at("explore-found", `/explore?q=${encodeURIComponent(words.join(" "))}`),
		at("explore-deleted", "/explore?state=deleted"),
		at("explore-nothing", "/explore?q=nowhereatall"),
		at("changers", "/changers"),
		at("item", item),
		at("item-comments", `${item}?tab=comments`),
		at("item-files", `${item}?tab=files`),
		at("item-history", `${item}?tab=history`),
		at("item-related", `${item}?tab=related`),
		at("item-all-fields", `${item}?tab=all-fields`),
		at("item-deleted", lost),
		at("page", page),
		at("diff", `${page}?compare=previous`),
		at("item-restored", successor),
		at("diff-now", `${successor}?compare=live`),
		at("restore-nothing", "/restore"),
		{ name: "plan-create", open: async (tab) => await openReview(tab, lost) },
		{ name: "plan-change", open: async (tab) => await openReview(tab, `${page}?version=${(run.snapshotId ?? 0) - 1}`) },
		at("restores", "/restores"),
		at("watch", `/restores/${restore.id}`),
		at("receipt", `/restores/${restore.id}?show=receipt`),
		at("backups", "/backups"),
		at("restore-points", "/backups?tab=snapshots"),
		at("run", `/runs/${run.id}`),
		at("restore-point", `/snapshots/${siteId}/${run.snapshotId}`),
		at("policies", "/policies"),
		at("insights", "/insights"),
		at("insights-month", "/insights?days=30"),
		at("audit", "/audit"),
		at("settings", "/settings"),
		at("settings-site", `/settings/sites/${siteId}`),
		at("settings-storage", "/settings/storage"),
		at("settings-api-keys", "/settings/api-keys"),
		at("settings-members", "/settings/members"),
		at("settings-sign-in", "/settings/sign-in"),
		at("settings-approvals", "/settings/approvals"),
		at("settings-notices", "/settings/notices"),
		at("settings-data", "/settings/data"),
		at("settings-coverage", "/settings/coverage"),
		at("no-such-page", "/nowhere"),
		at("sign-in", new URL(signInUrl).pathname),
		{
			name: "search",
			open: async (tab) => {
				await tab.goto("/");
				await tab.getByRole("button", { name: "Search items, also deleted ones" }).click();
				await tab.getByRole("combobox", { name: /^Search all sites/ }).fill("the");
				await tab.getByRole("option", { selected: true }).filter({ hasNotText: "Show everything" }).waitFor();
			},
		},
	];
}
