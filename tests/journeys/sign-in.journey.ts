import { expect, it } from "vitest";
import type { Stage } from "./stage.ts";

/** Who comes for the first time. */
export function signInJourneys(stage: () => Stage): void {
	it("the printed link signs in once, and the overview says in one sentence whether the site is within its promise", async () => {
		const { demo, siteName } = stage();
		const page = await stage().tab({ signedIn: false, expects: /401 \(Unauthorized\) \(.*\/api\// });
		await page.goto(demo.signInUrl);
		const sentence = page.getByRole("heading", { level: 1 }).filter({ hasText: "promise" });
		await sentence.waitFor();
		expect(await sentence.textContent()).toBe(`${siteName} is within its promise.`);
		expect(new URL(page.url()).search).toBe("");
		await page.getByRole("table", { name: "Connected sites" }).getByText("Within promise").waitFor();

		const other = await stage().tab({ signedIn: false, expects: /401 \(Unauthorized\) \(.*\/api\// });
		await other.goto(demo.signInUrl);
		const told = await other.getByRole("alert").textContent();
		expect(told).toContain("used before");
		expect(told).toContain("Sign in with the password");
		await other.getByRole("textbox", { name: "Local password" }).fill("wrong");
		await other.getByRole("button", { name: "Sign in" }).click();
		await other
			.getByRole("alert")
			.getByText(/password/)
			.first()
			.waitFor();
		await other.getByRole("textbox", { name: "Local password" }).fill(demo.password);
		await other.getByRole("button", { name: "Sign in" }).click();
		await other.getByRole("heading", { level: 1, name: `${siteName} is within its promise.` }).waitFor();

		await page.getByRole("button", { name: /account and appearance/ }).click();
		await page.getByRole("menuitem", { name: "Sign out" }).click();
		await page.getByRole("button", { name: "Sign in" }).waitFor();
		await page.goto("/explore?q=invoice");
		await page.getByRole("textbox", { name: "Local password" }).fill(demo.password);
		await page.getByRole("button", { name: "Sign in" }).click();
		await page.getByRole("heading", { level: 1, name: "Explore" }).waitFor();
		expect(await page.getByRole("textbox", { name: "Search this site" }).inputValue()).toBe("invoice");
	});
}
