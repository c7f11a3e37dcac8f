import { createHash } from "node:crypto";
import type { RetentionRules } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import { keepsAtLeast } from "@skyeworx/engine";
import type { Principal } from "../access/principal.ts";
import type { AccessPorts } from "../access/sessions.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { EventBus } from "../live/event-bus.ts";
import { approvalRequired, takeApproval, type WantedDeed } from "../organizations/approvals.ts";
import { loadPlan, refusalOf } from "./plan-limit.ts";
import { holdPlace, loadUpkeep, lockRules, policyOf, saveUpkeep } from "./upkeep-row.ts";

export interface ChangeRetentionPorts extends AccessPorts {
	readonly bus: EventBus;
}

export interface RetentionChange {
	readonly rules?: RetentionRules | undefined;
	readonly verifyWithinDays?: number | undefined;
	readonly reason?: string | undefined;
}

/**
 * Changes a site's rules. Those that let go of something that the present ones keep, now or later, need a second person where
 * deletions do. What runs already sees the new rules before it forgets the next snapshot.
 * @throws AppError `not-found`, `approval-required`, `bad-input` when the plan does not allow the rules
 */
export async function changeRetention(
	ports: ChangeRetentionPorts,
	principal: Principal,
	siteId: string,
	change: RetentionChange,
): Promise<void> {
	const about = { organizationId: principal.organizationId, siteId };
	const { rules, verifyWithinDays } = change;
	await changing(ports, principal, siteId, async (scoped) => {
		const stored = await loadUpkeep(scoped, siteId);
		const values = verifyWithinDays === undefined ? {} : { verify_days: verifyWithinDays };
		if (rules === undefined) {
			await saveUpkeep(scoped, about, values);
			return undefined;
		}
		const wished = policyOf({ ...stored, rules });
		const refusal = refusalOf(await loadPlan(scoped), wished);
		if (refusal !== null)
			throw new AppError("bad-input", refusal, { hint: "Choose rules that reach less far back, or ask for another plan." });
		if (!keepsAtLeast(wished, policyOf(stored))) {
			const waiting = await agreed(ports, scoped, principal, {
				target: { type: "retention", id: `${siteId}/${digestOf(rules)}` },
				label: `Keep restore points by: ${rulesText(rules)}`,
				reason: change.reason,
				siteId,
			});
			if (waiting !== undefined) return waiting;
		}
		await saveUpkeep(scoped, about, { ...values, rules: JSON.stringify(rules), rules_version: stored.rules_version + 1 });
		return undefined;
	});
}

/** Holds a site under a name; again to change it. Nothing of it is forgotten from the moment on at which this answers. */
export async function holdSite(ports: ChangeRetentionPorts, principal: Principal, siteId: string, name: string): Promise<void> {
	const sealer = await ports.keys.sealer(principal.organizationId);
	await changing(ports, principal, siteId, async (scoped) => {
		const { held_at } = await loadUpkeep(scoped, siteId);
		const values = { sealed_hold: sealer.text(holdPlace(siteId), name), held_at: held_at ?? ports.clock.now() };
		await saveUpkeep(scoped, { organizationId: principal.organizationId, siteId }, values);
		return undefined;
	});
}

/** Ends the hold of a site. @throws AppError `not-found` when it is not held, `approval-required` */
export async function releaseSite(ports: ChangeRetentionPorts, principal: Principal, siteId: string): Promise<void> {
	const sealer = await ports.keys.sealer(principal.organizationId);
	await changing(ports, principal, siteId, async (scoped) => {
		const { sealed_hold } = await loadUpkeep(scoped, siteId);
		if (sealed_hold === null) throw new AppError("not-found", "The site is not held");
		const waiting = await agreed(ports, scoped, principal, {
			target: { type: "retention", id: `${siteId}/release` },
			label: `End the hold of the site: ${sealer.openText(holdPlace(siteId), sealed_hold)}`,
			siteId,
		});
		if (waiting === undefined)
			await saveUpkeep(scoped, { organizationId: principal.organizationId, siteId }, { sealed_hold: null, held_at: null });
		return waiting;
	});
}

/**
 * Takes the agreement of a second person to something that lets data go, where that is needed; answers the approval that is waited
 * for. The transaction must be committed then, and {@link approvalRequired} thrown after it.
 */
export async function agreed(
	ports: AccessPorts,
	scoped: Scoped,
	principal: Principal,
	wanted: Omit<WantedDeed, "deed" | "permission">,
): Promise<string | undefined> {
	const taken = await takeApproval(ports, scoped, principal, { ...wanted, deed: "delete", permission: "retention.edit" });
	return taken.state === "waiting" ? taken.approvalId : undefined;
}

/** Runs a change while nothing is forgotten; `change` answers an approval that it waits for. */
async function changing(
	ports: ChangeRetentionPorts,
	principal: Principal,
	siteId: string,
	change: (scoped: Scoped) => Promise<string | undefined>,
): Promise<void> {
	const { organizationId } = principal;
	const waiting = await withOrganization(ports.database, organizationId, async (scoped) => {
		await lockRules(scoped, siteId, "changing");
		return await change(scoped);
	});
	if (waiting !== undefined) throw approvalRequired(waiting);
	await ports.bus.publish(organizationId, { type: "site.changed", at: ports.clock.now().toISOString(), siteId });
}

/** An agreement is to these rules and no others. */
function digestOf(rules: RetentionRules): string {
	const named = rulesText(rules).split(", ").toSorted().join();
	return createHash("sha256").update(named).digest("hex").slice(0, 32);
}

/** `withinDays 30, monthly 12`, for people; `everything` without rules. */
export function rulesText(rules: RetentionRules): string {
	const set = Object.entries(rules).filter(([, value]) => value !== undefined);
	return set.length === 0 ? "everything" : set.map(([rule, value]) => `${rule} ${value}`).join(", ");
}
