import type { Retention } from "@skyeworx/contract";
import { type RetentionPolicy, rulesBeyond } from "@skyeworx/engine";
import type { Scoped } from "../data/database.ts";

/** How far back rules may reach by an organization's plan, in days; null for as far as one likes. */
const maxDays: Readonly<Record<Retention["plan"], number | null>> = { professional: 365, enterprise: null };

export interface PlanLimit {
	readonly plan: Retention["plan"];
	readonly maxDays: number | null;
}

/** The organization's plan, which its operator sets. A plan that is not known allows everything: nothing is lost by it. */
export async function loadPlan(scoped: Scoped): Promise<PlanLimit> {
	const { plan } = await scoped.selectFrom("organizations").select("plan").executeTakeFirstOrThrow();
	const known = plan === "professional" ? "professional" : "enterprise";
	return { plan: known, maxDays: maxDays[known] };
}

/** Why a plan does not allow rules; null when it does. */
export function refusalOf({ maxDays: days }: PlanLimit, policy: RetentionPolicy): string | null {
	const beyond = days === null ? undefined : rulesBeyond(policy, days);
	if (beyond === undefined) return null;
	const all = `The plan Professional keeps restore points for at most ${days} days`;
	return beyond.length === 0 ? `${all}: name at least one rule` : `${all}: ${beyond.join(", ")} would reach further`;
}
