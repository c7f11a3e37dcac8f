import { z } from "zod";
import { moment, uuid } from "./primitives.ts";

const secret = z.string().min(1).max(4096);
const folderName = z
	.string()
	.max(200)
	.regex(
		/^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/,
		"Letters, digits, dots, hyphens and underscores, with slashes between",
	);
const region = z.string().regex(/^[a-z0-9-]{2,40}$/, "A region, like ap-southeast-2");
const address = z.url({ protocol: /^https?$/ }).max(300);
const roleArn = z
	.string()
	.regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/, "The ARN of a role, like arn:aws:iam::111122223333:role/skyeworx");

/** How somebody else's AWS account is entered: a role that asks for our external id, or an access key. */
const awsAccess = z
	.discriminatedUnion("type", [
		z.object({ type: z.literal("role"), roleArn }),
		z.object({ type: z.literal("keys"), accessKeyId: z.string().min(1).max(128), secretAccessKey: secret }),
	])
	.meta({ id: "AwsAccessInput" });

/** Objects that nobody can delete for so many days after the backup that wrote them. */
const lock = z.object({ mode: z.enum(["governance", "compliance"]), days: z.int().min(1).max(3650) }).meta({ id: "StoreLock" });

/** Where new vaults are put. */
const storeInput = z
	.discriminatedUnion("type", [
		z.object({
			type: z.literal("folder"),
			/** A folder of the server's machine, below what the operator allows; a folder in the server's data when left out. */
			folder: z.string().min(1).max(500).optional(),
		}),
		z.object({
			type: z.literal("s3"),
			bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "The name of a bucket"),
			/** The bucket must lie there, now and whenever it is opened. */
			region,
			prefix: folderName.optional(),
			/** Of a compatible server; Amazon's own address when left out. Entered with keys. */
			endpoint: address.optional(),
			access: awsAccess,
			lock: lock.optional(),
		}),
		z.object({
			type: z.literal("azure"),
			account: z.string().regex(/^[a-z0-9]{3,24}$/, "The name of a storage account"),
			container: z.string().regex(/^[a-z0-9](?:-?[a-z0-9]){2,62}$/, "The name of a container"),
			prefix: folderName.optional(),
			endpoint: address.optional(),
			access: z
				.discriminatedUnion("type", [
					z.object({ type: z.literal("account-key"), key: secret }),
					z.object({ type: z.literal("shared-access-signature"), signature: secret }),
				])
				.meta({ id: "AzureAccessInput" }),
			lock: lock.optional(),
		}),
	])
	.meta({ id: "StoreInput" });
export type StoreInput = z.infer<typeof storeInput>;

/** What opens the vaults of an organization. */
const vaultKeyInput = z
	.discriminatedUnion("type", [
		z.object({ type: z.literal("built-in") }),
		z.object({
			type: z.literal("kms-aws"),
			keyArn: z
				.string()
				.regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/, "The ARN of a KMS key; an alias can be pointed at another key"),
			access: awsAccess,
		}),
		z.object({
			type: z.literal("kms-azure"),
			keyId: z
				.string()
				.max(300)
				.regex(
					/^https:\/\/[a-z0-9.-]+(:\d+)?\/keys\/[A-Za-z0-9-]+(\/[0-9a-f]{32})?$/,
					"A key identifier, like https://acme.vault.azure.net/keys/backup",
				),
			tenantId: z.string().min(1).max(100),
			clientId: z.string().min(1).max(100),
			clientSecret: secret,
		}),
	])
	.meta({ id: "VaultKeyInput" });
export type VaultKeyInput = z.infer<typeof vaultKeyInput>;

/** A store without what opens it. */
const storeBody = z
	.object({
		type: z.enum(["folder", "s3", "azure"]),
		/** For people: `S3 bucket acme-backup/jira in ap-southeast-2`. */
		description: z.string(),
		region: z.string().nullable(),
		lock: lock.nullable(),
		/** The role, the access key's id, or what else says how it is entered; never a secret. */
		access: z.string().nullable(),
	})
	.meta({ id: "Store" });
export type StoreBody = z.infer<typeof storeBody>;

const vaultKeyBody = z
	.object({
		type: z.enum(["built-in", "kms-aws", "kms-azure"]),
		/** The key service's name of the key. */
		keyId: z.string().nullable(),
		access: z.string().nullable(),
	})
	.meta({ id: "VaultKey" });
export type VaultKeyBody = z.infer<typeof vaultKeyBody>;

/** How one site's vault is kept, and what is different from what the organization has chosen. */
const siteStorage = z.object({
	siteId: uuid,
	siteName: z.string(),
	store: storeBody,
	key: vaultKeyBody,
	/** Whether the vault lies where new ones are put. */
	inChosenStore: z.boolean(),
	underChosenKey: z.boolean(),
	/** When somebody showed that they have the recovery kit. */
	kitProvenAt: moment.nullable(),
	/** The run that moves it now. */
	movingRunId: uuid.nullable(),
	/** Where it was before it was moved; kept, but no longer written, until somebody removes it. */
	oldStore: storeBody.nullable(),
});
export type SiteStorage = z.infer<typeof siteStorage>;

export const storageSettings = z
	.object({
		store: storeBody,
		key: vaultKeyBody,
		/** The word that roles of the organization's AWS account must ask us for; made once, never changed. */
		externalId: z.string(),
		sites: z.array(siteStorage),
	})
	.meta({ id: "StorageSettings" });
export type StorageSettings = z.infer<typeof storageSettings>;

export const storageChange = z.object({ store: storeInput, key: vaultKeyInput }).partial().meta({ id: "StorageChange" });
export type StorageChange = z.infer<typeof storageChange>;

const storageFinding = z.object({
	/** What a vault needs: `put`, `lock`, `encrypt` ... */
	need: z.string(),
	ok: z.boolean(),
	/** What went wrong and, for a refused right, its name: `s3:PutObject is missing`. Empty when it is ok. */
	message: z.string(),
	hint: z.string().nullable(),
});
const tried = z.object({ description: z.string(), ok: z.boolean(), findings: z.array(storageFinding) });

/** What was tried with a store and a key, and which right is missing; null for what was not asked. */
export const storageTest = z.object({ ok: z.boolean(), store: tried.nullable(), key: tried.nullable() }).meta({ id: "StorageTest" });
export type StorageTest = z.infer<typeof storageTest>;

export const kitProof = z.object({ part: z.string().trim().min(1).max(20) }).meta({ id: "RecoveryKitProof" });

export const oldStoreRemoved = z
	.object({
		deleted: z.int(),
		/** Objects that the store keeps until their lock ends; asking again later removes them. */
		locked: z.int(),
	})
	.meta({ id: "OldStoreRemoved" });
