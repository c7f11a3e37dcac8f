import { expect, it } from "vitest";
import { backUp, editOnSite, restore, review } from "./product.ts";
import type { SiteContent, SiteState } from "./simulated-site.ts";
import type { Stage } from "./stage.ts";

const bodyOf = ({ confluence }: SiteState, id: string): string => confluence.contents[id]?.versions.at(-1)?.body.storage ?? "";

/** Somebody finds out who did damage, and takes back exactly that. */
export function changersJourneys(stage: () => Stage): void {
	it("what one account changed is found by its name, chosen item by item and taken back; nothing else changes", async () => {
		const { site } = stage();
		const page = await stage().tab();
		await backUp(page);
		const before = await site.state();
		const pages = Object.values(before.confluence.contents).filter(({ type, status }) => type === "page" && status === "current");
		const [mended, left] = pages as [SiteContent, SiteContent];
		for (const { id, spaceId } of [mended, left]) {
			await editOnSite(page, `${site.url}/wiki/spaces/${before.confluence.spaces[spaceId]?.key}/pages/${id}`, "<p>Run 4711 ok.</p>");
		}
		await backUp(page);
		const ruined = await site.state();

		await page.goto("/restore");
		await page.getByRole("link", { name: "What one account changed" }).click();
		await page.getByRole("heading", { level: 1, name: "Who changed what" }).waitFor();
		const accounts = page.getByRole("table", { name: "Accounts that changed something" });
		await accounts.getByRole("cell", { name: "2", exact: true }).waitFor();
		await accounts.getByRole("button", { name: /^Show what .+ changed$/ }).click();
		await page.getByRole("checkbox", { name: `Take back ${mended.title}` }).waitFor();
		await page.getByRole("checkbox", { name: `Take back ${left.title}` }).uncheck();
		await page.getByRole("button", { name: "Review taking back 1 item" }).click();
		await review(page);
		await page.getByRole("checkbox", { name: /^Overwrite 1 item/ }).check();
		await restore(page, /^Restore 1 page to /);

		const after = await site.state();
		expect(bodyOf(after, mended.id)).toBe(bodyOf(before, mended.id));
		expect(bodyOf(after, left.id)).toBe("<p>Run 4711 ok.</p>");
		const others = ({ confluence }: SiteState) => Object.entries(confluence.contents).filter(([id]) => id !== mended.id);
		expect(others(after)).toEqual(others(ruined));
	});
}
