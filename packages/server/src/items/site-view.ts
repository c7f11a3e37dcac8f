import { type Principal, spacesWithin } from "../access/principal.ts";
import type { SiteRuntime, SiteRuntimes } from "../sites/site-runtimes.ts";
import { limitCatalog } from "./limited-catalog.ts";

/** A site as far as somebody may see its content. Everything that shows content goes through one. */
export interface SiteView extends SiteRuntime {
	/** The spaces that may be seen; null for all. */
	readonly within: ReadonlySet<string> | null;
}

/** @throws AppError `not-found`, or what opening the vault throws */
export async function openView(sites: SiteRuntimes, principal: Principal, siteId: string): Promise<SiteView> {
	return viewOf(await sites.open(principal.organizationId, siteId), principal);
}

/** What somebody may see of an open site. */
export function viewOf(runtime: SiteRuntime, principal: Principal): SiteView {
	const within = spacesWithin(principal, runtime.siteId);
	return within === null ? { ...runtime, within } : { ...runtime, catalog: limitCatalog(runtime.catalog, within), within };
}
