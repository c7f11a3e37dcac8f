import type { RestorePlan as PlanBody } from "@skyeworx/contract";
import type { Clock } from "@skyeworx/core";
import type { KindDefinition, RestorePlan } from "@skyeworx/engine";
import { maySeeSite, noSuch, type Principal } from "../access/principal.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import type { ReadPorts } from "../runs/read-runs.ts";
import { consentFor } from "../sites/consent.ts";
import { places } from "./places.ts";
import { planBody, type StoredPlan } from "./plan-body.ts";
import { maySeeSpaces } from "./space-limits.ts";

interface ReadPlanPorts extends ReadPorts {
	readonly clock: Clock;
	readonly kinds: readonly KindDefinition[];
}

/** @throws AppError `not-found` */
export async function findPlan(scoped: Scoped, principal: Principal, planId: string): Promise<StoredPlan> {
	const row = await scoped
		.selectFrom("restore_plans")
		.innerJoin("sites", "sites.id", "restore_plans.site_id")
		.selectAll("restore_plans")
		.select("sites.sealed_name as site_sealed_name")
		.where("restore_plans.id", "=", planId)
		.executeTakeFirst();
	if (row === undefined || !maySeeSite(principal, row.site_id) || !maySeeSpaces(principal, row)) throw noSuch("restore plan");
	return row;
}

/** @throws AppError `not-found` */
export async function readPlan(ports: ReadPlanPorts, principal: Principal, planId: string): Promise<PlanBody> {
	const sealer = await ports.keys.sealer(principal.organizationId);
	const { row, consent } = await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		const found = await findPlan(scoped, principal, planId);
		return { row: found, consent: found.status === "ready" ? await consentOf(ports, scoped, sealer, found) : null };
	});
	return planBody(sealer, row, { now: ports.clock.now(), consent });
}

async function consentOf(ports: ReadPlanPorts, scoped: Scoped, sealer: Sealer, row: StoredPlan): Promise<PlanBody["consent"]> {
	if (row.sealed_plan === null) return null;
	const plan = sealer.openJson<RestorePlan>(places.plan(row.id), row.sealed_plan);
	return await consentFor(ports, scoped, { sealer, siteId: row.site_id, plan });
}
