import type { Damage, VerifyLevel } from "@skyeworx/vault";
import { withOrganization } from "../data/database.ts";
import type { JobContext, WorkPorts } from "../jobs/work-ports.ts";
import { damagePlace, loadUpkeep, saveUpkeep } from "./upkeep-row.ts";

/** Objects that are kept with all that is lost with them; more than that is a lost vault. */
const keptObjects = 200;

type NotePorts = Pick<WorkPorts, "database" | "keys" | "clock" | "bus">;

/**
 * Adds what a verification found to what is known already. Only one that read every byte of everything can say that nothing else is
 * damaged: a look at less leaves what it did not look at as it was.
 */
export async function addDamage(
	ports: NotePorts,
	about: Pick<JobContext, "organizationId" | "siteId">,
	{ damage, level }: { readonly damage: readonly Damage[]; readonly level: VerifyLevel },
): Promise<void> {
	if (level === "data") return await noteDamage(ports, about, damage);
	if (damage.length === 0) return;
	const sealer = await ports.keys.sealer(about.organizationId);
	const { sealed_damage: sealed } = await withOrganization(ports.database, about.organizationId, (scoped) =>
		loadUpkeep(scoped, about.siteId),
	);
	const known = sealed === null ? [] : sealer.openJson<Damage[]>(damagePlace(about.siteId), sealed);
	const found = new Set(damage.map((one) => one.object));
	await noteDamage(ports, about, [...damage, ...known.filter((one) => !found.has(one.object))]);
}

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
