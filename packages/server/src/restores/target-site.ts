import type { RestoreTargetBody } from "@skyeworx/contract";
import type { RestoreTarget } from "@skyeworx/engine";
import { noSuch, type Principal, requireSite, spacesWithin } from "../access/principal.ts";
import type { SiteRuntime, SiteRuntimes } from "../sites/site-runtimes.ts";

/**
 * Checks where a restore is to go. Whoever is limited to spaces, here or there, restores on the own site only.
 * @throws AppError `not-found`: a site that somebody may not see looks like one that does not exist
 */
export function targetFor(principal: Principal, siteId: string, target: RestoreTargetBody): RestoreTargetBody {
	if (target.type !== "copy" || target.siteId === undefined) return target;
	if (target.siteId === siteId) {
		const { siteId: _own, ...here } = target;
		return here;
	}
	requireSite(principal, target.siteId);
	if (spacesWithin(principal, siteId) !== null || spacesWithin(principal, target.siteId) !== null) throw noSuch("site");
	return target;
}

/** The site that a restore writes to: its own, or another one of the organization. @throws AppError `not-found` */
export async function targetRuntime(
	sites: SiteRuntimes,
	organizationId: string,
	own: SiteRuntime,
	target: RestoreTarget | RestoreTargetBody,
): Promise<SiteRuntime> {
	return target.type === "copy" && target.siteId !== undefined ? await sites.open(organizationId, target.siteId) : own;
}
