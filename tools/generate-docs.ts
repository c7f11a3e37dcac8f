import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { settingRows } from "@skyeworx/server";
import { coverageDocument, coverageSummary } from "./coverage-document.ts";

const root = join(import.meta.dirname, "..");

function between(text: string, name: string, content: string): string {
	const pattern = new RegExp(`(<!-- generated: ${name} -->\\n)[\\s\\S]*?(<!-- end -->)`);
	if (!pattern.test(text)) throw new Error(`README.md has no part "${name}"`);
	return text.replace(pattern, (_whole, start: string, end: string) => `${start}${content}\n${end}`);
}

/** The README's table of what `npm start` can be told. */
function settingsTable(): string {
	const rows = settingRows().map(({ flag, variable, text, standard }) => `| \`${flag}\` | \`${variable}\` | ${text} | ${standard} |`);
	return ["| flag | environment | what | standard |", "|---|---|---|---|", ...rows].join("\n");
}

/** Every generated document as it should be. */
export function generatedDocuments(): ReadonlyMap<string, string> {
	const readme = between(readFileSync(join(root, "README.md"), "utf8"), "settings", settingsTable());
	return new Map([
		["docs/coverage.md", coverageDocument()],
		["README.md", between(readme, "coverage", coverageSummary())],
	]);
}

if (process.argv.includes("--write")) {
	for (const [path, text] of generatedDocuments()) writeFileSync(join(root, path), text);
}
