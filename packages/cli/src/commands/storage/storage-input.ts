import type { StoreInput, VaultKeyInput } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import { parseKeyAddress, parseStoreAddress, type StoreAddress } from "@skyeworx/vault";

/** What `storage set` and `storage test` take; secrets come from the environment, never from the command line. */
export interface StorageOptions {
	readonly store?: string;
	readonly accessKeyId?: string;
	readonly key?: string;
	readonly tenant?: string;
	readonly client?: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Reads a store's address as docs/storage.md writes it; `lock-max-days` is how long each backup is locked. @throws AppError `bad-input` */
export function storeInputOf({ store, accessKeyId }: StorageOptions, env: Env): StoreInput | undefined {
	if (store === undefined) return undefined;
	const address = parseStoreAddress(store);
	if (address.type === "folder")
		return { type: "folder", ...(address.path !== "" && address.path !== "default" && { folder: address.path }) };
	const { place } = address;
	const common = { ...(place.prefix !== undefined && { prefix: place.prefix }), ...lockOf(place), ...endpointOf(place) };
	if (address.type === "azure") {
		const { account, container } = address.place;
		const secret = requireSecret(env, "SKYEWORX_STORE_SECRET", "the account key or shared access signature");
		const access = /(^|[?&])sig=/.test(secret)
			? { type: "shared-access-signature" as const, signature: secret }
			: { type: "account-key" as const, key: secret };
		return { type: "azure", account, container, ...common, access };
	}
	const { bucket, region, role } = address.place;
	if (role?.externalId !== undefined) {
		throw new AppError("bad-input", "The external id is the server's to say", {
			hint: "skyeworx storage show prints it; leave it out here.",
		});
	}
	return { type: "s3", bucket, region, ...common, access: awsAccess(role?.arn, accessKeyId, env, "SKYEWORX_STORE_SECRET") };
}

/** Reads `built-in`, a KMS key's ARN with `?role=`, or an Azure key identifier. @throws AppError `bad-input` */
export function keyInputOf({ key, tenant, client, accessKeyId }: StorageOptions, env: Env): VaultKeyInput | undefined {
	if (key === undefined) return undefined;
	if (key === "built-in") return { type: "built-in" };
	const unlock = parseKeyAddress(key);
	if (unlock.type === "kms-aws")
		return { type: "kms-aws", keyArn: unlock.keyArn, access: awsAccess(unlock.aws?.role?.arn, accessKeyId, env, "SKYEWORX_KEY_SECRET") };
	if (tenant === undefined || client === undefined)
		throw new AppError("bad-input", "A key of Azure Key Vault needs --tenant and --client", {
			hint: "They name the application that may use it.",
		});
	const clientSecret = requireSecret(env, "SKYEWORX_KEY_SECRET", "the application's secret");
	return { type: "kms-azure", keyId: unlock.keyId, tenantId: tenant, clientId: client, clientSecret };
}

function awsAccess(roleArn: string | undefined, accessKeyId: string | undefined, env: Env, name: string) {
	if (roleArn !== undefined) return { type: "role" as const, roleArn };
	if (accessKeyId === undefined)
		throw new AppError("bad-input", "Say how the account is entered", { hint: "Add ?role=ARN to the address, or --access-key-id." });
	return { type: "keys" as const, accessKeyId, secretAccessKey: requireSecret(env, name, "the secret access key") };
}

function requireSecret(env: Env, name: string, what: string): string {
	const secret = env[name];
	if (secret === undefined || secret === "") throw new AppError("bad-input", `${name} is not set`, { hint: `Set it to ${what}.` });
	return secret;
}

type Place = Exclude<StoreAddress, { readonly type: "folder" }>["place"];

function lockOf({ lock }: Place) {
	if (lock === undefined) return {};
	if (lock.maxDays === undefined) throw new AppError("bad-input", "A lock needs lock-max-days: so long each backup can't be deleted");
	return { lock: { mode: lock.mode, days: lock.maxDays } };
}

function endpointOf({ endpoint }: Place) {
	return endpoint === undefined ? {} : { endpoint };
}
