import type { Unlock } from "../../vault.ts";
import { awsKeyService } from "./aws-key-service.ts";
import { azureKeyService } from "./azure-key-service.ts";

/** The ways to open a vault for which a key service must be asked. */
export type KeyServiceUnlock = Extract<Unlock, { readonly type: "kms-aws" | "kms-azure" }>;

/** Bound to what is wrapped, where the service can: a wrapped secret of another slot is refused. */
export interface WrapContext {
	readonly vaultId: string;
	readonly slotId: string;
}

/**
 * One key of a key service.
 * Methods throw AppError `vault-key-revoked` when the key's owner withdrew it, `credential-rejected` when the service does not
 * know who asks, `vault-key-unavailable` (retryable) when it does not answer.
 */
export interface KeyService {
	/** Wraps 32 bytes; `keyId` names the key, and its version where the service has versions. */
	wrap(secret: Uint8Array, context: WrapContext): Promise<{ readonly keyId: string; readonly sealedSecret: Uint8Array }>;
	/** The secret, or undefined when this key did not wrap it so. */
	unwrap(wrapped: { readonly keyId: string; readonly sealedSecret: Uint8Array }, context: WrapContext): Promise<Uint8Array | undefined>;
	/** Whether a slot that names this key can be opened with it. */
	isKey(keyId: string): boolean;
}

/** The key that an unlock names. @throws AppError `bad-input` when it names none */
export function keyServiceOf(unlock: KeyServiceUnlock): KeyService {
	return unlock.type === "kms-aws" ? awsKeyService(unlock) : azureKeyService(unlock);
}

export function asksKeyService(unlock: Unlock): unlock is KeyServiceUnlock {
	return unlock.type === "kms-aws" || unlock.type === "kms-azure";
}
