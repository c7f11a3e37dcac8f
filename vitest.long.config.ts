import { defineConfig } from "vitest/config";
import { ClosingLineReporter } from "./tools/closing-line-reporter.ts";

export default defineConfig({
	test: {
		include: ["packages/*/src/**/*.long.test.ts", "tests/**/*.long.test.ts"],
		maxWorkers: 2,
		reporters: ["default", new ClosingLineReporter()],
		testTimeout: 3_600_000,
		hookTimeout: 600_000,
	},
});
