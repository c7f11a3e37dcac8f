import { expect, it } from "vitest";
import { backUp, choose, countOf, editOnSite, openItem, restore, review } from "./product.ts";
import { type SiteContent, type SiteState, textsOf } from "./simulated-site.ts";
import type { Stage } from "./stage.ts";

const storageOf = (content: SiteContent | undefined): string => content?.versions.at(-1)?.body.storage ?? "";

/** The pages that are on the site, without homepages and without those that have children. */
function leaves({ confluence }: SiteState): readonly SiteContent[] {
	const contents = Object.values(confluence.contents);
	const parents = new Set(contents.map((content) => content.parentId));
	return contents.filter((content) => content.type === "page" && content.status === "current" && !parents.has(content.id));
}

/** The markers of a page's inline comments that stand in its text. */
function markersOn({ confluence }: SiteState, page: SiteContent): readonly string[] {
	return Object.values(confluence.comments)
		.filter((comment) => comment.containerId === page.id && comment.anchor !== undefined)
		.map((comment) => comment.anchor?.markerRef ?? "")
		.filter((marker) => storageOf(page).includes(marker));
}

/** Pages and attachments. */
export function pageJourneys(stage: () => Stage): void {
	it("an edited page is compared with another version and with now, and restored in place with its inline comments", async () => {
		const { site, siteName } = stage();
		const before = await site.state();
		const wanted = Object.values(before.confluence.contents).find(
			(content) => content.type === "page" && content.status === "current" && markersOn(before, content).length > 0,
		);
		if (wanted === undefined) throw new Error("the seed has no page with inline comments");
		const address = `${site.url}/wiki/spaces/${before.confluence.spaces[wanted.spaceId]?.key}/pages/${wanted.id}`;
		const page = await stage().tab();
		await editOnSite(page, address, "<p>Vandals were here.</p>");
		await backUp(page);
		expect(await countOf(page, "pages", "Changed")).toBe("1");
		await editOnSite(page, address, "<p>Vandals were here, twice.</p>");

		await page.goto("/");
		await openItem(page, wanted.title, wanted.title);
		await page.getByText("Vandals were here.").waitFor();
		await choose(page, "Preview or compare", "What changed here");
		await page.getByRole("tabpanel").getByText("Vandals were here.").waitFor();
		await page
			.getByText(/\d+ unchanged line|field differs|fields differ/)
			.first()
			.waitFor();
		await choose(page, "Layout", "Side by side");
		await choose(page, "Preview or compare", "Compare with now");
		await page.getByRole("insertion").filter({ hasText: "twice" }).waitFor();
		await page
			.getByRole("navigation", { name: "Versions" })
			.getByRole("link", { name: /First version/ })
			.click();
		await page.getByText("Vandals were here, twice.").waitFor();
		await choose(page, "Preview or compare", "Compare with…");
		await page.getByText("Vandals were here.", { exact: true }).waitFor();

		await page.getByRole("button", { name: "Restore this version…" }).click();
		await review(page);
		const plan = page.getByRole("region", { name: "Review" });
		await plan.getByRole("button", { name: "1 Change", exact: true }).waitFor();
		await plan.getByText("Vandals were here, twice.").waitFor();
		const deed = page.getByRole("button", { name: `Restore 1 page to ${siteName}` });
		expect(await deed.isDisabled()).toBe(true);
		await page.getByRole("checkbox", { name: /^Overwrite 1 item/ }).check();
		await restore(page, `Restore 1 page to ${siteName}`);
		await choose(page, "Show", "Receipt, field by field");
		await page.getByRole("row", { name: /Body Exact/ }).waitFor();

		const after = await site.state();
		const now = after.confluence.contents[wanted.id];
		expect(storageOf(now)).toBe(storageOf(wanted));
		expect(now === undefined ? [] : markersOn(after, now)).toEqual(markersOn(before, wanted));
	});

	it("pages from the trash and pages deleted for good come back together, each in its way", async () => {
		const { site, siteName } = stage();
		const before = await site.state();
		const [trashed, purged] = leaves(before).filter((content) => content.parentId !== undefined);
		if (trashed === undefined || purged === undefined) throw new Error("the seed has too few pages");
		const page = await stage().tab();
		for (const content of [trashed, purged]) {
			await page.goto(`${site.url}/wiki/spaces/${before.confluence.spaces[content.spaceId]?.key}/pages/${content.id}`);
			await page.getByRole("button", { name: "Delete page" }).click();
			await page.waitForURL("**/*view=trash");
		}
		await page.goto(`${site.url}/wiki/spaces/${before.confluence.spaces[purged.spaceId]?.key}/pages/${purged.id}`);
		await page.getByRole("button", { name: "Delete for good" }).click();
		await page.waitForURL("**/*view=trash");
		await backUp(page);
		expect(await countOf(page, "pages", "Gone")).toBe("2");

		await page.getByRole("link", { name: "Explore", exact: true }).click();
		await choose(page, "State", "Gone");
		for (const content of [trashed, purged]) {
			await page.getByRole("textbox", { name: "Search this site" }).fill(content.title);
			await page.getByRole("checkbox", { name: `Select ${content.title}` }).check();
		}
		await page.getByRole("complementary", { name: "Selected items" }).getByText("2 items selected").waitFor();
		await page.getByRole("link", { name: "Restore…" }).click();
		await review(page);
		const plan = page.getByRole("region", { name: "Review" });
		await plan.getByRole("button", { name: "1 Create" }).waitFor();
		await plan.getByRole("button", { name: "1 Take out of the trash" }).waitFor();
		await restore(page, `Restore 2 pages to ${siteName}`);

		const { contents } = (await site.state()).confluence;
		expect(contents[trashed.id]).toMatchObject({ status: "current", title: trashed.title, parentId: trashed.parentId });
		const again = Object.values(contents).find((content) => content.title === purged.title && content.spaceId === purged.spaceId);
		expect(again).toMatchObject({ status: "current", parentId: purged.parentId });
		expect(storageOf(again)).toBe(storageOf(purged));
	});

	it("an attachment that was removed comes back alone to its work item", async () => {
		const { site } = stage();
		const before = await site.state();
		// One that no other work item shows the summary of.
		const issue = Object.values(before.jira.issues).find(
			({ attachmentIds, childIds, linkIds }) => attachmentIds.length > 0 && childIds.length === 0 && linkIds.length === 0,
		);
		const file = before.jira.attachments[String(issue?.attachmentIds[0])];
		if (file === undefined || issue === undefined) throw new Error("the seed has no attachment");
		await site.call("DELETE", `/rest/api/3/attachment/${file.id}`);
		const page = await stage().tab();
		const summary = "This summary is meant to stay";
		await page.goto(`${site.url}/browse/${issue.key}`);
		await page.getByRole("textbox", { name: "Summary" }).fill(summary);
		await page.getByRole("button", { name: "Save" }).click();
		await page.getByRole("heading", { level: 1, name: summary }).waitFor();
		await backUp(page);
		expect(await countOf(page, "work items", "Changed")).toBe("1");

		await openItem(page, issue.key, summary);
		await page.getByRole("tab", { name: /Attachments/ }).click();
		const gone = page.getByRole("region", { name: "Not in this version any more" });
		await gone.getByRole("button", { name: `Restore this file: ${file.filename}` }).click();
		await review(page);
		await page.getByRole("region", { name: "Review" }).getByText(file.filename).first().waitFor();
		expect(await page.getByRole("checkbox", { name: /^Overwrite/ }).count(), "a file that is missed overwrites nothing").toBe(0);
		await restore(page, `Restore attachment ${file.filename} to ${issue.key}`);

		await page.goto(`${site.url}/browse/${issue.key}`);
		await page.getByRole("link", { name: file.filename }).waitFor();
		const { jira } = await site.state();
		const now = jira.issues[String(issue.id)];
		const files = now?.attachmentIds.map((id) => jira.attachments[String(id)]) ?? [];
		expect(files.filter((entry) => entry?.filename === file.filename)).toMatchObject([{ size: file.size }]);
		expect(now).toMatchObject({ summary, labels: issue.labels });
		// A picture in the text points to the file under its new id.
		expect(textsOf(now?.body.description)).toEqual(textsOf(issue.body.description));
	});
}
