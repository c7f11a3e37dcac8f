import type { ApiBudget, Connection, CredentialStore, grantedSites, takeConsent } from "@skyeworx/atlassian";
import type { Catalog, OpenCatalogOptions } from "@skyeworx/catalog";
import type { Connector, KindDefinition } from "@skyeworx/engine";
import type { AzurePlace, KeyServiceUnlock, LogHead, S3Place, Store, Unlock, Vault } from "@skyeworx/vault";

/** Where objects lie, with what opens it: never logged, never stored. */
export type StoreLocation =
	| { readonly type: "folder"; readonly folder: string }
	| { readonly type: "s3"; readonly place: S3Place }
	| { readonly type: "azure"; readonly place: AzurePlace };

/** Where a site's vault lies. */
export interface VaultPlace {
	readonly location: StoreLocation;
	/** For spooled ciphertext. */
	readonly cacheFolder: string;
}

type OmitClock<F> = F extends (ports: never, ...rest: infer Rest) => infer Result ? (...rest: Rest) => Result : never;

/** What a site is made of. `main-*` gives the real ones; tests give theirs. */
export interface SiteBackends {
	/** Every kind that connectors know, without a site. */
	readonly kinds: readonly KindDefinition[];
	createVault(place: VaultPlace, slots: readonly Unlock[]): Promise<Vault>;
	openVault(place: VaultPlace, unlock: Unlock, expectHead: LogHead | undefined): Promise<Vault>;
	/** The store itself, for what is kept in it beside the vault. Nothing is asked before its first call. */
	openStore(location: StoreLocation): Store;
	/** Wraps and unwraps a random secret. @throws AppError naming the right that is missing in `facts.permission` */
	probeKey(unlock: KeyServiceUnlock): Promise<void>;
	/** The same key, reached in the way that this server reaches its service: for a slot that is added to an open vault. */
	throughOurs(unlock: Unlock): Unlock;
	openCatalog(options: OpenCatalogOptions): Catalog;
	connect(connection: Connection, credentials: CredentialStore, budget?: ApiBudget): Connector;
	/** Turns what a person came back with from Atlassian into a credential. */
	readonly takeConsent: OmitClock<typeof takeConsent>;
	/** The sites that a fresh grant covers. */
	readonly grantedSites: typeof grantedSites;
	/** A code to print that opens a vault without us. */
	newRecoveryKit(): string;
}
