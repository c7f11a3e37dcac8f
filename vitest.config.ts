import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { ClosingLineReporter } from "./tools/closing-line-reporter.ts";
import { LongestFirst } from "./tools/longest-first.ts";

export default defineConfig({
	test: {
		include: ["packages/*/src/**/*.test.{ts,tsx}", "tests/**/*.test.ts"],
		exclude: ["**/*.{long,s3,azure}.test.ts", "**/node_modules/**"],
		maxWorkers: 3,
		sequence: { sequencer: LongestFirst },
		// Tests start some hundred processes of the CLI, the server and the simulator: each would compile the same modules again.
		env: { NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/compiled") },
		reporters: ["default", new ClosingLineReporter()],
		// Patience for a loaded machine: no test says how fast something is.
		testTimeout: 180_000,
		// Browsers, databases and killed processes on a loaded machine: what passes only the second time is named at the end, with what it failed of.
		retry: 1,
		hookTimeout: 180_000,
		expect: { poll: { timeout: 60_000 } },
	},
});
