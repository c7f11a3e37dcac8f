import { defineConfig } from "vitest/config";
import { ClosingLineReporter } from "./tools/closing-line-reporter.ts";

export default defineConfig({
	test: {
		include: ["packages/*/src/**/*.s3.test.ts", "tests/**/*.s3.test.ts"],
		globalSetup: ["./tools/s3-for-tests.ts"],
		maxWorkers: 2,
		reporters: ["default", new ClosingLineReporter()],
		testTimeout: 300_000,
		hookTimeout: 120_000,
	},
});
