import type { TestProject } from "vitest/node";
import { type LocalAzure, startAzurite } from "./local-azurite.ts";

declare module "vitest" {
	interface ProvidedContext {
		/** Undefined where no Azurite can run; its tests are skipped then. */
		localAzure: LocalAzure | undefined;
	}
}

/** Runs Azurite while the tests of `npm run test:azure` run. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
	const started = await startAzurite((line) => console.log(line));
	if ("impossible" in started) {
		console.log(`\nSKIPPED: the tests against Azurite do not run here: ${started.impossible}\n`);
		project.provide("localAzure", undefined);
		return undefined;
	}
	project.provide("localAzure", started.azure);
	return () => started.stop();
}
