import type { Reporter, TestCase, TestModule } from "vitest/node";

/** Prints `N passed, N failed, N skipped` as the last line of a test run, for people and for CI; before it, what passed only when tried again. */
export class ClosingLineReporter implements Reporter {
	onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
		const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
		const unsteady: TestCase[] = [];
		for (const module of modules) {
			let tests = 0;
			for (const test of module.children.allTests()) {
				tests += 1;
				const { state } = test.result();
				if (state === "passed" || state === "failed") count[state] += 1;
				else count.skipped += 1;
				if (test.diagnostic()?.flaky === true) unsteady.push(test);
			}
			// A file that could not even be loaded has no tests and is a failure all the same.
			if (tests === 0 && module.state() === "failed") count.failed += 1;
		}
		const skipped = count.skipped === 0 ? "" : `, ${count.skipped} skipped`;
		process.on("exit", () => {
			for (const test of unsteady) {
				const [error] = test.result().errors ?? [];
				process.stdout.write(
					`\npassed only when tried again, mend it: ${test.module.relativeModuleId} > ${test.fullName}\n${error?.stack ?? ""}\n`,
				);
			}
			process.stdout.write(`\n${count.passed} passed, ${count.failed} failed${skipped}\n`);
		});
	}
}
