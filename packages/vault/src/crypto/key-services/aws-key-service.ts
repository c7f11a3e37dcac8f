import type { KMSClient } from "@aws-sdk/client-kms";
import { AppError, isAppError } from "@skyeworx/core";
import { awsCredentials, awsTimeouts } from "../../aws/aws-access.ts";
import { plain } from "../../format/bytes.ts";
import type { KeyService, KeyServiceUnlock, WrapContext } from "./key-service.ts";
import { bareCause, callerRejected, keyRevoked, keyUnavailable } from "./key-service-errors.ts";

const arnPattern = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):(\d{12}):key\/([A-Za-z0-9-]+)$/;

/** By the exceptions of KMS and STS, as their API references name them. */
const revokedBy: ReadonlySet<string> = new Set([
	"DisabledException",
	"KMSInvalidStateException",
	"NotFoundException",
	"AccessDeniedException",
	"AccessDenied",
	"InvalidKeyUsageException",
]);
const callerRejectedBy: ReadonlySet<string> = new Set([
	"CredentialsProviderError",
	"ExpiredToken",
	"ExpiredTokenException",
	"IncompleteSignature",
	"IncompleteSignatureException",
	"InvalidClientTokenId",
	"InvalidSignatureException",
	"MissingAuthenticationToken",
	"MissingAuthenticationTokenException",
	"SignatureDoesNotMatch",
	"UnrecognizedClientException",
]);
const notOursBy: ReadonlySet<string> = new Set(["InvalidCiphertextException", "IncorrectKeyException"]);

/** A key of AWS KMS, in the region and account that its ARN names; every call carries the slot as encryption context. */
export function awsKeyService({ keyArn, aws = {} }: Extract<KeyServiceUnlock, { type: "kms-aws" }>): KeyService {
	const region = arnPattern.exec(keyArn)?.[1];
	if (region === undefined) {
		throw new AppError("bad-input", "That is not the ARN of an AWS KMS key", {
			hint: "Give the key's own ARN, like arn:aws:kms:eu-central-1:111122223333:key/...; an alias can be pointed at another key.",
		});
	}
	const ask = async <T>(
		permission: string,
		call: (client: KMSClient, kms: typeof import("@aws-sdk/client-kms")) => Promise<T>,
	): Promise<T> => {
		const kms = await import("@aws-sdk/client-kms");
		const client = new kms.KMSClient({
			region,
			credentials: await awsCredentials(aws, region),
			// Whoever asks us repeats, in one place.
			maxAttempts: 1,
			requestHandler: awsTimeouts,
			...(aws.endpoint === undefined ? {} : { endpoint: aws.endpoint }),
		});
		try {
			return await call(client, kms);
		} catch (cause) {
			throw failure({ keyId: keyArn, permission, cause });
		} finally {
			client.destroy();
		}
	};
	return {
		isKey: (keyId) => sameKey(keyId, keyArn),
		wrap: (secret, context) =>
			ask("kms:Encrypt", async (client, { EncryptCommand }) => {
				const answer = await client.send(
					new EncryptCommand({ KeyId: keyArn, Plaintext: secret, EncryptionContext: encryptionContext(context) }),
				);
				if (answer.CiphertextBlob === undefined) throw new AppError("vault-key-unavailable", "AWS KMS answered without a ciphertext");
				return { keyId: keyArn, sealedSecret: plain(answer.CiphertextBlob).slice() };
			}),
		unwrap: ({ sealedSecret }, context) =>
			ask("kms:Decrypt", async (client, { DecryptCommand }) => {
				// KeyId is named so that a ciphertext under somebody else's key is refused instead of opened.
				const command = new DecryptCommand({ KeyId: keyArn, CiphertextBlob: sealedSecret, EncryptionContext: encryptionContext(context) });
				const answer = await client.send(command).catch((error: unknown) => {
					if (notOursBy.has(nameOf(error))) return undefined;
					throw error;
				});
				return answer?.Plaintext === undefined ? undefined : plain(answer.Plaintext);
			}),
	};
}

function encryptionContext({ vaultId, slotId }: WrapContext): Record<string, string> {
	return { vaultId, slotId };
}

/** Copies of a multi-region key are one key in several regions: any of them opens what another wrapped. */
function sameKey(one: string, other: string): boolean {
	if (one === other) return true;
	const [a, b] = [arnPattern.exec(one), arnPattern.exec(other)];
	return a?.[3]?.startsWith("mrk-") === true && a[3] === b?.[3] && a[2] === b[2];
}

function nameOf(error: unknown): string {
	return error instanceof Error ? error.name : "unknown";
}

function failure({ keyId, permission, cause }: { readonly keyId: string; readonly permission: string; readonly cause: unknown }): AppError {
	if (cause instanceof AppError) {
		// The role is the customer's: no longer being let in is a key taken away.
		const reason = String(cause.facts.reason);
		const shutOut = isAppError(cause, "credential-rejected") && cause.facts.role !== undefined && revokedBy.has(reason);
		return shutOut ? keyRevoked({ service: "AWS STS", keyId, reason, permission: "sts:AssumeRole", cause }) : cause;
	}
	const reason = nameOf(cause);
	const about = { service: "AWS KMS", keyId, reason, permission, cause };
	if (revokedBy.has(reason)) return keyRevoked(about);
	if (callerRejectedBy.has(reason)) return callerRejected(about);
	if (reason === "ValidationException" || reason === "InvalidArnException")
		return new AppError("bad-input", "AWS KMS can't use that key to open a vault", {
			facts: { keyId, reason },
			hint: "Choose a symmetric key for encryption and decryption.",
			cause: bareCause(cause),
		});
	return keyUnavailable(about);
}
