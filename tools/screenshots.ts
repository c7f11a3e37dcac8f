import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeHistory } from "../tests/journeys/history.ts";
import { type Page, Stage } from "../tests/journeys/stage.ts";
import { viewsOf } from "../tests/journeys/views.ts";

/** What README and docs show, by the view that it shows. */
const forDocs: Readonly<Record<string, string>> = {
	overview: "overview",
	"explore-found": "explore",
	item: "item",
	diff: "diff",
	"plan-create": "plan",
	receipt: "receipt",
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { all: { type: "boolean" }, seed: { type: "string" } } });
const folder = positionals[0] ?? "docs/screenshots";
mkdirSync(folder, { recursive: true });

async function picture(page: Page, name: string, fullPage: boolean): Promise<void> {
	const path = join(folder, `${name}.png`);
	await page.screenshot({ path, fullPage, animations: "disabled", caret: "hide" });
	console.log(`${path}: ${Math.round(statSync(path).size / 1024)} KB`);
}

const stage = await Stage.open(values.seed ?? "small");
try {
	if (values.all) {
		const page = await stage.tab();
		for (const [name, address] of [
			["overview-empty", "/"],
			["restores-empty", "/restores"],
		] as const) {
			await page.goto(address);
			await page.getByText(/Nothing was restored yet/).waitFor();
			await picture(page, name, true);
		}
	}
	const views = viewsOf(stage.demo, await makeHistory(stage.demo));
	const looks = values.all
		? [false, true].flatMap((dark) => [1600, 390].map((width) => ({ dark, width })))
		: [{ dark: false, width: 1280 }];
	for (const { dark, width } of looks) {
		const page = await stage.tab({ dark, width });
		for (const view of views) {
			const name = forDocs[view.name];
			if (!values.all && name === undefined) continue;
			await view.open(page);
			await picture(page, values.all ? `${view.name}-${dark ? "dark" : "light"}-${width}` : (name ?? view.name), values.all === true);
		}
		await page.close();
	}
} finally {
	await stage.close();
}
