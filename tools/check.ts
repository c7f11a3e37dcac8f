import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { arrowViolations } from "./arrows.ts";
import { generatedDocuments } from "./generate-docs.ts";

const root = join(import.meta.dirname, "..");
const bin = join(root, "node_modules", ".bin");

interface Check {
	readonly name: string;
	run(): string[];
}

function program(name: string, command: string, words: readonly string[]): Check {
	return {
		name,
		run() {
			const { status, stdout, stderr } = spawnSync(join(bin, command), words, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
			return status === 0 ? [] : [`${stdout}${stderr}`.trim()];
		},
	};
}

/** Long files have a second job: over 400 lines is an error, tests and seeds of data included. */
const fileLength: Check = {
	name: "file length",
	run: () =>
		globSync("{packages,bench,tools,tests}/**/*.{ts,tsx}", {
			cwd: root,
			exclude: (path) => /node_modules|dist/.test(String(path)),
		}).flatMap((file) => {
			const lines = readFileSync(join(root, file), "utf8").split("\n").length - 1;
			return lines > 400 ? [`${file}: ${lines} lines, at most 400`] : [];
		}),
};

const generated: Check = {
	name: "generated documents",
	run: () =>
		[...generatedDocuments()].flatMap(([path, text]) =>
			existsSync(join(root, path)) && readFileSync(join(root, path), "utf8") === text ? [] : [`${path} is out of date: run npm run docs`],
		),
};

const checks: readonly Check[] = [
	program("format and lint (biome)", "biome", ["ci", "--diagnostic-level=warn", "--colors=off", "."]),
	program("types (tsc)", "tsc", ["-p", "."]),
	program("lint with types (oxlint)", "oxlint", ["--type-aware", "packages", "bench", "tools", "tests"]),
	{ name: "arrows between rooms", run: () => arrowViolations(root) },
	fileLength,
	generated,
	program("dead code (knip)", "knip", []),
];

let failed = 0;
for (const check of checks) {
	const problems = check.run();
	console.log(`${problems.length === 0 ? "ok    " : "FAILED"} ${check.name}`);
	for (const problem of problems) console.log(problem);
	if (problems.length > 0) failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;
