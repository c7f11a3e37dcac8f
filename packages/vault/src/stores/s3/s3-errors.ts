import { AppError } from "@skyeworx/core";

type ErrorFacts = AppError["facts"];

/** Which right an operation needs, as IAM calls it. */
const permissions = {
	put: "s3:PutObject",
	"put-locked": "s3:PutObject and s3:PutObjectRetention",
	get: "s3:GetObject",
	"get-version": "s3:GetObjectVersion",
	head: "s3:GetObject",
	list: "s3:ListBucket",
	"list-versions": "s3:ListBucketVersions",
	delete: "s3:DeleteObject",
	"delete-version": "s3:DeleteObjectVersion",
	lock: "s3:PutObjectRetention",
	"bucket-versioning": "s3:GetBucketVersioning",
} as const;

export type S3Operation = keyof typeof permissions;

export interface S3Asked {
	readonly bucket: string;
	/** The region that the store was given. */
	readonly region: string;
	readonly operation: S3Operation;
	readonly key?: string | undefined;
	readonly signal?: AbortSignal | undefined;
}

/** What the SDK and the services put on their errors. */
interface ServiceError {
	readonly name?: string;
	readonly message?: string;
	readonly code?: unknown;
	readonly Region?: string;
	readonly $metadata?: { readonly httpStatusCode?: number };
	readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

function serviceError(error: unknown): ServiceError {
	return typeof error === "object" && error !== null ? error : {};
}

/** The HTTP status of an answer that the SDK made an error of. */
export function statusOf(error: unknown): number | undefined {
	return serviceError(error).$metadata?.httpStatusCode;
}

/** The service's name for the error: `NoSuchKey`. */
export function nameOf(error: unknown): string {
	return serviceError(error).name ?? "";
}

/** The service's clock, from an error's answer. */
export function serviceTime(error: unknown): Date | undefined {
	const text = serviceError(error).$response?.headers?.date;
	const time = text === undefined ? Number.NaN : Date.parse(text);
	return Number.isNaN(time) ? undefined : new Date(time);
}

/** Where the SDK looks. */
export const credentialsHint =
	"Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile (AWS_PROFILE), or run where an instance role is given.";

const credentialNames = new Set([
	"InvalidAccessKeyId",
	"SignatureDoesNotMatch",
	"ExpiredToken",
	"ExpiredTokenException",
	"InvalidToken",
	"TokenRefreshRequired",
	"CredentialsProviderError",
	"InvalidClientTokenId",
]);
const fullNames = new Set(["QuotaExceeded", "InsufficientStorage", "XMinioStorageFull", "EntityTooLarge"]);
// The SDK learns the difference of the clocks from RequestTimeTooSkewed and signs the next attempt with it.
const passingNames = new Set([
	"SlowDown",
	"RequestTimeout",
	"RequestTimeTooSkewed",
	"ConditionalRequestConflict",
	"OperationAborted",
	// Other bytes arrived than were sent: the next attempt sends them again.
	"BadDigest",
	"XAmzContentSHA256Mismatch",
	"XAmzContentChecksumMismatch",
	"IncompleteBody",
]);
const regionNames = new Set(["PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "301"]);

/** Says an S3 error in the store's words. */
export function s3Error(error: unknown, asked: S3Asked): AppError {
	if (error instanceof AppError) return error;
	if (asked.signal?.aborted === true) return new AppError("cancelled", "Stopped while the store was asked", { cause: error });
	const status = statusOf(error);
	const name = nameOf(error);
	const { bucket, key } = asked;
	const facts: ErrorFacts = { bucket, object: key, operation: asked.operation, status, code: name === "" ? undefined : name };
	const region = regionIn(error, asked.region);
	if (region !== undefined && (regionNames.has(name) || status === 301 || status === 307)) return otherRegion(asked, region, error);
	if (credentialNames.has(name)) return credentialsRefused(bucket, facts, error);
	if (fullNames.has(name) || status === 507) {
		return new AppError("store-full", `The bucket ${bucket} takes no more`, { facts, hint: "Raise its quota.", cause: error });
	}
	if (name === "NoSuchBucket" || (status === 404 && key === undefined)) {
		return new AppError("store-unsuitable", `There is no bucket ${bucket}`, {
			facts,
			hint: "Make it first, or check its name and the account.",
			cause: error,
		});
	}
	if (passingNames.has(name) || status === undefined || status === 409 || status === 429 || status >= 500) {
		if (status === 501) return unsupportedCall(asked, facts, error);
		return new AppError("store-unreachable", `The bucket ${bucket} does not answer as it should`, {
			facts: { ...facts, reason: status === undefined ? reasonOf(error) : undefined },
			hint: "Try again later; if it goes on, look at the network between here and the bucket.",
			cause: error,
		});
	}
	if (status === 403 || status === 401) {
		const permission = permissions[asked.operation];
		return new AppError("store-unsuitable", `The bucket ${bucket} refuses this: ${permission} is missing`, {
			facts: { ...facts, permission },
			hint: `Allow ${permission} on the bucket and its objects; docs/storage.md has the whole policy.`,
			cause: error,
		});
	}
	if (asked.operation === "put-locked" || asked.operation === "lock") {
		return new AppError("store-unsuitable", `The bucket ${bucket} locks nothing: it has no Object Lock`, {
			facts,
			hint: "Object Lock is switched on in the bucket's properties, and needs versions; or use the vault without locks.",
			cause: error,
		});
	}
	return unsupportedCall(asked, facts, error);
}

/** The error for a bucket that lies elsewhere than the vault is meant to. */
export function otherRegion({ bucket, region }: Pick<S3Asked, "bucket" | "region">, found: string, cause?: unknown): AppError {
	return new AppError("store-unsuitable", `The bucket ${bucket} lies in ${found}, not in ${region}`, {
		facts: { bucket, region, found },
		hint: `Give region=${found} if the data may lie there, or choose a bucket in ${region}.`,
		...(cause === undefined ? {} : { cause }),
	});
}

function regionIn(error: unknown, asked: string): string | undefined {
	const { Region, $response } = serviceError(error);
	const found = Region ?? $response?.headers?.["x-amz-bucket-region"];
	return found === asked ? undefined : found;
}

function credentialsRefused(bucket: string, facts: ErrorFacts, cause: unknown): AppError {
	return new AppError("store-unsuitable", `There are no valid credentials for the bucket ${bucket}`, {
		facts,
		hint: credentialsHint,
		cause,
	});
}

function unsupportedCall({ bucket, operation }: S3Asked, facts: ErrorFacts, cause: unknown): AppError {
	return new AppError("store-unsuitable", `The bucket ${bucket} can't do what a vault needs: ${operation}`, {
		facts,
		hint: "docs/storage.md says what a bucket must offer.",
		cause,
	});
}

/** `ECONNREFUSED`, `TimeoutError`: a word, never the message, which may hold an address. */
function reasonOf(error: unknown): string {
	const { code, name } = serviceError(error);
	return typeof code === "string" ? code : (name ?? "unknown");
}
