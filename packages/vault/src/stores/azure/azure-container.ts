import { createHash } from "node:crypto";
import type { BlobClient, BlobImmutabilityPolicy, BlobItem, ContainerClient } from "@azure/storage-blob";
import { AppError, type Clock } from "@skyeworx/core";
import { plain } from "../../format/bytes.ts";
import type { Bucket, BucketGet, BucketPut, BucketVersion } from "../bucket/bucket.ts";
import { requireLockLength } from "../bucket/lock-length.ts";
import { clampRange } from "../names.ts";
import { connectAzure } from "./azure-connection.ts";
import { type AzureAsked, azureError, codeOf, isImmutable, statusOf } from "./azure-errors.ts";
import type { AzurePlace } from "./azure-place.ts";

/** A container of Azure Blob Storage. */
export class AzureContainer implements Bucket {
	readonly description: string;
	readonly prefix: string;
	readonly #place: AzurePlace;
	readonly #clock: Clock;
	#client: Promise<ContainerClient> | undefined;
	/** The service does not say it of a container: an object that has a version's id tells. Never goes back to false. */
	#versioned: Promise<boolean> | undefined;

	constructor(place: AzurePlace, clock: Clock) {
		this.#place = place;
		this.#clock = clock;
		this.prefix = place.prefix === undefined ? "" : `${place.prefix}/`;
		this.description = `Azure container ${place.account}/${place.container}${place.prefix === undefined ? "" : `/${place.prefix}`}`;
		if (place.lock === undefined) return;
		this.extendLock = (version, until) => this.#extendLock(version, until);
	}

	extendLock?: NonNullable<Bucket["extendLock"]>;

