import type { TestProject } from "vitest/node";
import { type LocalS3, startRadosgw } from "./local-radosgw.ts";

declare module "vitest" {
	interface ProvidedContext {
		/** Undefined where no server can run; its tests are skipped then. */
		localS3: LocalS3 | undefined;
	}
}

/** Runs a real S3 server while the tests of `npm run test:s3` run. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
	const given = process.env.SKYEWORX_TEST_S3;
	if (given !== undefined) {
		project.provide("localS3", JSON.parse(given) as LocalS3);
		return undefined;
	}
	const started = await startRadosgw((line) => console.log(line));
	if ("impossible" in started) {
		console.log(`\nSKIPPED: the tests against a real S3 server do not run here: ${started.impossible}\n`);
		project.provide("localS3", undefined);
		return undefined;
	}
	project.provide("localS3", started.s3);
	return () => started.stop();
}
