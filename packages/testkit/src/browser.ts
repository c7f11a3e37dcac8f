import chromium from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";

/** Starts the Chromium that came with the install (or the one named by CHROMIUM_PATH), headless. Close it after use. */
export async function launchBrowser(env: Readonly<Record<string, string | undefined>> = {}): Promise<Browser> {
	return await playwright.launch({
		executablePath: env.CHROMIUM_PATH ?? (await chromium.executablePath()),
		// Not the package's own list: it is for one process on Lambda and switches web security off.
		args: [
			"--no-sandbox",
			"--disable-gpu",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
			"--disable-lcd-text",
		],
		headless: true,
	});
}
