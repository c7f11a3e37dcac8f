import { systemClock } from "@skyeworx/core";
import { describe } from "vitest";
import { storeConformance } from "../store.conformance.ts";
import { localS3, newBucket } from "./radosgw.fixture.ts";
import { s3Store } from "./s3-store.ts";

describe.skipIf(localS3 === undefined)("radosgw", () => {
	storeConformance("a bucket of radosgw", async () => s3Store(await newBucket(), { clock: systemClock }));
});
