import { type Clock, toAppError } from "@skyeworx/core";
import { type Database, withOrganization } from "../data/database.ts";
import type { OrganizationKeys } from "../keys/organization-keys.ts";
import type { EventBus } from "../live/event-bus.ts";
import { failureOf } from "./site-facts.ts";

export interface ProblemPorts {
	readonly database: Database;
	readonly keys: OrganizationKeys;
	readonly bus: EventBus;
	readonly clock: Clock;
}

/** Codes that speak of the site or its credential rather than of one run. */
const ofSite = new Set([
	"credential-rejected",
	"credential-revoked",
	"scope-missing",
	"site-unreachable",
	"site-refused",
	"vault-damaged",
	"vault-rolled-back",
	"vault-key-wrong",
	"vault-key-revoked",
	"vault-unsupported",
	"store-full",
]);

/** Keeps what is wrong with a site, so that the overview can say it; other errors are the run's own. */
export async function saveProblem(
	ports: ProblemPorts,
	{ organizationId, siteId }: { readonly organizationId: string; readonly siteId: string },
	error: unknown,
): Promise<void> {
	const { code } = toAppError(error);
	if (!ofSite.has(code)) return;
	const sealer = await ports.keys.sealer(organizationId);
	await withOrganization(ports.database, organizationId, async (scoped) => {
		await scoped
			.updateTable("sites")
			.set({ problem_code: code, sealed_problem: sealer.json(`sites.problem/${siteId}`, failureOf(error)), checked_at: ports.clock.now() })
			.where("id", "=", siteId)
			.execute();
	});
	await ports.bus.publish(organizationId, { type: "site.changed", at: ports.clock.now().toISOString(), siteId });
}
