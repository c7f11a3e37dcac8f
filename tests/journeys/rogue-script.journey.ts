import { expect, it } from "vitest";
import { backUp, choose, countOf, restore, review } from "./product.ts";
import type { SiteIssue, SiteState } from "./simulated-site.ts";
import type { Stage } from "./stage.ts";

const byId = ({ jira }: SiteState, projectId: string): ReadonlyMap<number, SiteIssue> =>
	new Map(Object.values(jira.issues).flatMap((issue) => (issue.projectId === projectId ? [[issue.id, issue] as const] : [])));

/** What a person wrote. */
const words = ({ summary, labels, body }: SiteIssue) => ({ summary, labels, description: body.description });

/** The site without the ruined project's work items, and without what points at them from elsewhere. */
function elsewhere({ jira, confluence }: SiteState, projectId: string) {
	const issues = Object.values(jira.issues).filter((issue) => issue.projectId !== projectId);
	return { confluence, issues: issues.map(({ linkIds: _links, ...issue }) => issue) };
}

/** Many items at once. */
export function rogueScriptJourneys(stage: () => Stage): void {
	it("after a rogue script everything it touched comes back, and nothing outside the selection changes", async () => {
		const { site } = stage();
		const before = await site.state();
		const project = Object.values(before.jira.projects).find(({ name }) => !/service|help|support/i.test(name));
		if (project === undefined) throw new Error("the seed has no software space");
		const page = await stage().tab();
		await backUp(page);
		await page.goto(site.url);
		await page.getByRole("combobox", { name: "Space" }).selectOption({ label: `Jira: ${project.name}` });
		await page.getByRole("button", { name: "Run rogue script" }).click();
		await page.getByText(/^The rogue script edited \d+ and deleted \d+ items/).waitFor();
		const ruined = byId(await site.state(), project.id);
		const whole = byId(before, project.id);
		const deleted = [...whole.values()].filter(({ id }) => !ruined.has(id));
		const edited = [...whole.values()].filter(({ id, summary }) => ruined.get(id)?.summary !== summary && ruined.has(id));
		expect(deleted.length).toBeGreaterThan(2);
		expect(edited.length).toBeGreaterThan(5);

		await backUp(page);
		expect(await countOf(page, "work items", "Gone")).toBe(String(deleted.length));
		await page.getByRole("link", { name: "Open the restore point" }).click();
		await choose(page, "Change", "Gone");
		await page.getByRole("button", { name: `Select ${deleted.length} items as before` }).click();
		await choose(page, "Change", "Changed");
		await page.getByRole("button", { name: /^Select \d+ items as before$/ }).click();
		await page.getByRole("link", { name: "Restore…" }).click();

		const [left] = edited;
		if (left === undefined) throw new Error("nothing was edited");
		const more = page.getByRole("button", { name: /^Show \d+ more of/ });
		await more.click();
		await page.getByRole("button", { name: `Leave out ${left.key}`, exact: true }).click();
		await review(page, { many: true });
		const plan = page.getByRole("region", { name: "Review" });
		await plan.getByRole("button", { name: `${deleted.length} Create` }).waitFor();
		await page.getByRole("checkbox", { name: /^Overwrite \d+ items/ }).check();
		await restore(page, /^Restore \d+ (work items|items) to /);

		const after = await site.state();
		const mended = byId(after, project.id);
		expect(mended.size).toBe(whole.size);
		for (const { id, key, ...issue } of edited.slice(1)) expect(words(mended.get(id) ?? left), key).toEqual(words({ id, key, ...issue }));
		expect(mended.get(left.id)).toEqual(ruined.get(left.id));
		for (const lost of deleted) {
			const back = [...mended.values()].find(({ id, summary }) => !whole.has(id) && summary === lost.summary);
			expect(back && words(back), lost.key).toEqual(words(lost));
			expect(back?.body.comments.length, lost.key).toBe(lost.body.comments.length);
			expect(back?.attachmentIds.length, lost.key).toBe(lost.attachmentIds.length);
		}
		const untouched = [...whole.values()].filter(({ id }) => ruined.has(id) && !edited.some((entry) => entry.id === id));
		for (const issue of untouched) expect(words(mended.get(issue.id) ?? left), issue.key).toEqual(words(issue));
		expect(elsewhere(after, project.id)).toEqual(elsewhere(before, project.id));
	});
}
