import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeCommands } from "@skyeworx/cli";
import { serveSettingRows, settingRows } from "@skyeworx/server";
import { coverageDocument, coverageSummary } from "./coverage-document.ts";

const root = join(import.meta.dirname, "..");

function between(text: string, name: string, content: string): string {
	const pattern = new RegExp(`(<!-- generated: ${name} -->\\n)[\\s\\S]*?(<!-- end -->)`);
	if (!pattern.test(text)) throw new Error(`There is no part "${name}" to write`);
	return text.replace(pattern, (_whole, start: string, end: string) => `${start}${content}\n${end}`);
}

/** The README's table of what `npm start` can be told. */
function settingsTable(): string {
	const rows = settingRows().map(({ flag, variable, text, standard }) => `| \`${flag}\` | \`${variable}\` | ${text} | ${standard} |`);
	return ["| flag | environment | what | standard |", "|---|---|---|---|", ...rows].join("\n");
}

/** What `skyeworx serve` can be told, for docs/settings.md. */
function settingsDocument(): string {
	const rows = serveSettingRows().map(({ flag, variable, text, standard, secret }) => {
		const from = secret ? `\`${variable}\`, \`${variable}_FILE\`` : `\`${variable}\``;
		return `| \`${flag}\` | ${from} | ${text} | ${standard === "" ? "" : `\`${standard}\``} |`;
	});
	return [
		"# Settings of `skyeworx serve`",
		"",
		"Generated from the schema that reads them; `npm run docs` writes it. A flag counts before the environment, the environment",
		"before the file of `--config FILE` (one JSON object by the flags' names without the dashes), and that before what is usual.",
		"Secrets can be given as files, so that they stand neither in the process list nor in the environment. All problems are named",
		"at once; `skyeworx serve --check` only reads the settings.",
		"",
		"| flag | environment | what | usual |",
		"|---|---|---|---|",
		...rows,
		"",
		"`--sign-in-link` prints a new sign-in link for the first owner and ends; `--api-key` a new API key that may do everything in the",
		"first organization, which is made when there is none. `/health/live`, `/health/ready` and `/metrics` (Prometheus) are on the",
		"listener of `--ops-port`; the first two also on the API's port.",
		"",
	].join("\n");
}

const cell = (text: string): string => text.replaceAll("|", "\\|");

/** What every command on a vault takes; docs/cli.md has it once for all. */
const opensVaults = /^--(key-file|recovery-kit|passphrase-file|kms) /;

/** Every command with its options, for docs/cli.md. */
function commandsTable(): string {
	const rows = describeCommands().map(
		({ usage, about, options }) =>
			`| \`${usage}\` | ${cell(about)} | ${options
				.filter((flags) => !opensVaults.test(flags))
				.map((flags) => `\`${cell(flags)}\``)
				.join(" ")} |`,
	);
	return ["| command | what it does | options |", "|---|---|---|", ...rows].join("\n");
}

/** Every generated document as it should be. */
export function generatedDocuments(): ReadonlyMap<string, string> {
	const readme = between(readFileSync(join(root, "README.md"), "utf8"), "settings", settingsTable());
	return new Map([
		["docs/coverage.md", coverageDocument()],
		["docs/settings.md", settingsDocument()],
		["docs/cli.md", between(readFileSync(join(root, "docs/cli.md"), "utf8"), "commands", commandsTable())],
		["README.md", between(readme, "coverage", coverageSummary())],
	]);
}

if (process.argv.includes("--write")) {
	for (const [path, text] of generatedDocuments()) writeFileSync(join(root, path), text);
}
