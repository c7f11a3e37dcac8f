import type { Damage } from "@skyeworx/vault";
import { withOrganization } from "../data/database.ts";
import type { JobContext, WorkPorts } from "../jobs/work-ports.ts";
import { damagePlace, saveUpkeep } from "./upkeep-row.ts";

/** Objects that are kept with all that is lost with them; more than that is a lost vault. */
const keptObjects = 200;

type NotePorts = Pick<WorkPorts, "database" | "keys" | "clock" | "bus">;

/** Keeps what of a vault is damaged still, or that nothing is: the overview, the site's page and a notice tell of it. */
export async function noteDamage(
	ports: NotePorts,
	{ organizationId, siteId }: Pick<JobContext, "organizationId" | "siteId">,
	damage: readonly Damage[],
): Promise<void> {
	const sealer = await ports.keys.sealer(organizationId);
	const now = ports.clock.now();
	const changes =
		damage.length === 0
			? { damaged: 0, damaged_at: null, sealed_damage: null }
			: { damaged: damage.length, damaged_at: now, sealed_damage: sealer.json(damagePlace(siteId), damage.slice(0, keptObjects)) };
	await withOrganization(ports.database, organizationId, (scoped) => saveUpkeep(scoped, { organizationId, siteId }, changes));
	await ports.bus.publish(organizationId, { type: "site.changed", at: now.toISOString(), siteId });
}
