import { expect, it } from "vitest";
import { untilStatus } from "./product.ts";
import type { Stage } from "./stage.ts";

/** When something is wrong, and while something goes on. */
export function troubleJourneys(stage: () => Stage): void {
	it("while the site is down the page says what and what to do, and goes on when it is up again", async () => {
		const { site, demo } = stage();
		const [issue] = Object.values((await site.state()).jira.issues);
		if (issue === undefined) throw new Error("the seed has no work item");
		const page = await stage().tab({ expects: /50[23] \(/ });
		const levers = await stage().tab();
		await levers.goto(site.url);
		await levers.getByRole("button", { name: "Take the site down" }).click();
		await levers.getByText("The site's APIs are down now.").waitFor();
		try {
			await page.goto(`/items/${demo.siteId}/jira.work-item/${issue.id}?version=live`);
			const alert = page.getByRole("main").getByRole("alert");
			await alert.waitFor();
			expect(await alert.textContent()).toMatch(
				/(The site answers with an error of its own|The site can't be reached|The site did not answer within).*(Check the site's address|try the live one again later)/s,
			);
			await levers.getByRole("button", { name: "Bring the site up" }).click();
			await levers.getByText("The site's APIs are up again.").waitFor();
			await alert.getByRole("button", { name: "Try again" }).click();
			await page.getByRole("heading", { level: 2, name: issue.summary }).waitFor();
			await alert.waitFor({ state: "detached" });
		} finally {
			await site.steer("bring-up");
		}
	});

	it("two tabs watch the same backup, each live", async () => {
		const profile = await stage().profile();
		const [first, second] = [await profile.newPage(), await profile.newPage()];
		await second.goto("/");
		await second.getByText("Nothing is running.", { exact: false }).waitFor();
		await stage().site.slowDown(6, 700);
		await first.goto("/");
		await first.getByRole("button", { name: /^Back up now/ }).click();
		await untilStatus(first, "Running");
		await second.getByRole("link", { name: /^Backup of .+: / }).waitFor();
		await second.getByRole("button", { name: "1 running. Show them" }).waitFor();
		await second.getByRole("table", { name: "Connected sites" }).getByText("Backing up").waitFor();
		await untilStatus(first, "Complete");
		await second.getByText("Nothing is running.", { exact: false }).waitFor();
		await second.getByRole("table", { name: "Connected sites" }).getByText("Within promise").waitFor();
		await stage().site.steer("faults", {}, "DELETE");
	});
}
