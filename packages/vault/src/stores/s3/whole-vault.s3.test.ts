import { beforeAll, describe, vi } from "vitest";
import { wholeVaultConformance } from "../whole-vault.conformance.ts";
import { localS3, newBucket, placeOf } from "./radosgw.fixture.ts";

describe.skipIf(localS3 === undefined)("radosgw", () => {
	beforeAll(() => {
		// The SDK looks into the process itself.
		vi.stubEnv("AWS_ACCESS_KEY_ID", localS3?.accessKeyId);
		vi.stubEnv("AWS_SECRET_ACCESS_KEY", localS3?.secretAccessKey);
	});

	wholeVaultConformance("a bucket of radosgw", async () => placeOf(await newBucket()));
});
