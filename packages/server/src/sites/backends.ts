import type { ApiBudget, Connection, CredentialStore } from "@skyeworx/atlassian";
import type { Catalog, OpenCatalogOptions } from "@skyeworx/catalog";
import type { Connector, KindDefinition } from "@skyeworx/engine";
import type { LogHead, Store, Unlock, Vault } from "@skyeworx/vault";

/** Where a site's vault lies. */
export interface VaultPlace {
	readonly folder: string;
	/** For spooled ciphertext. */
	readonly cacheFolder: string;
}

/** What a site is made of. `main-*` gives the real ones; tests give theirs. */
export interface SiteBackends {
	/** Every kind that connectors know, without a site. */
	readonly kinds: readonly KindDefinition[];
	createVault(place: VaultPlace, slots: readonly Unlock[]): Promise<Vault>;
	openVault(place: VaultPlace, unlock: Unlock, expectHead: LogHead | undefined): Promise<Vault>;
	/** The store itself, for what is kept in it beside the vault. */
	openStore(place: VaultPlace): Store;
	openCatalog(options: OpenCatalogOptions): Catalog;
	connect(connection: Connection, credentials: CredentialStore, budget?: ApiBudget): Connector;
	/** A code to print that opens a vault without us. */
	newRecoveryKit(): string;
}
