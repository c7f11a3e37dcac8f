import type { AwsAccess } from "../../aws/aws-access.ts";

/** A bucket and the way to it; `endpoint` is a compatible server's address: `https://s3.example.com`. */
export interface S3Place extends AwsAccess {
	readonly bucket: string;
	/** Folder within the bucket, without slashes at its ends; undefined is the bucket's top. */
	readonly prefix?: string;
	/** Where the data must lie: a bucket elsewhere is refused. */
	readonly region: string;
	/** `https://host/bucket/key` instead of `https://bucket.host/key`; true for an endpoint unless said otherwise. */
	readonly pathStyle?: boolean;
	/**
	 * Locks what is put with `retainUntil`: `governance` can be lifted with a special right, `compliance` by nobody, ever. The
	 * bucket must have Object Lock.
	 */
	readonly lock?: S3Lock;
	/** Reads the oldest version of what is only ever created: for a vault that somebody overwrote. */
	readonly recover?: boolean;
}

export interface S3Lock {
	readonly mode: "governance" | "compliance";
	/** A longer lock is refused: a slip of the keyboard can't be undone under compliance. 400 when left out. */
	readonly maxDays?: number;
}
