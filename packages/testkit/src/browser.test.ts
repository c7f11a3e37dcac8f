import { expect, it } from "vitest";
import { launchBrowser } from "./browser.ts";

it("drives a real browser with nothing but the install", async () => {
	const browser = await launchBrowser(process.env);
	try {
		const page = await browser.newPage();
		await page.setContent("<button onclick='this.textContent = `clicked`'>click</button>");
		await page.click("button");
		expect(await page.textContent("button")).toBe("clicked");
	} finally {
		await browser.close();
	}
});
