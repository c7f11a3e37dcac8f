import type { LookupFunction } from "node:net";
import type { AwsAccess } from "../../aws/aws-access.ts";
import type { LockRule } from "../bucket/lock-length.ts";

/** A bucket and the way to it; `endpoint` is a compatible server's address: `https://s3.example.com`. */
export interface S3Place extends AwsAccess {
	readonly bucket: string;
	/** Folder within the bucket, without slashes at its ends; undefined is the bucket's top. */
	readonly prefix?: string;
	/** Where the data must lie: a bucket elsewhere is refused. */
	readonly region: string;
	/** `https://host/bucket/key` instead of `https://bucket.host/key`; true for an endpoint unless said otherwise. */
	readonly pathStyle?: boolean;
	/** The endpoint is another way to Amazon itself (a private link): it tells where a bucket lies, and is held to it. */
	readonly isAmazon?: boolean;
	/** Resolves the endpoint's name: for a server whose callers name it and must not lead it into its own network. */
	readonly lookup?: LookupFunction;
	/** Locks what is put with `retainUntil`; the bucket must have Object Lock. */
	readonly lock?: LockRule;
	/** Reads the oldest version of what is only ever created: for a vault that somebody overwrote. */
	readonly recover?: boolean;
}
