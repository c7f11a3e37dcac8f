import type { Retention, RetentionPreview, RetentionRules } from "@skyeworx/contract";
import type { Clock } from "@skyeworx/core";
import { estimateFreed, keepsAtLeast, type RetentionVerdict } from "@skyeworx/engine";
import type { Principal } from "../access/principal.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { ReadPorts } from "../runs/read-runs.ts";
import type { SiteRuntimes } from "../sites/site-runtimes.ts";
import { planFor } from "./needed-snapshots.ts";
import { loadPlan, type PlanLimit, refusalOf } from "./plan-limit.ts";
import { holdPlace, loadUpkeep, policyOf, type StoredUpkeep } from "./upkeep-row.ts";

export interface RetentionPorts extends ReadPorts {
	readonly clock: Clock;
	readonly sites: SiteRuntimes;
}

const shownVerdicts = 500;

/** @throws AppError `not-found` */
export async function readRetention(ports: ReadPorts, principal: Principal, siteId: string): Promise<Retention> {
	const { stored, limit } = await load(ports, principal, siteId);
	return {
		siteId,
		rules: { ...stored.rules },
		hold: await holdOf(ports, principal, stored),
		...limit,
		beyondPlan: refusalOf(limit, policyOf(stored)) !== null,
		verifyWithinDays: stored.verify_days,
	};
}

/** What rules would mean for the restore points that there are now. @throws AppError `not-found`, `vault-damaged` */
export async function previewRetention(
	ports: RetentionPorts,
	principal: Principal,
	siteId: string,
	wanted: { readonly rules: RetentionRules; readonly signal?: AbortSignal },
): Promise<RetentionPreview> {
	const { stored, limit, approvals } = await load(ports, principal, siteId);
	const { vault } = await ports.sites.open(principal.organizationId, siteId);
	const wished = { ...stored, rules: wanted.rules };
	const { organizationId } = principal;
	const plan = await withOrganization(ports.database, organizationId, (scoped) =>
		planFor(ports, scoped, { organizationId, vault, stored: wished }),
	);
	const goes = new Set(plan.forget.map(({ snapshot }) => snapshot));
	const letsGo = !keepsAtLeast(policyOf(wished), policyOf(stored));
	return {
		rules: { ...wanted.rules },
		keep: shown(plan.keep),
		keepCount: plan.keep.length,
		forget: shown(plan.forget),
		forgetCount: plan.forget.length,
		freedBytes: await estimateFreed(vault, goes, wanted.signal),
		letsGo,
		needsApproval: letsGo && approvals.includes("delete"),
		hold: await holdOf(ports, principal, stored),
		beyondPlan: refusalOf(limit, policyOf(wished)),
	};
}

function shown(verdicts: readonly RetentionVerdict[]) {
	return verdicts
		.slice(0, shownVerdicts)
		.map(({ snapshot, at, reasons }) => ({ snapshotId: snapshot, at: at.toISOString(), reasons: [...reasons] }));
}

interface Loaded {
	readonly stored: StoredUpkeep;
	readonly limit: PlanLimit;
	readonly approvals: readonly string[];
}

async function load(ports: ReadPorts, principal: Principal, siteId: string): Promise<Loaded> {
	return await withOrganization(ports.database, principal.organizationId, async (scoped: Scoped) => {
		const stored = await loadUpkeep(scoped, siteId);
		const { approvals } = await scoped.selectFrom("organizations").select("approvals").executeTakeFirstOrThrow();
		return { stored, limit: await loadPlan(scoped), approvals };
	});
}

async function holdOf(ports: ReadPorts, principal: Principal, stored: StoredUpkeep): Promise<Retention["hold"]> {
	if (stored.sealed_hold === null || stored.held_at === null) return null;
	const sealer = await ports.keys.sealer(principal.organizationId);
	return { name: sealer.openText(holdPlace(stored.site_id), stored.sealed_hold), since: stored.held_at.toISOString() };
}
