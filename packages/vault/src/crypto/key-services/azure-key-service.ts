import type { TokenCredential } from "@azure/identity";
import type { CryptographyClient } from "@azure/keyvault-keys";
import { AppError } from "@skyeworx/core";
import { plain } from "../../format/bytes.ts";
import type { KeyService, KeyServiceUnlock } from "./key-service.ts";
import { callerRejected, keyRevoked, keyUnavailable } from "./key-service-errors.ts";

/** How Azure Key Vault is reached. With nothing in it: the process's own identity (environment, managed identity, `az login`). */
export interface AzureAccess {
	/** An app registration in the customer's tenant. */
	readonly client?: { readonly tenantId: string; readonly clientId: string; readonly clientSecret: string };
	/** Tokens from elsewhere. */
	readonly credential?: TokenCredential;
	/** PEM of the authority behind a key vault that is not Microsoft's own; its address is then not held against its realm. */
	readonly certificateAuthority?: string;
}

const algorithm = "RSA-OAEP-256";
/** Azure's client waits without end otherwise. */
const timeout = { requestOptions: { timeout: 20_000 } } as const;
const keyPattern = /^(https:\/\/[a-z0-9.-]+(?::\d+)?\/keys\/[A-Za-z0-9-]+)(\/[0-9a-f]{32})?$/;

/** A key of Azure Key Vault. It wraps with its newest version, or with the one that is named; the slot says which it was. */
export function azureKeyService({ keyId, azure = {} }: Extract<KeyServiceUnlock, { type: "kms-azure" }>): KeyService {
	const key = keyPattern.exec(keyId)?.[1];
	if (key === undefined) {
		throw new AppError("bad-input", "That is not the identifier of a key in Azure Key Vault", {
			hint: "Give the key identifier, like https://acme.vault.azure.net/keys/backup.",
		});
	}
	const ask = async <T>(version: string, permission: string, call: (client: CryptographyClient) => Promise<T>): Promise<T> => {
		const { CryptographyClient } = await import("@azure/keyvault-keys");
		try {
			const client = new CryptographyClient(version, await credentialOf(azure), {
				// Whoever asks us repeats, in one place.
				retryOptions: { maxRetries: 0 },
				...(azure.certificateAuthority === undefined
					? {}
					: { tlsOptions: { ca: azure.certificateAuthority }, disableChallengeResourceVerification: true }),
			});
			return await call(client);
		} catch (cause) {
			throw failure({ keyId, permission, cause });
		}
	};
	const isKey = (named: string) => keyPattern.exec(named)?.[1] === key;
	return {
		isKey,
		wrap: (secret) =>
			ask(keyId, "wrapKey", async (client) => {
				const { result, keyID } = await client.wrapKey(algorithm, secret, timeout);
				if (keyID === undefined || !isKey(keyID))
					throw new AppError("vault-key-unavailable", "Azure Key Vault answered for another key than it was asked for");
				return { keyId: keyID, sealedSecret: plain(result).slice() };
			}),
		unwrap: ({ keyId: version, sealedSecret }) =>
			ask(version, "unwrapKey", async (client) => {
				const answer = await client.unwrapKey(algorithm, sealedSecret, timeout).catch((error: unknown) => {
					if (statusOf(error) === 400) return undefined;
					throw error;
				});
				return answer === undefined ? undefined : plain(answer.result);
			}),
	};
}

async function credentialOf({ client, credential }: AzureAccess): Promise<TokenCredential> {
	if (credential !== undefined) return credential;
	const { ClientSecretCredential, DefaultAzureCredential } = await import("@azure/identity");
	return client === undefined
		? new DefaultAzureCredential()
		: new ClientSecretCredential(client.tenantId, client.clientId, client.clientSecret);
}

function statusOf(error: unknown): number | undefined {
	const status = error instanceof Error && "statusCode" in error ? error.statusCode : undefined;
	return typeof status === "number" ? status : undefined;
}

/** Key Vault says in `code` what kind of refusal it is, and one level deeper that a key is disabled. */
function reasonOf(error: unknown): string {
	const code = error instanceof Error && "code" in error ? error.code : undefined;
	return typeof code === "string" ? code : `status ${statusOf(error) ?? "unknown"}`;
}

function failure({ keyId, permission, cause }: { readonly keyId: string; readonly permission: string; readonly cause: unknown }): AppError {
	if (cause instanceof AppError) return cause;
	const about = { service: "Azure Key Vault", keyId, reason: reasonOf(cause), permission, cause };
	const status = statusOf(cause);
	if (status === 403 || status === 404) return keyRevoked(about);
	const refused =
		cause instanceof Error && /^(?:AuthenticationError|CredentialUnavailableError|AggregateAuthenticationError)$/.test(cause.name);
	if (status === 401 || refused) return callerRejected(about);
	return keyUnavailable(about);
}
