import type { DamagedObject, Upkeep } from "@skyeworx/contract";
import type { Damage } from "@skyeworx/vault";
import type { Principal } from "../access/principal.ts";
import { withOrganization } from "../data/database.ts";
import { type ReadSitePorts, tryOpen } from "../sites/read-sites.ts";
import type { SiteRuntime } from "../sites/site-runtimes.ts";
import { damagePlace, loadUpkeep } from "./upkeep-row.ts";

/** How a site's vault is looked after. @throws AppError `not-found` */
export async function readUpkeep(ports: ReadSitePorts, principal: Principal, siteId: string): Promise<Upkeep> {
	const { organizationId } = principal;
	const sealer = await ports.keys.sealer(organizationId);
	const { stored, last, running } = await withOrganization(ports.database, organizationId, async (scoped) => {
		const runs = scoped.selectFrom("runs").select(["id", "finished_at"]).where("site_id", "=", siteId).where("type", "=", "upkeep");
		return {
			stored: await loadUpkeep(scoped, siteId),
			last: await runs.where("finished_at", "is not", null).orderBy("finished_at", "desc").limit(1).executeTakeFirst(),
			running: await runs.where("status", "in", ["queued", "running"]).limit(1).executeTakeFirst(),
		};
	});
	const damage =
		stored.sealed_damage === null || stored.damaged_at === null
			? null
			: { at: stored.damaged_at.toISOString(), objects: sealer.openJson<Damage[]>(damagePlace(siteId), stored.sealed_damage) };
	const { runtime } = damage === null ? { runtime: undefined } : await tryOpen(ports, organizationId, siteId);
	return {
		siteId,
		nextDueAt: stored.nextDueAt.toISOString(),
		lastRunId: last?.id ?? null,
		lastAt: last?.finished_at?.toISOString() ?? null,
		runningRunId: running?.id ?? null,
		verifiedAt: stored.verified_at?.toISOString() ?? null,
		verifiedLevel: stored.verified_level as Upkeep["verifiedLevel"],
		wholeSince: stored.whole_since?.toISOString() ?? null,
		verifyWithinDays: stored.verify_days,
		damage: damage === null ? null : { ...damage, objects: damage.objects.map((one) => damagedBody(one, principal, runtime)) },
	};
}

/** Who is limited to spaces learns how much is lost, and not which items of other spaces there are. */
function damagedBody(
	{ object, what, detail, lost, lostCount }: Damage,
	principal: Principal,
	runtime: SiteRuntime | undefined,
): DamagedObject {
	const named = lost.map(({ snapshot, kind, id, part }) => {
		const facts = runtime?.catalog.item({ kind, id }, snapshot) ?? runtime?.catalog.item({ kind, id });
		return { snapshotId: snapshot, kind, id, part, key: facts?.key ?? null, title: facts?.title ?? null };
	});
	return { object, what, detail, lost: principal.spaces === null ? named : [], lostCount };
}
