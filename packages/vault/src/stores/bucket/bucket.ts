import type { ByteRange } from "../store.ts";

/** One stored version of an object; services without versions have exactly one, without an id. */
export interface BucketVersion {
	readonly key: string;
	readonly versionId: string | undefined;
	/** What a plain read finds. */
	readonly current: boolean;
	/** A delete marker: it has no bytes and hides what lies below. */
	readonly marker: boolean;
	/** Bytes. */
	readonly size: number;
	/** By the service's clock. */
	readonly modifiedAt: Date;
}

export interface BucketPut {
	/** False replaces what is there. */
	readonly onlyIfAbsent: boolean;
	/** Hex SHA-256 of the bytes; the service refuses other bytes where it can. */
	readonly sha256: string;
	readonly retainUntil?: Date | undefined;
	readonly signal?: AbortSignal | undefined;
}

export interface BucketGet {
	readonly range?: ByteRange | undefined;
	readonly versionId?: string | undefined;
	readonly signal?: AbortSignal | undefined;
}

/**
 * The calls that object services have in common: {@link bucketStore} makes a Store of them. One call is one request, never
 * repeated here. Errors are AppErrors in the Store's words.
 */
export interface Bucket {
	/** For people, never a secret. */
	readonly description: string;
	/** Begins every key; empty or ending in a slash. */
	readonly prefix: string;
	/** Whether overwritten and deleted objects stay as older versions. */
	versioned(): Promise<boolean>;
	put(key: string, bytes: Uint8Array, options: BucketPut): Promise<"created" | "exists">;
	/** Undefined when there is no such object; a range behind the end is empty. */
	get(key: string, options: BucketGet): Promise<Uint8Array | undefined>;
	head(key: string): Promise<{ readonly size: number; readonly modifiedAt: Date } | undefined>;
	/** Current objects. */
	list(prefix: string): AsyncIterable<{ readonly key: string; readonly size: number; readonly modifiedAt: Date }>;
	/** All versions; those of one key stand together, the newest first. */
	versions(prefix: string): AsyncIterable<BucketVersion>;
	/** Removes exactly this version, for good. */
	remove(version: Pick<BucketVersion, "key" | "versionId" | "current">): Promise<"deleted" | "locked">;
	/** False when there is no such object. Only there when the bucket is used with locks. */
	extendLock?(version: { readonly key: string; readonly versionId: string | undefined }, until: Date): Promise<boolean>;
}
