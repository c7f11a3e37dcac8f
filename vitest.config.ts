import { defineConfig } from "vitest/config";
import { ClosingLineReporter } from "./tools/closing-line-reporter.ts";

export default defineConfig({
	test: {
		include: ["packages/*/src/**/*.test.{ts,tsx}", "tests/**/*.test.ts"],
		exclude: ["**/*.{long,s3,azure}.test.ts", "**/node_modules/**"],
		maxWorkers: 2,
		reporters: ["default", new ClosingLineReporter()],
		testTimeout: 60_000,
		hookTimeout: 120_000,
	},
});
