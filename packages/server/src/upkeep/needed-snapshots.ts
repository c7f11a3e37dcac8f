import type { Clock } from "@skyeworx/core";
import { planRetention, type RetentionPlan, readDescriptor } from "@skyeworx/engine";
import type { Vault } from "@skyeworx/vault";
import type { Scoped } from "../data/database.ts";
import type { OrganizationKeys } from "../keys/organization-keys.ts";
import { places } from "../restores/places.ts";
import type { PlanRequest } from "../restores/plan-body.ts";
import { policyOf, type StoredUpkeep } from "./upkeep-row.ts";

/** For so long a restore can be taken back, whatever the rules say of the snapshots that this needs. */
const undoDays = 30;
const dayMilliseconds = 86_400_000;

export interface NeededPorts {
	readonly clock: Clock;
	readonly keys: OrganizationKeys;
}

interface Asked {
	readonly organizationId: string;
	readonly vault: Pick<Vault, "snapshots" | "snapshot">;
	readonly stored: Pick<StoredUpkeep, "site_id" | "rules" | "timeZone" | "lastGoodSnapshotId">;
}

/**
 * What a site's rules mean now. Beside what retention itself never lets go, there stay: the newest good snapshot, which the promise is
 * measured by; what a restore of the last 30 days was made from and what it left, without which it can't be taken back; and what a plan
 * that is not carried out yet was made from.
 */
export async function planFor(ports: NeededPorts, scoped: Scoped, { organizationId, vault, stored }: Asked): Promise<RetentionPlan> {
	const policy = policyOf(stored);
	const now = ports.clock.now();
	const snapshots = vault.snapshots();
	const needed = new Map<number, string>();
	if (stored.lastGoodSnapshotId !== null) needed.set(stored.lastGoodSnapshotId, "the newest good one");
	const first = planRetention(snapshots, policy, now, needed);
	if (first.forget.length === 0) return first;
	for (const id of await usedByRestores(ports, scoped, { organizationId, siteId: stored.site_id })) needed.set(id, forUndo);
	for (const { snapshot, at } of first.forget) {
		if (needed.has(snapshot) || now.getTime() - at.getTime() >= undoDays * dayMilliseconds) continue;
		const { type } = await readDescriptor(await vault.snapshot(snapshot));
		if (type !== "backup") needed.set(snapshot, forUndo);
	}
	return planRetention(snapshots, policy, now, needed);
}

const forUndo = `taking a restore back needs it, for ${undoDays} days`;

async function usedByRestores(
	ports: NeededPorts,
	scoped: Scoped,
	{ organizationId, siteId }: { readonly organizationId: string; readonly siteId: string },
): Promise<ReadonlySet<number>> {
	const sealer = await ports.keys.sealer(organizationId);
	const now = ports.clock.now();
	const since = new Date(now.getTime() - undoDays * dayMilliseconds);
	const plans = await scoped
		.selectFrom("restore_plans")
		.leftJoin("restores", "restores.plan_id", "restore_plans.id")
		.select(["restore_plans.id", "restore_plans.sealed_request"])
		.where("restore_plans.site_id", "=", siteId)
		.where((where) =>
			where.or([
				where("restores.created_at", ">=", since),
				where("restores.finished_at", ">=", since),
				where("restores.status", "in", ["queued", "running", "undoing"]),
				where.and([where("restore_plans.status", "in", ["planning", "ready"]), where("restore_plans.expires_at", ">", now)]),
			]),
		)
		.execute();
	const requests = plans.map((plan) => sealer.openJson<PlanRequest>(places.request(plan.id), plan.sealed_request));
	return new Set(requests.flatMap((request) => request.selection.map(({ snapshotId }) => snapshotId)));
}
