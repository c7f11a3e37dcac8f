import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		include: ["packages/*/src/**/*.long.test.ts", "tests/**/*.long.test.ts"],
		maxWorkers: 2,
		testTimeout: 3_600_000,
		hookTimeout: 600_000,
	},
});
