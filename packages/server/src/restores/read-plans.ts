import type { RestorePlan as PlanBody } from "@skyeworx/contract";
import type { Clock } from "@skyeworx/core";
import { maySeeSite, noSuch, type Principal } from "../access/principal.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { ReadPorts } from "../runs/read-runs.ts";
import { planBody, type StoredPlan } from "./plan-body.ts";
import { maySeeSpaces } from "./space-limits.ts";

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
export async function readPlan(ports: ReadPorts & { readonly clock: Clock }, principal: Principal, planId: string): Promise<PlanBody> {
	const row = await withOrganization(ports.database, principal.organizationId, (scoped) => findPlan(scoped, principal, planId));
	return planBody(await ports.keys.sealer(principal.organizationId), row, ports.clock.now());
}
