import { AppError } from "@skyeworx/core";
import type { Unlock } from "@skyeworx/vault";
import { type Database, type Scoped, withOrganization } from "../data/database.ts";
import type { SiteStorage } from "../data/storage-tables.ts";
import type { OrganizationKeys, Sealer } from "../keys/organization-keys.ts";
import type { StoreLocation } from "../sites/backends.ts";
import { type OpenedKey, unlockOf } from "./service-key.ts";
import { bucketLocation, describeStore, locationOf, lockOf, type OpenedPlace } from "./store-place.ts";

export interface SecretPorts {
	readonly database: Database;
	readonly keys: OrganizationKeys;
}

/** Names the places that sealed secrets of stores and keys are bound to. */
export const secretPlaces = {
	store: (storeId: string) => `stores.secret/${storeId}`,
	key: (keyServiceId: string) => `key_services.secret/${keyServiceId}`,
	/** The key file of a site's vault. */
	siteKey: (siteId: string) => `site_keys.key/${siteId}`,
	kitCheck: (siteId: string) => `site_keys.kit_check/${siteId}`,
};

/** What an organization has chosen for new vaults. */
export interface Chosen {
	readonly externalId: string;
	/** Undefined until one was chosen: the server's own folder. */
	readonly store: (OpenedPlace & { readonly id: string }) | undefined;
	/** Undefined for the built-in key. */
	readonly key: (OpenedKey & { readonly id: string }) | undefined;
}

/** Reads an organization's choice within its transaction. */
export async function readChosen(scoped: Scoped, sealer: Sealer): Promise<Chosen> {
	const choice = await choiceRow(scoped);
	return {
		externalId: choice.external_id,
		store: choice.store_id === null ? undefined : await readStore(scoped, sealer, choice.store_id),
		key: choice.key_service_id === null ? undefined : await readKey(scoped, sealer, choice.key_service_id),
	};
}

/** The row is made by whoever needs it first: from then on the external id stands. */
async function choiceRow(scoped: Scoped) {
	const read = () => scoped.selectFrom("storage_choices").select(["external_id", "store_id", "key_service_id"]).executeTakeFirst();
	const known = await read();
	if (known !== undefined) return known;
	await scoped
		.insertInto("storage_choices")
		.defaultValues()
		.onConflict((conflict) => conflict.doNothing())
		.execute();
	const made = await read();
	if (made === undefined) throw new AppError("internal", "The choice of a store was not kept");
	return made;
}

/** An organization's choice. */
export async function loadChosen(ports: SecretPorts, organizationId: string): Promise<Chosen> {
	const sealer = await ports.keys.sealer(organizationId);
	return await withOrganization(ports.database, organizationId, (scoped) => readChosen(scoped, sealer));
}

/** One of the organization's stores with what opens it. */
export async function readStore(scoped: Scoped, sealer: Sealer, id: string): Promise<OpenedPlace & { readonly id: string }> {
	const row = await scoped.selectFrom("stores").select(["place", "sealed_secret"]).where("id", "=", id).executeTakeFirstOrThrow();
	return { id, place: row.place, secret: opened(sealer, secretPlaces.store(id), row.sealed_secret) };
}

async function readKey(scoped: Scoped, sealer: Sealer, id: string): Promise<OpenedKey & { readonly id: string }> {
	const row = await scoped.selectFrom("key_services").select(["key", "sealed_secret"]).where("id", "=", id).executeTakeFirstOrThrow();
	return { id, key: row.key, secret: opened(sealer, secretPlaces.key(id), row.sealed_secret) };
}

function opened(sealer: Sealer, place: string, sealed: Buffer | null): string | undefined {
	return sealed === null ? undefined : sealer.openText(place, sealed);
}

/** Where a site's vault lies, with what opens the store. */
export async function locateVault(scoped: Scoped, sealer: Sealer, storage: SiteStorage): Promise<StoreLocation> {
	if (storage.type === "folder") return { type: "folder", folder: storage.folder };
	const { external_id } = await choiceRow(scoped);
	const { place, secret } = await readStore(scoped, sealer, storage.storeId);
	if (place.type === "folder") throw new AppError("internal", "A site's bucket is a folder");
	return bucketLocation({ place, secret }, { path: storage.path, externalId: external_id });
}

/** How long what is written into a site's vault is to be locked; undefined where the store has no rule. */
export async function lockDaysOf(scoped: Scoped, sealer: Sealer, storage: SiteStorage): Promise<number | undefined> {
	return storage.type === "folder" ? undefined : lockOf((await readStore(scoped, sealer, storage.storeId)).place)?.days;
}

/** What opens a site's vault. @throws AppError `not-found` when the site has no key */
export async function unlockOfSite(scoped: Scoped, sealer: Sealer, siteId: string): Promise<Unlock> {
	const row = await scoped
		.selectFrom("site_keys")
		.select(["sealed_key", "key_service_id"])
		.where("site_id", "=", siteId)
		.executeTakeFirst();
	if (row?.key_service_id != null) {
		const { external_id } = await choiceRow(scoped);
		return unlockOf(await readKey(scoped, sealer, row.key_service_id), external_id);
	}
	if (row?.sealed_key == null) throw new AppError("not-found", "The site has no key");
	return { type: "key-file", key: sealer.openBytes(secretPlaces.siteKey(siteId), row.sealed_key) };
}

/** Where a new vault will lie, as its site's row says it. */
export function storageFor(chosen: Chosen, path: string, ports: { readonly vaultFolder: string }): SiteStorage {
	const { store, externalId } = chosen;
	if (store === undefined || store.place.type === "folder") {
		const place = store ?? { place: { type: "folder" as const, folder: null }, secret: undefined };
		const location = locationOf(place, { path, externalId, vaultFolder: ports.vaultFolder });
		return { type: "folder", folder: location.type === "folder" ? location.folder : "" };
	}
	return { type: "store", storeId: store.id, path, kind: store.place.type, description: describeStore(store.place, path) };
}
