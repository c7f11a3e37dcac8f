import type { VaultKeyBody, VaultKeyInput } from "@skyeworx/contract";
import type { KeyServiceUnlock } from "@skyeworx/vault";
import type { ServiceKey } from "../data/storage-tables.ts";
import { awsAccess } from "./store-place.ts";

/** A key of a key service with what opens the service. */
export interface OpenedKey {
	readonly key: ServiceKey;
	readonly secret: string | undefined;
}

/** Parts what is secret from what is not; undefined for the built-in key. */
export function splitKey(input: VaultKeyInput): OpenedKey | undefined {
	switch (input.type) {
		case "built-in":
			return undefined;
		case "kms-azure": {
			const { clientSecret, ...key } = input;
			return { key, secret: clientSecret };
		}
		case "kms-aws": {
			const { keyArn, access } = input;
			if (access.type === "role") return { key: { type: "kms-aws", keyArn, access }, secret: undefined };
			const { secretAccessKey, ...keys } = access;
			return { key: { type: "kms-aws", keyArn, access: keys }, secret: secretAccessKey };
		}
	}
}

/** What opens a vault's slot. */
export function unlockOf({ key, secret = "" }: OpenedKey, externalId: string): KeyServiceUnlock {
	if (key.type === "kms-aws") return { type: "kms-aws", keyArn: key.keyArn, aws: awsAccess(key.access, secret, externalId) };
	const { keyId, tenantId, clientId } = key;
	return { type: "kms-azure", keyId, azure: { client: { tenantId, clientId, clientSecret: secret } } };
}

/** A key as the API shows it; undefined is the built-in one. */
export function keyBody(key: ServiceKey | undefined): VaultKeyBody {
	if (key === undefined) return { type: "built-in", keyId: null, access: null };
	if (key.type === "kms-azure") return { type: key.type, keyId: key.keyId, access: `application ${key.clientId}` };
	const access = key.access.type === "role" ? key.access.roleArn : `access key ${key.access.accessKeyId}`;
	return { type: key.type, keyId: key.keyArn, access };
}
