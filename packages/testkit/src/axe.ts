import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

interface Violation {
	readonly id: string;
	readonly impact: string | null;
	readonly help: string;
	readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}

interface AxeWindow {
	readonly axe: { run(options: object): Promise<{ readonly violations: readonly Violation[] }> };
}

/**
 * Checks what the page shows with axe; answers one line for every serious or critical violation.
 * Its source is evaluated by the debugger, which the page's Content-Security-Policy does not forbid.
 * @param only limits it to these rules: `["color-contrast"]`
 */
export async function axeViolations(page: Page, only?: readonly string[]): Promise<readonly string[]> {
	await page.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
	const options = { resultTypes: ["violations"], ...(only === undefined ? {} : { runOnly: { type: "rule", values: only } }) };
	const { violations } = await page.evaluate(async (given) => await (globalThis as unknown as AxeWindow).axe.run(given), options);
	return violations
		.filter(({ impact }) => impact === "serious" || impact === "critical")
		.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.target.join(" ")}: ${node.failureSummary ?? ""}`));
}
