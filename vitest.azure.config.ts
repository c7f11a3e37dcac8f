import { defineConfig } from "vitest/config";
import { ClosingLineReporter } from "./tools/closing-line-reporter.ts";

export default defineConfig({
	test: {
		include: ["packages/*/src/**/*.azure.test.ts", "tests/**/*.azure.test.ts"],
		globalSetup: ["./tools/azure-for-tests.ts"],
		maxWorkers: 2,
		reporters: ["default", new ClosingLineReporter()],
		testTimeout: 300_000,
		hookTimeout: 120_000,
	},
});
