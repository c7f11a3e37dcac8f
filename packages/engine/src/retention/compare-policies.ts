import type { RetentionPolicy } from "./plan-retention.ts";

const rules = ["last", "hourly", "daily", "weekly", "monthly", "yearly", "withinDays"] as const;

/**
 * Whether a policy keeps, for ever, all that another one would: every rule reaches as far as before. A policy without rules keeps
 * everything. Judged by the rules alone, not by what lies in a vault today: a rule may let nothing go now and all of it tomorrow.
 */
export function keepsAtLeast(policy: RetentionPolicy, other: RetentionPolicy): boolean {
	const has = (one: RetentionPolicy) => rules.some((rule) => one[rule] !== undefined);
	if (!has(policy)) return true;
	return has(other) && rules.every((rule) => (policy[rule] ?? 0) >= (other[rule] ?? 0));
}

/** How many days back each rule can reach, at most; `last` by a backup every day, as often as is usual. */
const daysOf: Readonly<Record<(typeof rules)[number], number>> = {
	last: 1,
	hourly: 1 / 24,
	daily: 1,
	weekly: 7,
	monthly: 30,
	yearly: 365,
	withinDays: 1,
};

/** The rules that reach further back than so many days; all rules are meant (`[]` in the answer) when there is none. */
export function rulesBeyond(policy: RetentionPolicy, days: number): readonly string[] | undefined {
	const set = rules.filter((rule) => policy[rule] !== undefined);
	if (set.length === 0) return [];
	const beyond = set.filter((rule) => (policy[rule] ?? 0) * daysOf[rule] > days);
	return beyond.length === 0 ? undefined : beyond;
}
