import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeHistory } from "../tests/journeys/history.ts";
import { type Page, Stage } from "../tests/journeys/stage.ts";
import { viewsOf } from "../tests/journeys/views.ts";
import { shrinkPng } from "./shrink-png.ts";

/** What README and docs show, by the view that it shows: one picture of every page. */
const forDocs: Readonly<Record<string, string>> = {
	overview: "overview",
	"explore-found": "explore",
	item: "item",
	page: "page",
	diff: "diff",
	"plan-create": "plan",
	restores: "restores",
	watch: "restore",
	receipt: "receipt",
	backups: "backups",
	"restore-points": "restore-points",
	run: "run",
	"restore-point": "restore-point",
	policies: "policies",
	insights: "insights",
	audit: "audit",
	setup: "setup",
	settings: "sites",
	"settings-site": "site",
	"settings-storage": "storage",
	"settings-members": "members",
	"settings-sign-in": "sign-in-settings",
	"settings-approvals": "approvals",
	"settings-notices": "notices",
	"settings-api-keys": "api-keys",
	"settings-coverage": "coverage",
	"settings-data": "data",
	"sign-in": "sign-in",
	search: "search",
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { all: { type: "boolean" }, seed: { type: "string" } } });
const folder = positionals[0] ?? "docs/screenshots";
mkdirSync(folder, { recursive: true });

async function picture(page: Page, name: string, fullPage: boolean): Promise<void> {
	const path = join(folder, `${name}.png`);
	const png = shrinkPng(await page.screenshot({ fullPage, animations: "disabled", caret: "hide" }));
	writeFileSync(path, png);
	console.log(`${path}: ${Math.round(png.length / 1024)} KB`);
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
		for (const view of views) {
			const name = forDocs[view.name];
			if (!values.all && name === undefined) continue;
			const page = await stage.tab({ dark, width });
			await view.open(page);
			if (name === "plan" && !values.all)
				await page.getByRole("heading", { name: "Where", exact: true }).evaluate((head) => head.scrollIntoView());
			await picture(page, values.all ? `${view.name}-${dark ? "dark" : "light"}-${width}` : (name ?? view.name), values.all === true);
			await page.context().close();
		}
	}
} finally {
	await stage.close();
}
