import { randomUUID } from "node:crypto";
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { inject } from "vitest";
import type { VaultPlace } from "../whole-vault.conformance.ts";
import type { S3Place } from "./s3-place.ts";

/** The real server that `npm run test:s3` started; undefined where none can run. */
export const localS3 = inject("localS3");

/** A client of the server's owner: for what a vault never does. */
export function ownersClient(): S3Client {
	const { endpoint, region, accessKeyId, secretAccessKey } = requireLocal();
	return new S3Client({ endpoint, region, forcePathStyle: true, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey } });
}

/** A new bucket on the server. */
export async function newBucket(kind: "plain" | "versioned" | "locking" = "plain"): Promise<S3Place> {
	const { endpoint, region, accessKeyId, secretAccessKey } = requireLocal();
	const Bucket = `test-${randomUUID()}`;
	const client = ownersClient();
	await client.send(new CreateBucketCommand({ Bucket, ...(kind === "locking" ? { ObjectLockEnabledForBucket: true } : {}) }));
	if (kind === "versioned") {
		await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
	}
	client.destroy();
	return { bucket: Bucket, prefix: "vaults/acme", region, endpoint, credentials: { accessKeyId, secretAccessKey } };
}

function requireLocal(): NonNullable<typeof localS3> {
	if (localS3 === undefined) throw new Error("no S3 server runs here");
	return localS3;
}

/** Its address, and the environment in which the SDK finds the way into it. */
export function placeOf({ bucket, prefix, region, endpoint }: S3Place, more: Readonly<Record<string, string>> = {}): VaultPlace {
	const { accessKeyId, secretAccessKey } = requireLocal();
	const query = new URLSearchParams({ region, endpoint: endpoint ?? "", ...more });
	return {
		address: `s3://${bucket}/${prefix}?${query}`,
		env: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
	};
}
