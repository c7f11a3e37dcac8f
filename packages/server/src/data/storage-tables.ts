import type { ColumnType, Generated } from "kysely";

type Json<T> = ColumnType<T, string, string>;

interface Owned {
	organization_id: string;
}

/** How an AWS account is entered, without its secret. */
type AwsEntrance = { readonly type: "role"; readonly roleArn: string } | { readonly type: "keys"; readonly accessKeyId: string };

/** How long what is written can't be deleted. */
export interface StoreLock {
	readonly mode: "governance" | "compliance";
	readonly days: number;
}

/** Where an organization's vaults are put, without what is secret. */
export type StorePlace =
	| {
			readonly type: "folder";
			/** Null for the server's own. */
			readonly folder: string | null;
	  }
	| {
			readonly type: "s3";
			readonly bucket: string;
			readonly region: string;
			readonly prefix?: string;
			readonly endpoint?: string;
			readonly access: AwsEntrance;
			readonly lock?: StoreLock;
	  }
	| {
			readonly type: "azure";
			readonly account: string;
			readonly container: string;
			readonly prefix?: string;
			readonly endpoint?: string;
			readonly access: { readonly type: "account-key" | "shared-access-signature" };
			readonly lock?: StoreLock;
	  };

/** A key of a key service, without what is secret. */
export type ServiceKey =
	| { readonly type: "kms-aws"; readonly keyArn: string; readonly access: AwsEntrance }
	| { readonly type: "kms-azure"; readonly keyId: string; readonly tenantId: string; readonly clientId: string };

/** Where one site's vault lies: a folder of the server, or a place within one of its organization's stores. */
export type SiteStorage =
	| { readonly type: "folder"; readonly folder: string }
	| {
			readonly type: "store";
			readonly storeId: string;
			/** Below the store's own folder. */
			readonly path: string;
			readonly kind: "s3" | "azure";
			/** For people, so that lists need not look the store up. */
			readonly description: string;
	  };

interface StoreRow extends Owned {
	id: string;
	place: Json<StorePlace>;
	sealed_secret: Buffer | null;
	created_at: Date;
}

interface KeyServiceRow extends Owned {
	id: string;
	key: Json<ServiceKey>;
	sealed_secret: Buffer | null;
	created_at: Date;
}

/** What an organization has chosen for new vaults; made when it is first asked for. */
interface StorageChoiceRow {
	organization_id: Generated<string>;
	/** What roles of the organization's AWS account ask for; never changes. */
	external_id: Generated<string>;
	store_id: Generated<string | null>;
	key_service_id: Generated<string | null>;
}

interface SiteKeyRow extends Owned {
	site_id: string;
	/** The key file's bytes; null where a key service opens the vault. */
	sealed_key: Buffer | null;
	key_service_id: string | null;
	/** One group of the recovery code, to be asked for. */
	sealed_kit_check: Buffer | null;
	kit_proven_at: Date | null;
}

interface VaultMoveRow extends Owned {
	run_id: string;
	site_id: string;
	old_storage: Json<SiteStorage>;
	new_storage: Json<SiteStorage>;
	/** From then on the site's vault is the new one. */
	switched_at: Date | null;
	removed_at: Date | null;
}

/** The tables of stores, keys and moves. */
export interface StorageTables {
	stores: StoreRow;
	key_services: KeyServiceRow;
	storage_choices: StorageChoiceRow;
	site_keys: SiteKeyRow;
	vault_moves: VaultMoveRow;
}
