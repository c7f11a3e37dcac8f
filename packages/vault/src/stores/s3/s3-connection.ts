import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { LookupFunction } from "node:net";
import type { HeadBucketCommandOutput, S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import { AppError, isAppError } from "@skyeworx/core";
import { awsCredentials } from "../../aws/aws-access.ts";
import { credentialsHint, nameOf, otherRegion, type S3Asked, s3Error, statusOf } from "./s3-errors.ts";
import type { S3Place } from "./s3-place.ts";

/** The SDK, loaded at first use: a folder needs none of its 200 modules. */
type S3Sdk = typeof import("@aws-sdk/client-s3");

export interface S3Connection {
	readonly sdk: S3Sdk;
	readonly client: S3Client;
	/** The bucket keeps older versions. */
	readonly versioned: boolean;
}

const connectTimeout = 10_000;
const idleTimeout = 60_000;

/**
 * Loads the SDK and looks at the bucket: it must be there, in the region that was asked for.
 * @throws AppError `store-unsuitable`, `store-unreachable`
 */
export async function connectS3(place: S3Place): Promise<S3Connection> {
	const sdk = await import("@aws-sdk/client-s3");
	const client = new sdk.S3Client(await clientConfig(place));
	const { bucket, region } = place;
	try {
		const head = await asking(place, "list", () => headOf(sdk, client, bucket));
		// A compatible server names its regions as it likes, or not at all.
		const isAmazon = place.endpoint === undefined || place.isAmazon === true;
		if (isAmazon && head.BucketRegion !== undefined && head.BucketRegion !== region) {
			throw otherRegion(place, head.BucketRegion);
		}
		const versioned = await asking(place, "bucket-versioning", () => isVersioned(sdk, client, bucket));
		return { sdk, client, versioned };
	} catch (error) {
		client.destroy();
		throw error;
	}
}

async function headOf(sdk: S3Sdk, client: S3Client, bucket: string): Promise<HeadBucketCommandOutput> {
	try {
		return await client.send(new sdk.HeadBucketCommand({ Bucket: bucket }));
	} catch (error) {
		// A refused HEAD has no body to say why: a list tells wrong keys from a missing right.
		if (statusOf(error) === 403) await client.send(new sdk.ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 }));
		throw error;
	}
}

async function asking<T>({ bucket, region }: S3Place, operation: S3Asked["operation"], task: () => Promise<T>): Promise<T> {
	try {
		return await task();
	} catch (error) {
		throw s3Error(error, { bucket, region, operation });
	}
}

async function isVersioned(sdk: S3Sdk, client: S3Client, bucket: string): Promise<boolean> {
	try {
		return (await client.send(new sdk.GetBucketVersioningCommand({ Bucket: bucket }))).Status !== undefined;
	} catch (error) {
		// A server that never heard of versions has none.
		if (statusOf(error) === 501 || nameOf(error) === "NotImplemented") return false;
		throw error;
	}
}

async function clientConfig(place: S3Place): Promise<S3ClientConfig> {
	const { NodeHttpHandler } = await import("@smithy/node-http-handler");
	const { region, endpoint } = place;
	return {
		region,
		...(endpoint === undefined ? {} : { endpoint }),
		forcePathStyle: place.pathStyle ?? endpoint !== undefined,
		// The vault repeats, and only the vault: two policies would multiply.
		maxAttempts: 1,
		followRegionRedirects: false,
		// Every put carries its SHA-256; what is read, the vault checks itself.
		requestChecksumCalculation: "WHEN_REQUIRED",
		responseChecksumValidation: "WHEN_REQUIRED",
		requestHandler: new NodeHttpHandler({
			connectionTimeout: connectTimeout,
			requestTimeout: idleTimeout,
			throwOnRequestTimeout: true,
			...(place.lookup === undefined ? {} : agentsWith(place.lookup)),
		}),
		credentials: await signingCredentials(place),
	};
}

function agentsWith(lookup: LookupFunction) {
	const options = { lookup, keepAlive: true, maxSockets: 50 };
	return { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent(options) };
}

/** Credentials whose refusal is told in the store's words. */
async function signingCredentials(place: S3Place): Promise<NonNullable<S3ClientConfig["credentials"]>> {
	const given = await awsCredentials(place, place.region);
	if (typeof given !== "function") return given;
	return async (properties) => {
		try {
			return await given(properties);
		} catch (error) {
			throw credentialsRefused(error, place);
		}
	};
}

function credentialsRefused(cause: unknown, { role, bucket }: S3Place): AppError {
	const status = statusOf(cause);
	const facts = { role: role?.arn, bucket, status, code: nameOf(cause) };
	// Compatible servers have words of their own: any plain no counts.
	const refused = isAppError(cause) || (status !== undefined && status >= 400 && status < 500 && status !== 429);
	if (!refused) return new AppError("store-unreachable", `What gives out the credentials for ${bucket} does not answer`, { facts, cause });
	if (role === undefined) {
		return new AppError("store-unsuitable", `There are no valid credentials for the bucket ${bucket}`, {
			facts,
			hint: credentialsHint,
			cause,
		});
	}
	return new AppError("store-unsuitable", `The role ${role.arn} can't be assumed`, {
		facts,
		hint: "Its trust policy must name this account, and the external id must be the one that the policy asks for.",
		cause,
	});
}
