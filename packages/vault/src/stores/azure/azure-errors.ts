import { AppError } from "@skyeworx/core";

/** Which role's action an operation needs. */
const permissions = {
	put: "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write",
	get: "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
	list: "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
	delete: "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/delete and .../blobs/deleteBlobVersion/action",
	lock: "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/immutableStorage/runAsSuperUser/action",
} as const;

export interface AzureAsked {
	readonly account: string;
	readonly container: string;
	readonly operation: keyof typeof permissions;
	readonly key?: string | undefined;
	readonly signal?: AbortSignal | undefined;
}

interface ServiceError {
	readonly name?: string;
	readonly statusCode?: number;
	readonly code?: unknown;
}

function serviceError(error: unknown): ServiceError {
	return typeof error === "object" && error !== null ? error : {};
}

/** The HTTP status of an answer that the SDK made an error of. */
export function statusOf(error: unknown): number | undefined {
	return serviceError(error).statusCode;
}

/** The service's name for the error: `BlobAlreadyExists`. */
export function codeOf(error: unknown): string | undefined {
	const { code, name } = serviceError(error);
	return typeof code === "string" && code !== "" ? code : name;
}

/** Says that a lock, not a missing right, stands against it. */
export function isImmutable(error: unknown): boolean {
	return codeOf(error)?.startsWith("BlobImmutableDueTo") ?? false;
}

const fullCodes = new Set(["AccountStorageLimitExceeded", "RequestBodyTooLarge"]);

/** Says an Azure error in the store's words. */
export function azureError(error: unknown, asked: AzureAsked): AppError {
	if (error instanceof AppError) return error;
	if (asked.signal?.aborted === true) return new AppError("cancelled", "Stopped while the store was asked", { cause: error });
	const status = statusOf(error);
	const code = codeOf(error);
	const { account, container, operation } = asked;
	const facts = { account, container, object: asked.key, operation, status, code };
	if (code === "ContainerNotFound" || code === "ContainerDisabled") {
		return new AppError("store-unsuitable", `There is no container ${container} in the account ${account}`, {
			facts,
			hint: "Make it first, or check the names.",
			cause: error,
		});
	}
	if (code !== undefined && /CredentialUnavailable|AuthenticationRequired|^AuthenticationError$|AggregateAuthenticationError/.test(code)) {
		return credentialsMissing(account, facts, error);
	}
	if ((code !== undefined && fullCodes.has(code)) || status === 507) {
		return new AppError("store-full", `The container ${container} takes no more`, { facts, cause: error });
	}
	if (status === 401 || status === 403) {
		if (code === "AuthenticationFailed" || code === "InvalidAuthenticationInfo") return credentialsMissing(account, facts, error);
		const permission = permissions[operation];
		return new AppError("store-unsuitable", `The container ${container} refuses this: ${permission} is missing`, {
			facts: { ...facts, permission },
			hint: "Give this identity the role Storage Blob Data Contributor on the container, or Storage Blob Data Owner where it has versions or locks.",
			cause: error,
		});
	}
	if (isImmutable(error) || (status !== undefined && !passes(status, code))) {
		return new AppError("store-unsuitable", `The container ${container} can't do what a vault needs: ${operation}`, {
			facts,
			hint: "docs/storage.md says what a container must offer.",
			cause: error,
		});
	}
	return new AppError("store-unreachable", `The container ${container} does not answer as it should`, {
		facts,
		hint: "Try again later; if it goes on, look at the network between here and the account.",
		cause: error,
	});
}

function passes(status: number, code: string | undefined): boolean {
	// A mismatch: other bytes arrived than were sent, the next attempt sends them again.
	return (
		status === 408 || status === 409 || status === 429 || (status >= 500 && status !== 501) || /^(?:Md5|Crc64)Mismatch$/.test(code ?? "")
	);
}

function credentialsMissing(account: string, facts: AppError["facts"], cause: unknown): AppError {
	return new AppError("store-unsuitable", `There are no valid credentials for the storage account ${account}`, {
		facts,
		hint: "Set AZURE_STORAGE_CONNECTION_STRING, AZURE_STORAGE_SAS_TOKEN or AZURE_STORAGE_KEY, or sign in with an identity that DefaultAzureCredential finds.",
		cause,
	});
}
