import { AppError } from "@skyeworx/core";

interface KeyFailure {
	/** `AWS KMS` or `Azure Key Vault`. */
	readonly service: string;
	readonly keyId: string;
	/** What the service calls it: a word for the log and for support. */
	readonly reason: string;
	/** What was tried, as the service names the right to it: `kms:Decrypt`, `unwrapKey`. */
	readonly permission: string;
	readonly cause: unknown;
}

/** The error for a key whose owner disabled it, scheduled its deletion or took away the permission. */
export function keyRevoked({ service, keyId, reason, permission, cause }: KeyFailure): AppError {
	return new AppError("vault-key-revoked", `${service} refuses the key that opens the vault (${reason} at ${permission})`, {
		facts: { keyId, reason, permission },
		hint: `Enable the key again, or give the permission ${permission} back, and try once more; or open the vault with its recovery kit.`,
		cause: bareCause(cause),
	});
}

/** The error for a key service that does not know who asks. */
export function callerRejected({ service, keyId, reason, permission, cause }: KeyFailure): AppError {
	return new AppError("credential-rejected", `${service} does not accept the credentials of this program (${reason})`, {
		facts: { keyId, reason, permission },
		hint: "Check the access key, the role and its external id, or the client secret that this program was given.",
		cause: bareCause(cause),
	});
}

/** The error for a key service that does not answer now. */
export function keyUnavailable({ service, keyId, reason, permission, cause }: KeyFailure): AppError {
	return new AppError("vault-key-unavailable", `${service} does not answer (${reason}), so the vault stays locked`, {
		facts: { keyId, reason, permission },
		hint: "Try again in a moment; or open the vault with its recovery kit.",
		cause: bareCause(cause),
	});
}

/** The clients' errors carry the whole request, with its token: only name and text go on. */
export function bareCause(cause: unknown): Error {
	const bare = new Error(cause instanceof Error ? cause.message : String(cause));
	bare.name = cause instanceof Error ? cause.name : "Error";
	return bare;
}
