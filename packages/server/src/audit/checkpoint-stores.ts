import type { Store } from "@skyeworx/vault";
import { sql } from "kysely";
import type { Scoped } from "../data/database.ts";
import type { OrganizationKeys, Sealer } from "../keys/organization-keys.ts";
import type { SiteBackends } from "../sites/backends.ts";
import { locationOf, lockOf } from "../storage/store-place.ts";
import { locateVault, readChosen } from "../storage/stored-choice.ts";

export interface CheckpointStorePorts {
	readonly keys: OrganizationKeys;
	readonly backends: Pick<SiteBackends, "openStore">;
	readonly vaultFolder: string;
}

/** A place where signatures are kept out of the database's reach. */
export interface CheckpointStore {
	/** Null for the organization's own store. */
	readonly siteId: string | null;
	/** @throws AppError when what opens it is no longer there */
	open(): Promise<Store>;
	/** For so long a store with locks refuses to delete a checkpoint. */
	readonly lockedDays: number;
}

/** Where a store has no rule of its own. */
const usualLockedDays = 365;

interface Sites {
	/** Of these sites; of all when left out. */
	readonly siteIds?: readonly string[] | undefined;
}

/** Where a new signature goes: into the store that the organization has chosen; without one, into the stores of its sites. */
export async function storesToWrite(
	ports: CheckpointStorePorts,
	scoped: Scoped,
	organizationId: string,
	sites: Sites,
): Promise<CheckpointStore[]> {
	const own = await ownStore(ports, scoped, await ports.keys.sealer(organizationId));
	return own === undefined ? await siteStores(ports, scoped, organizationId, sites) : [own];
}

/**
 * Where signatures may lie: also in the stores of sites that were connected before a store was chosen. Those that are likely to hold the
 * newest come first.
 */
export async function storesToRead(ports: CheckpointStorePorts, scoped: Scoped, organizationId: string): Promise<CheckpointStore[]> {
	const own = await ownStore(ports, scoped, await ports.keys.sealer(organizationId));
	const ofSites = await siteStores(ports, scoped, organizationId, {});
	return own === undefined ? ofSites : [own, ...ofSites];
}

async function ownStore(ports: CheckpointStorePorts, scoped: Scoped, sealer: Sealer): Promise<CheckpointStore | undefined> {
	const { store, externalId } = await readChosen(scoped, sealer);
	if (store === undefined) return undefined;
	const location = locationOf(store, { path: "", externalId, vaultFolder: ports.vaultFolder });
	return {
		siteId: null,
		open: async () => ports.backends.openStore(location),
		lockedDays: lockOf(store.place)?.days ?? usualLockedDays,
	};
}

async function siteStores(
	ports: CheckpointStorePorts,
	scoped: Scoped,
	organizationId: string,
	{ siteIds }: Sites,
): Promise<CheckpointStore[]> {
	const sealer = await ports.keys.sealer(organizationId);
	const sites = await scoped
		.selectFrom("sites")
		.select(["id", "storage"])
		.orderBy(sql`last_good_at desc nulls last`)
		.orderBy("created_at")
		.execute();
	return sites
		.filter(({ id }) => siteIds === undefined || siteIds.includes(id))
		.map(({ id, storage }) => ({
			siteId: id,
			open: async () => ports.backends.openStore(await locateVault(scoped, sealer, storage)),
			lockedDays: usualLockedDays,
		}));
}
