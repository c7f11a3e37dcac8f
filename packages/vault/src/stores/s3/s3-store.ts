import type { Clock } from "@skyeworx/core";
import { bucketStore } from "../bucket/bucket-store.ts";
import type { Store } from "../store.ts";
import { S3Bucket } from "./s3-bucket.ts";
import type { S3Place } from "./s3-place.ts";

/**
 * Keeps a vault in a bucket of Amazon S3 or of a compatible server. Nothing is asked before the first call; that one refuses a
 * bucket that is absent, lies in another region, or does not keep conditional writes.
 */
export function s3Store(place: S3Place, ports: { readonly clock: Clock }): Store {
	return bucketStore(new S3Bucket(place, ports.clock), { recover: place.recover ?? false });
}
