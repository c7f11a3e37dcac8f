import type { Store } from "@skyeworx/vault";
import type { Scoped } from "../data/database.ts";
import type { OrganizationKeys } from "../keys/organization-keys.ts";
import type { SiteBackends } from "../sites/backends.ts";
import { locateVault } from "./stored-choice.ts";

interface SiteStorePorts {
	readonly keys: OrganizationKeys;
	readonly backends: Pick<SiteBackends, "openStore">;
}

/** The store that a site's vault lies in, for what is kept beside it; undefined when there is no such site. */
export async function storeOfSite(ports: SiteStorePorts, scoped: Scoped, siteId: string): Promise<Store | undefined> {
	const site = await scoped.selectFrom("sites").select(["organization_id", "storage"]).where("id", "=", siteId).executeTakeFirst();
	if (site === undefined) return undefined;
	return ports.backends.openStore(await locateVault(scoped, await ports.keys.sealer(site.organization_id), site.storage));
}
