import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		include: ["packages/*/src/**/*.test.{ts,tsx}", "tests/**/*.test.ts"],
		exclude: ["**/*.long.test.ts", "**/node_modules/**"],
		maxWorkers: 2,
		testTimeout: 60_000,
		hookTimeout: 120_000,
	},
});
