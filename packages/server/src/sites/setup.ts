import type { Setup, SetupStep } from "@skyeworx/contract";
import { noSuch, type Principal } from "../access/principal.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { ReadPorts } from "../runs/read-runs.ts";
import { kitGroup } from "../storage/kit-proof.ts";

/** Notes that a person sets a site up; one that a script connected asks nobody for anything. */
export async function beginSetup(scoped: Scoped, { organizationId, via }: Principal, siteId: string): Promise<void> {
	if (via !== "session") return;
	await scoped.insertInto("site_setups").values({ site_id: siteId, organization_id: organizationId }).execute();
}

interface Facts {
	readonly looked: boolean;
	readonly finished: boolean;
	readonly kitProven: boolean;
	readonly hasPolicy: boolean;
	readonly backedUp: boolean;
	readonly restored: boolean;
}

/** The first step that is not done. Nothing but what is there counts, so that whoever closes the browser comes back to it. */
function stepOf({ looked, finished, kitProven, hasPolicy, backedUp, restored }: Facts): SetupStep {
	if (finished) return "done";
	if (!looked) return "found";
	if (!kitProven) return "kit";
	if (!hasPolicy) return "policy";
	if (!backedUp) return "backup";
	return restored ? "done" : "trial";
}

/** Where a site's set-up stands. @throws AppError `not-found` */
export async function readSetup(ports: ReadPorts, { organizationId }: Principal, siteId: string): Promise<Setup> {
	const sealer = await ports.keys.sealer(organizationId);
	return await withOrganization(ports.database, organizationId, async (scoped) => {
		const site = await scoped
			.selectFrom("sites")
			.leftJoin("site_setups", "site_setups.site_id", "sites.id")
			.leftJoin("site_keys", "site_keys.site_id", "sites.id")
			.leftJoin("site_policies", "site_policies.site_id", "sites.id")
			.select(["sites.last_good_at", "site_setups.site_id as begun", "site_setups.looked_at", "site_setups.finished_at"])
			.select(["site_keys.kit_proven_at", "site_keys.sealed_kit_check", "site_policies.site_id as policy"])
			.where("sites.id", "=", siteId)
			.executeTakeFirst();
		if (site === undefined) throw noSuch("site");
		const run = await scoped
			.selectFrom("runs")
			.select("id")
			.where("site_id", "=", siteId)
			.where("type", "=", "backup")
			.orderBy("created_at", "desc")
			.limit(1)
			.executeTakeFirst();
		const { restored } = await scoped
			.selectFrom("restores")
			.select((eb) => eb.fn.countAll<number>().as("restored"))
			.where("site_id", "=", siteId)
			.where("restored", ">", 0)
			.executeTakeFirstOrThrow();
		const step = stepOf({
			looked: site.looked_at !== null,
			finished: site.begun === null || site.finished_at !== null,
			// A vault whose kit can't be asked for is not waited for.
			kitProven: site.kit_proven_at !== null || site.sealed_kit_check === null,
			hasPolicy: site.policy !== null,
			backedUp: site.last_good_at !== null,
			restored: restored > 0,
		});
		return { siteId, step, proofGroup: kitGroup(sealer, siteId, site.sealed_kit_check), runId: run?.id ?? null, restored };
	});
}

/** Notes what somebody has done that nothing else tells. @throws AppError `not-found` */
export async function changeSetup(
	ports: ReadPorts & { readonly clock: { now(): Date } },
	principal: Principal,
	siteId: string,
	did: "looked" | "finished",
): Promise<Setup> {
	const now = ports.clock.now();
	await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		await scoped
			.updateTable("site_setups")
			.set(did === "looked" ? { looked_at: now } : { finished_at: now })
			.where("site_id", "=", siteId)
			.execute();
	});
	return await readSetup(ports, principal, siteId);
}

/** Sites whose set-up a person has begun and not finished. */
export async function openSetups(scoped: Scoped): Promise<ReadonlySet<string>> {
	const rows = await scoped
		.selectFrom("site_setups")
		.select("site_id")
		.where("finished_at", "is", null)
		.where((eb) =>
			eb.not(
				eb.exists(
					eb
						.selectFrom("restores")
						.select("restores.id")
						.whereRef("restores.site_id", "=", "site_setups.site_id")
						.where("restores.restored", ">", 0),
				),
			),
		)
		.execute();
	return new Set(rows.map((row) => row.site_id));
}
