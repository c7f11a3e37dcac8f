import type { ListObjectVersionsCommandOutput, PutObjectCommandInput } from "@aws-sdk/client-s3";
import { AppError, type Clock } from "@skyeworx/core";
import { fromHex, plain, toBase64 } from "../../format/bytes.ts";
import type { Bucket, BucketGet, BucketPut, BucketVersion } from "../bucket/bucket.ts";
import { requireLockLength } from "../bucket/lock-length.ts";
import type { ByteRange } from "../store.ts";
import { requireCondition } from "./conditional-writes.ts";
import { connectS3, type S3Connection } from "./s3-connection.ts";
import { nameOf, type S3Operation, s3Error, serviceTime, statusOf } from "./s3-errors.ts";
import type { S3Place } from "./s3-place.ts";

/** The last moment that a Date can hold: a legal hold has no end. */
const endOfTime = 8.64e15;

/** A bucket of Amazon S3 or of a server that speaks its language. Each call is one request, besides the first, which looks at the bucket. */
export class S3Bucket implements Bucket {
	readonly description: string;
	readonly prefix: string;
	readonly #place: S3Place;
	readonly #clock: Clock;
	#connection: Promise<S3Connection> | undefined;
	#condition: Promise<void> | undefined;

	constructor(place: S3Place, clock: Clock) {
		this.#place = place;
		this.#clock = clock;
		this.prefix = place.prefix === undefined ? "" : `${place.prefix}/`;
		this.description = `S3 bucket ${place.bucket}${place.prefix === undefined ? "" : `/${place.prefix}`} in ${place.region}`;
		if (place.lock === undefined) return;
		this.extendLock = (version, until) => this.#extendLock(version, until);
	}

	extendLock?: NonNullable<Bucket["extendLock"]>;

