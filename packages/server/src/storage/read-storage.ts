import { dirname } from "node:path";
import type { SiteStorage as SiteStorageBody, StorageSettings, StoreBody } from "@skyeworx/contract";
import type { Principal } from "../access/principal.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { SiteStorage, StorePlace } from "../data/storage-tables.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import { keyBody } from "./service-key.ts";
import { storeBody } from "./store-place.ts";
import { type Chosen, readChosen, type SecretPorts, storageFor } from "./stored-choice.ts";

export interface ReadStoragePorts extends SecretPorts {
	readonly vaultFolder: string;
}

/** What the organization has chosen, and how each site's vault is kept. */
export async function readStorage(ports: ReadStoragePorts, principal: Principal): Promise<StorageSettings> {
	const sealer = await ports.keys.sealer(principal.organizationId);
	return await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		const chosen = await readChosen(scoped, sealer);
		return {
			store: storeBody(chosen.store?.place ?? { type: "folder", folder: null }),
			key: keyBody(chosen.key?.key),
			externalId: chosen.externalId,
			sites: await siteBodies(ports, scoped, sealer, chosen),
		};
	});
}

async function siteBodies(ports: ReadStoragePorts, scoped: Scoped, sealer: Sealer, chosen: Chosen): Promise<SiteStorageBody[]> {
	const stores = new Map((await scoped.selectFrom("stores").select(["id", "place"]).execute()).map((row) => [row.id, row.place]));
	const keys = new Map((await scoped.selectFrom("key_services").select(["id", "key"]).execute()).map((row) => [row.id, row.key]));
	const moving = await scoped
		.selectFrom("runs")
		.select(["id", "site_id"])
		.where("type", "=", "move")
		.where("status", "in", ["queued", "running"])
		.execute();
	const moved = await scoped
		.selectFrom("vault_moves")
		.select(["site_id", "old_storage"])
		.where("switched_at", "is not", null)
		.where("removed_at", "is", null)
		.orderBy("switched_at")
		.execute();
	const sites = await scoped
		.selectFrom("sites")
		.leftJoin("site_keys", "site_keys.site_id", "sites.id")
		.select(["sites.id", "sites.sealed_name", "sites.storage", "site_keys.key_service_id", "site_keys.kit_proven_at"])
		.orderBy("sites.created_at")
		.execute();
	return sites.map((site) => {
		const old = moved.findLast((move) => move.site_id === site.id);
		return {
			siteId: site.id,
			siteName: sealer.openText(`sites.name/${site.id}`, site.sealed_name),
			store: siteStoreBody(site.storage, stores),
			key: keyBody(site.key_service_id === null ? undefined : keys.get(site.key_service_id)),
			inChosenStore: isChosen(site.storage, chosen, ports),
			underChosenKey: site.key_service_id === (chosen.key?.id ?? null),
			kitProvenAt: site.kit_proven_at?.toISOString() ?? null,
			movingRunId: moving.find((run) => run.site_id === site.id)?.id ?? null,
			oldStore: old === undefined ? null : siteStoreBody(old.old_storage, stores),
		};
	});
}

function siteStoreBody(storage: SiteStorage, stores: ReadonlyMap<string, StorePlace>): StoreBody {
	if (storage.type === "folder") return { ...storeBody({ type: "folder", folder: storage.folder }), description: storage.folder };
	const place = stores.get(storage.storeId);
	if (place === undefined) return { type: storage.kind, description: storage.description, region: null, lock: null, access: null };
	return storeBody(place, storage.description);
}

/** Whether a vault lies where a new one would be put. */
export function isChosen(storage: SiteStorage, chosen: Chosen, about: Pick<ReadStoragePorts, "vaultFolder">): boolean {
	if (storage.type === "store") return storage.storeId === chosen.store?.id;
	const next = storageFor(chosen, "", about);
	return next.type === "folder" && dirname(storage.folder) === next.folder;
}
