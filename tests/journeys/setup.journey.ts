import { expect, it, onTestFinished } from "vitest";
import { startSimulator } from "../../packages/simulator/src/index.ts";
import { restore, review } from "./product.ts";
import type { Page, Stage } from "./stage.ts";

const current = (page: Page, step: string) =>
	page.getByRole("list", { name: "Steps of the set-up" }).locator('[aria-current="step"]').getByText(step);

async function now(page: Page, step: string): Promise<void> {
	await current(page, step)
		.waitFor()
		.catch(async (cause: unknown) => {
			throw new Error(`"${step}" did not come; the page says: ${await page.locator("main").textContent()}`, { cause });
		});
}

/** The group that is asked for, of the code that is shown. */
async function giveBack(page: Page): Promise<void> {
	const code = (await page.getByText(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){5,}$/).textContent()) ?? "";
	const asked = page.getByRole("textbox", { name: /^Group \d of the recovery code/ });
	const group = Number(/^Group (\d)/.exec((await page.getByText(/^Group \d of the recovery code/).textContent()) ?? "")?.[1]);
	await asked.fill(code.split("-")[group - 1] ?? "");
	await page.getByRole("button", { name: "I have kept it" }).click();
}

/** The dialog says so while a backup that the schedule began is at work; then one presses again. */
async function makeAnotherKit(page: Page): Promise<void> {
	const dialog = page.getByRole("dialog");
	const code = page.getByText("Recovery code", { exact: true });
	for (;;) {
		await dialog.getByRole("button", { name: "Make another kit" }).click();
		await code.or(dialog.getByRole("alert")).first().waitFor();
		if (await code.isVisible()) return;
	}
}

/** From nothing to a restore that was tried out, on a site of its own; the last journey, for afterwards there are two sites. */
export function setupJourneys(stage: () => Stage): void {
	it("a site is connected without a token, the browser closed in the middle of the set-up, and an item restored at its end", async () => {
		const atlassian = await startSimulator({ seed: 20, validate: "throw" });
		onTestFinished(async () => await atlassian.stop());
		// Another site than the one that is connected already.
		Object.assign(atlassian.state, { cloudId: "8d0cdb38-5b9b-4a0c-9c0a-3a4f6a2f9d18" });
		const page = await stage().tab();
		await page.goto("/settings");
		await page.getByRole("link", { name: "Connect a site" }).click();
		await now(page, "Connect");
		await page.getByRole("textbox", { name: "Client id of the app" }).fill(atlassian.oauth.clientId);
		await page.getByRole("textbox", { name: "Secret of the app" }).fill(atlassian.oauth.clientSecret);
		await page.getByText("Other addresses than Atlassian’s own").first().click();
		await page.getByRole("textbox", { name: "Address to agree at" }).fill(atlassian.url);
		await page.getByRole("textbox", { name: "Address of the API" }).fill(atlassian.url);
		await page.getByRole("button", { name: "Choose the site at Atlassian" }).click();
		await page.waitForURL(/\/setup\?grant=/);
		await page.getByRole("button", { name: "Connect this site" }).click();
		await now(page, "What was found");
		await page.getByText("Protected", { exact: true }).waitFor();
		await page.getByRole("button", { name: "I have seen it" }).click();
		await now(page, "Where it is kept, and the recovery kit");
		await page.getByText("Recovery code", { exact: true }).waitFor();
		await page.close();

		// Nobody has kept the kit, and nothing shows it again.
		const later = await stage().tab({ expects: /409 \(Conflict\)/ });
		await later.goto("/");
		await later.getByRole("button", { name: "Go on with the set-up" }).click();
		await now(later, "Where it is kept, and the recovery kit");
		await later.getByRole("button", { name: "I have no kit: make another" }).click();
		await makeAnotherKit(later);
		await giveBack(later);
		await now(later, "How often, how long");
		await later.getByRole("button", { name: "Save and go on" }).click();
		await now(later, "First backup");
		// The schedule may have begun it by itself.
		const begin = later.getByRole("button", { name: "Begin the first backup" });
		await begin.or(later.getByRole("progressbar")).or(current(later, "Trial restore")).first().waitFor();
		if (await begin.isVisible()) await begin.click();
		// A page that is left before it has asked asks nothing.
		await later.getByRole("progressbar").or(current(later, "Trial restore")).first().waitFor();
		await later.reload();
		await now(later, "Trial restore");
		await later.getByRole("button", { name: "Review a copy of it" }).click();
		await review(later);
		await later.getByRole("button", { name: "Grant it at Atlassian" }).click();
		await later.getByText("The consent was given").waitFor();
		await restore(later, /^Copy 1 /);
		const address = await siteOf(later);
		await later.goto(address);
		await later.getByRole("heading", { name: / is set up$/ }).waitFor();
		await later.goto("/");
		await later.getByRole("heading", { level: 1 }).waitFor();
		expect(await later.getByRole("button", { name: "Go on with the set-up" }).count()).toBe(0);
	});
}

async function siteOf(page: Page): Promise<string> {
	const answer = await page.request.get("/api/sites");
	const { items } = (await answer.json()) as { readonly items: readonly { readonly id: string }[] };
	return `/setup?site=${items.at(-1)?.id ?? ""}`;
}