	async versioned(): Promise<boolean> {
		return (await this.#connect()).versioned;
	}

	async put(key: string, bytes: Uint8Array, options: BucketPut): Promise<"created" | "exists"> {
		// AWS keeps the condition; of a server that only speaks its language nobody knows before it was tried.
		if (options.onlyIfAbsent && this.#place.endpoint !== undefined) await this.#requireCondition();
		return this.#put(key, bytes, options);
	}

	async get(key: string, { range, versionId, signal }: BucketGet): Promise<Uint8Array | undefined> {
		const { sdk, client } = await this.#connect();
		const command = new sdk.GetObjectCommand({
			...this.#at(key, versionId),
			...(range === undefined ? {} : { Range: rangeHeader(range) }),
		});
		try {
			const { Body, ContentLength } = await client.send(command, signal === undefined ? {} : { abortSignal: signal });
			const bytes = Body === undefined ? new Uint8Array(0) : plain(await Body.transformToByteArray());
			if (ContentLength !== undefined && bytes.length !== ContentLength) throw new Error("the answer ended early");
			// An empty range can't be said in HTTP: one byte was asked for.
			return range !== undefined && "length" in range ? bytes.subarray(0, range.length) : bytes;
		} catch (error) {
			if (isMissing(error)) return undefined;
			if (statusOf(error) === 416) return new Uint8Array(0);
			throw this.#error(error, versionId === undefined ? "get" : "get-version", key, signal);
		}
	}

	async head(key: string): Promise<{ readonly size: number; readonly modifiedAt: Date } | undefined> {
		const { sdk, client } = await this.#connect();
		try {
			const { ContentLength = 0, LastModified } = await client.send(new sdk.HeadObjectCommand(this.#at(key)));
			return { size: ContentLength, modifiedAt: requireTime(LastModified, key) };
		} catch (error) {
			if (isMissing(error)) return undefined;
			throw this.#error(error, "head", key);
		}
	}

	async *list(prefix: string): AsyncIterable<{ readonly key: string; readonly size: number; readonly modifiedAt: Date }> {
		const { sdk, client } = await this.#connect();
		let token: string | undefined;
		do {
			const command = new sdk.ListObjectsV2Command({ Bucket: this.#place.bucket, Prefix: prefix, ContinuationToken: token });
			const page = await this.#asking("list", () => client.send(command));
			for (const { Key, Size = 0, LastModified } of page.Contents ?? []) {
				if (Key !== undefined) yield { key: Key, size: Size, modifiedAt: requireTime(LastModified, Key) };
			}
			token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
		} while (token !== undefined);
	}

	async *versions(prefix: string): AsyncIterable<BucketVersion> {
		const { sdk, client } = await this.#connect();
		let after: { readonly KeyMarker?: string | undefined; readonly VersionIdMarker?: string | undefined } | undefined = {};
		while (after !== undefined) {
			const input = { Bucket: this.#place.bucket, Prefix: prefix, ...after };
			const page: ListObjectVersionsCommandOutput = await this.#asking("list-versions", () =>
				client.send(new sdk.ListObjectVersionsCommand(input)),
			);
			const found = [
				...(page.Versions ?? []).map((version) => ({ ...version, marker: false })),
				...(page.DeleteMarkers ?? []).map((version) => ({ ...version, Size: 0, marker: true })),
			];
			yield* inOrder(
				found.flatMap(({ Key, VersionId, IsLatest, Size = 0, LastModified, marker }) =>
					Key === undefined
						? []
						: {
								key: Key,
								versionId: VersionId,
								current: IsLatest ?? false,
								marker,
								size: Size,
								modifiedAt: requireTime(LastModified, Key),
							},
				),
			);
			after = page.IsTruncated === true ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : undefined;
		}
	}

	async remove({ key, versionId }: Pick<BucketVersion, "key" | "versionId">): Promise<"deleted" | "locked"> {
		const { sdk, client } = await this.#connect();
		try {
			await client.send(new sdk.DeleteObjectCommand(this.#at(key, versionId)));
			return "deleted";
		} catch (error) {
			if (isMissing(error)) return "deleted";
			if (statusOf(error) === 403 && (await this.#isLocked(error, key, versionId))) return "locked";
			throw this.#error(error, versionId === undefined ? "delete" : "delete-version", key);
		}
	}

	async #put(key: string, bytes: Uint8Array, { onlyIfAbsent, sha256, retainUntil, signal }: BucketPut): Promise<"created" | "exists"> {
		const { sdk, client } = await this.#connect();
		const checksum = toBase64(fromHex(sha256));
		const lock = this.#lockUntil(retainUntil);
		const command = new sdk.PutObjectCommand({
			...this.#at(key),
			Body: bytes,
			ContentLength: bytes.length,
			ChecksumSHA256: checksum,
			...(onlyIfAbsent ? { IfNoneMatch: "*" } : {}),
			...lock,
		});
		// Signed with the hash that is known already: it need not be reckoned again, and every server checks it, however old.
		command.middlewareStack.add(
			(next) => (args) => {
				const { request } = args as { request: { headers: Record<string, string> } };
				request.headers["x-amz-content-sha256"] = sha256;
				return next(args);
			},
			{ step: "build", name: "knownContentHash" },
		);
		try {
			const answer = await client.send(command, signal === undefined ? {} : { abortSignal: signal });
			if (answer.ChecksumSHA256 !== undefined && answer.ChecksumSHA256 !== checksum) throw otherBytes(key);
			return "created";
		} catch (error) {
			if (onlyIfAbsent && statusOf(error) === 412) return "exists";
			throw this.#error(error, "ObjectLockMode" in lock ? "put-locked" : "put", key, signal);
		}
	}

	#lockUntil(until: Date | undefined): Pick<PutObjectCommandInput, "ObjectLockMode" | "ObjectLockRetainUntilDate"> {
		const { lock } = this.#place;
		if (lock === undefined || until === undefined) return {};
		requireLockLength(lock, until, this.#clock);
		return { ObjectLockMode: lock.mode === "compliance" ? "COMPLIANCE" : "GOVERNANCE", ObjectLockRetainUntilDate: until };
	}

	async #extendLock({ key, versionId }: { readonly key: string; readonly versionId: string | undefined }, until: Date): Promise<boolean> {
		const { sdk, client } = await this.#connect();
		const { ObjectLockMode: mode, ObjectLockRetainUntilDate: end } = this.#lockUntil(until);
		try {
			const Retention = { Mode: mode, RetainUntilDate: end };
			await client.send(new sdk.PutObjectRetentionCommand({ ...this.#at(key, versionId), Retention }));
			return true;
		} catch (error) {
			if (isMissing(error)) return false;
			// A lock is never shortened; the service says so with the same 403 as for a missing right.
			if (statusOf(error) === 403 && ((await this.#lockEnd(key, versionId))?.getTime() ?? 0) >= until.getTime()) return true;
			throw this.#error(error, "lock", key);
		}
	}

	async #isLocked(error: unknown, key: string, versionId: string | undefined): Promise<boolean> {
		if (error instanceof Error && /object lock|WORM/i.test(error.message)) return true;
		const end = await this.#lockEnd(key, versionId);
		return end !== undefined && end.getTime() > (serviceTime(error) ?? this.#clock.now()).getTime();
	}

	/** Undefined also where it can't be seen. */
	async #lockEnd(key: string, versionId: string | undefined): Promise<Date | undefined> {
		const { sdk, client } = await this.#connect();
		try {
			const head = await client.send(new sdk.HeadObjectCommand(this.#at(key, versionId)));
			return head.ObjectLockLegalHoldStatus === "ON" ? new Date(endOfTime) : head.ObjectLockRetainUntilDate;
		} catch (error) {
			if (isMissing(error) || statusOf(error) === 403) return undefined;
			throw this.#error(error, "head", key);
		}
	}

	#requireCondition(): Promise<void> {
		this.#condition ??= requireCondition(this, (key, bytes, options) => this.#put(key, bytes, options)).catch((error: unknown) => {
			this.#condition = undefined;
			throw error;
		});
		return this.#condition;
	}

	#connect(): Promise<S3Connection> {
		this.#connection ??= connectS3(this.#place).catch((error: unknown) => {
			this.#connection = undefined;
			throw error;
		});
		return this.#connection;
	}

	#at(key: string, versionId?: string): { Bucket: string; Key: string; VersionId?: string } {
		return { Bucket: this.#place.bucket, Key: key, ...(versionId === undefined ? {} : { VersionId: versionId }) };
	}

	async #asking<T>(operation: S3Operation, task: () => Promise<T>, key?: string): Promise<T> {
		try {
			return await task();
		} catch (error) {
			throw this.#error(error, operation, key);
		}
	}

	#error(error: unknown, operation: S3Operation, key: string | undefined, signal?: AbortSignal): AppError {
		const { bucket, region } = this.#place;
		return s3Error(error, { bucket, region, operation, key, signal });
	}
}

function isMissing(error: unknown): boolean {
	return statusOf(error) === 404 && nameOf(error) !== "NoSuchBucket";
}

function rangeHeader(range: ByteRange): string {
	if ("suffix" in range) return `bytes=-${range.suffix}`;
	return `bytes=${range.offset}-${range.offset + Math.max(1, range.length) - 1}`;
}

function requireTime(time: Date | undefined, key: string): Date {
	if (time !== undefined) return time;
	throw new AppError("store-unsuitable", "The bucket does not say when an object was written", { facts: { object: key } });
}

function otherBytes(key: string): AppError {
	return new AppError("store-unreachable", "Other bytes arrived in the bucket than were sent", { facts: { object: key } });
}

/** Versions and markers come in two lists: together by key, the newest first. */
function inOrder(found: BucketVersion[]): BucketVersion[] {
	return found.sort(
		(a, b) =>
			Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)) ||
			Number(b.current) - Number(a.current) ||
			b.modifiedAt.getTime() - a.modifiedAt.getTime(),
	);
}
