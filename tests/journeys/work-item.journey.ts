import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { backUp, choose, containing, countOf, openItem, restore, review, untilStatus } from "./product.ts";
import { type SiteState, textsOf } from "./simulated-site.ts";
import type { Stage } from "./stage.ts";

/** A work item that has everything: comments, an attachment, a description. */
function richIssue({ jira }: SiteState) {
	const issue = Object.values(jira.issues).find(
		({ attachmentIds, childIds, body }) =>
			attachmentIds.length > 0 && childIds.length === 0 && body.comments.length > 0 && body.description !== null,
	);
	const file = jira.attachments[String(issue?.attachmentIds[0])];
	if (issue === undefined || file === undefined) throw new Error("the seed has no work item with an attachment");
	const words = (node: unknown): string =>
		textsOf(node)
			.toSorted((a, b) => b.length - a.length)[0]
			?.trim() ?? "";
	return { issue, file, description: words(issue.body.description), comment: words(issue.body.comments[0]?.body) };
}

/** A deleted work item. */
export function workItemJourneys(stage: () => Stage): void {
	it("a deleted work item is found by key and by words, looked at, restored, opened on the site, and taken back", async () => {
		const { site, siteName } = stage();
		const { issue, file, description, comment } = richIssue(await site.state());
		const page = await stage().tab();
		await page.goto(`${site.url}/browse/${issue.key}`);
		await page.getByRole("button", { name: "Delete work item" }).click();
		await page.waitForURL("**/projects/*");

		await backUp(page);
		expect(await countOf(page, "work items", "Gone")).toBe("1");

		const search = page.getByRole("combobox", { name: /^Search all sites/ });
		const hit = page.getByRole("option", { name: containing(issue.summary) });
		await page.getByRole("button", { name: "Search items, also deleted ones" }).click();
		for (const words of [issue.key, issue.key.toLowerCase(), description.split(" ").slice(0, 6).join(" ")]) {
			await search.fill("");
			await hit.waitFor({ state: "detached" });
			await search.fill(words);
			await hit.getByText("Deleted or hidden", { exact: true }).waitFor();
		}
		await page.keyboard.press("Escape");

		await openItem(page, issue.key, issue.summary);
		const versions = page.getByRole("navigation", { name: "Versions" });
		await versions.getByText("Deleted or hidden").waitFor();
		await versions.getByRole("link", { name: /First version/ }).click();
		await page.getByRole("tabpanel").getByText(description).waitFor();
		await page.getByRole("tab", { name: /Comments/ }).click();
		await page.getByRole("tabpanel").getByText(comment).waitFor();
		await page.getByRole("tab", { name: /Attachments/ }).click();
		const download = page.waitForEvent("download");
		await page.getByRole("link", { name: `Download ${file.filename}` }).click();
		const saved = await download;
		expect(saved.suggestedFilename()).toBe(file.filename);
		expect((await readFile(await saved.path())).byteLength).toBe(file.size);

		await page.getByRole("button", { name: "Restore…" }).click();
		for (const step of ["What", "Where", "Review"]) await page.getByRole("heading", { level: 2, name: step, exact: true }).waitFor();
		await review(page);
		const plan = page.getByRole("region", { name: "Review" });
		await plan.getByRole("button", { name: "1 Create" }).waitFor();
		await plan.getByText(/can’t come back/).waitFor();
		await page.getByLabel("Reason, for the audit log").fill("deleted by mistake");
		await restore(page, `Restore 1 work item to ${siteName}`);
		await page.getByText("“deleted by mistake”").waitFor();

		const items = page.getByRole("table", { name: "Restored items" });
		const opened = page.waitForEvent("popup");
		await items.getByRole("link", { name: /^Open .* on the site$/ }).click();
		const onSite = await opened;
		await onSite.getByRole("heading", { level: 1, name: issue.summary }).waitFor();
		await onSite.getByText(comment).first().waitFor();
		await onSite.getByRole("link", { name: file.filename }).first().waitFor();

		await choose(page, "Show", "Receipt, field by field");
		const fields = page.getByRole("table", { name: containing(issue.summary) });
		await fields.getByRole("row", { name: /Summary Exact/ }).waitFor();
		await fields.getByRole("row", { name: /Description Exact/ }).waitFor();

		await page.getByRole("button", { name: "Undo this restore…" }).click();
		await page
			.getByRole("dialog")
			.getByRole("button", { name: /^Undo the restore of/ })
			.click();
		await untilStatus(page, "Undone");
		await onSite.reload();
		await onSite.getByText(/There is no work item/).waitFor();
		await page.goto("/audit");
		const log = page.getByRole("table", { name: /audit/i });
		for (const action of ["backup.run", "restore.plan", "restore.run", "restore.undo"])
			await log.getByText(action, { exact: true }).first().waitFor();
		await page.getByText("Chain verified").waitFor();
	});
}