	versioned(): Promise<boolean> {
		this.#versioned ??= this.#looksVersioned().catch((error: unknown) => {
			this.#versioned = undefined;
			throw error;
		});
		return this.#versioned;
	}

	async put(key: string, bytes: Uint8Array, { onlyIfAbsent, retainUntil, signal }: BucketPut): Promise<"created" | "exists"> {
		const client = await this.#connect();
		const policy = this.#policy(retainUntil);
		try {
			// The service compares the MD5 with what arrived; it knows no SHA-256.
			const { versionId } = await client
				.getBlockBlobClient(key)
				.upload(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), bytes.length, {
					transactionalContentMD5: createHash("md5").update(bytes).digest(),
					...(onlyIfAbsent ? { conditions: { ifNoneMatch: "*" } } : {}),
					...(policy === undefined ? {} : { immutabilityPolicy: policy }),
					...(signal === undefined ? {} : { abortSignal: signal }),
				});
			if (versionId !== undefined) this.#versioned = Promise.resolve(true);
			return "created";
		} catch (error) {
			const code = codeOf(error);
			if (onlyIfAbsent && (code === "BlobAlreadyExists" || statusOf(error) === 412 || isImmutable(error))) return "exists";
			throw this.#error(error, policy === undefined ? "put" : "lock", key, signal);
		}
	}

	async get(key: string, { range, versionId, signal }: BucketGet): Promise<Uint8Array | undefined> {
		const blob = await this.#blob(key, versionId);
		try {
			let place = { offset: 0, length: Number.POSITIVE_INFINITY };
			// The service has no suffix ranges.
			if (range !== undefined)
				place = "suffix" in range ? clampRange((await blob.getProperties()).contentLength ?? 0, range) : { ...range };
			if (place.length === 0 && range !== undefined && "suffix" in range) return new Uint8Array(0);
			const count = Number.isFinite(place.length) ? Math.max(1, place.length) : undefined;
			const answer = await blob.download(place.offset, count, {
				maxRetryRequests: 0,
				...(signal === undefined ? {} : { abortSignal: signal }),
			});
			const bytes = await collected(answer.readableStreamBody, answer.contentLength ?? 0);
			return Number.isFinite(place.length) ? bytes.subarray(0, place.length) : bytes;
		} catch (error) {
			if (isMissing(error)) return undefined;
			if (statusOf(error) === 416) return new Uint8Array(0);
			throw this.#error(error, "get", key, signal);
		}
	}

	async head(key: string): Promise<{ readonly size: number; readonly modifiedAt: Date } | undefined> {
		const blob = await this.#blob(key, undefined);
		try {
			const { contentLength = 0, lastModified } = await blob.getProperties();
			return { size: contentLength, modifiedAt: requireTime(lastModified, key) };
		} catch (error) {
			if (isMissing(error)) return undefined;
			throw this.#error(error, "get", key);
		}
	}

	async *list(prefix: string): AsyncIterable<{ readonly key: string; readonly size: number; readonly modifiedAt: Date }> {
		for await (const { name, properties } of this.#items({ prefix })) {
			yield { key: name, size: properties.contentLength ?? 0, modifiedAt: requireTime(properties.lastModified, name) };
		}
	}

	async *versions(prefix: string): AsyncIterable<BucketVersion> {
		let ofKey: BucketVersion[] = [];
		for await (const { name, properties, versionId, isCurrentVersion } of this.#items({ prefix, includeVersions: true })) {
			if (ofKey[0] !== undefined && ofKey[0].key !== name) {
				yield* ofKey;
				ofKey = [];
			}
			// The oldest comes first.
			ofKey.unshift({
				key: name,
				versionId,
				current: isCurrentVersion ?? versionId === undefined,
				marker: false,
				size: properties.contentLength ?? 0,
				modifiedAt: requireTime(properties.lastModified, name),
			});
		}
		yield* ofKey;
	}

	async remove({ key, versionId, current }: Pick<BucketVersion, "key" | "versionId" | "current">): Promise<"deleted" | "locked"> {
		try {
			if (current) {
				if (versionId !== undefined && (await this.#isLocked(key))) return "locked";
				// The newest version can't be named: deleted plainly, it becomes an older one.
				await (await this.#blob(key, undefined)).deleteIfExists({ deleteSnapshots: "include" });
			}
			if (versionId !== undefined) await (await this.#blob(key, versionId)).deleteIfExists();
			return "deleted";
		} catch (error) {
			if (isMissing(error)) return "deleted";
			if (isImmutable(error)) return "locked";
			throw this.#error(error, "delete", key);
		}
	}

	/** Asked before: a locked object that is deleted plainly would be hidden, not kept. */
	async #isLocked(key: string): Promise<boolean> {
		const { immutabilityPolicyExpiresOn: end, legalHold, date } = await (await this.#blob(key, undefined)).getProperties();
		return legalHold === true || (end !== undefined && end.getTime() > (date ?? this.#clock.now()).getTime());
	}

	async #extendLock({ key, versionId }: { readonly key: string; readonly versionId: string | undefined }, until: Date): Promise<boolean> {
		const policy = this.#policy(until);
		try {
			const blob = await this.#blob(key, versionId);
			const { immutabilityPolicyExpiresOn: end } = await blob.getProperties();
			if (policy !== undefined && (end === undefined || end < until)) await blob.setImmutabilityPolicy(policy);
			return true;
		} catch (error) {
			if (isMissing(error)) return false;
			throw this.#error(error, "lock", key);
		}
	}

	#policy(until: Date | undefined): BlobImmutabilityPolicy | undefined {
		const { lock } = this.#place;
		if (lock === undefined || until === undefined) return undefined;
		requireLockLength(lock, until, this.#clock);
		return { expiriesOn: until, policyMode: lock.mode === "compliance" ? "Locked" : "Unlocked" };
	}

	async #looksVersioned(): Promise<boolean> {
		const client = await this.#connect();
		try {
			if ((await client.getProperties()).isImmutableStorageWithVersioningEnabled === true) return true;
		} catch (error) {
			throw this.#error(error, "list", undefined);
		}
		for await (const { versionId } of this.#items({ prefix: this.prefix, includeVersions: true })) return versionId !== undefined;
		return false;
	}

	async *#items(options: { readonly prefix: string; readonly includeVersions?: boolean }): AsyncIterable<BlobItem> {
		const client = await this.#connect();
		try {
			yield* client.listBlobsFlat(options);
		} catch (error) {
			throw this.#error(error, "list", undefined);
		}
	}

	async #blob(key: string, versionId: string | undefined): Promise<BlobClient> {
		const blob = (await this.#connect()).getBlobClient(key);
		return versionId === undefined ? blob : blob.withVersion(versionId);
	}

	#connect(): Promise<ContainerClient> {
		this.#client ??= connectAzure(this.#place).catch((error: unknown) => {
			this.#client = undefined;
			throw this.#error(error, "list", undefined);
		});
		return this.#client;
	}

	#error(error: unknown, operation: AzureAsked["operation"], key: string | undefined, signal?: AbortSignal): AppError {
		const { account, container } = this.#place;
		return azureError(error, { account, container, operation, key, signal });
	}
}

function isMissing(error: unknown): boolean {
	return statusOf(error) === 404 && codeOf(error) !== "ContainerNotFound";
}

async function collected(stream: NodeJS.ReadableStream | undefined, length: number): Promise<Uint8Array> {
	const bytes = Buffer.allocUnsafeSlow(length);
	let at = 0;
	for await (const chunk of stream ?? []) {
		if (!(chunk instanceof Uint8Array)) throw new Error("the answer is not made of bytes");
		bytes.set(chunk, at);
		at += chunk.length;
	}
	if (at !== length) throw new Error("the answer ended early");
	return plain(bytes);
}

function requireTime(time: Date | undefined, key: string): Date {
	if (time !== undefined) return time;
	throw new AppError("store-unsuitable", "The container does not say when an object was written", { facts: { object: key } });
}
