import { type DrillRule, noDrills } from "@skyeworx/contract";
import { nextDue, type Schedule } from "@skyeworx/engine";
import { noSuch } from "../access/principal.ts";
import type { Scoped } from "../data/database.ts";

/** A site's rule, and when it is due by it. */
export interface StoredDrillRule {
	readonly rule: DrillRule;
	/** Null while it is off. */
	readonly nextDueAt: Date | null;
	readonly timeZone: string;
}

/** @throws AppError `not-found` */
export async function loadDrillRule(scoped: Scoped, siteId: string): Promise<StoredDrillRule> {
	const site = await scoped.selectFrom("sites").select("time_zone").where("id", "=", siteId).executeTakeFirst();
	if (site === undefined) throw noSuch("site");
	const row = await scoped.selectFrom("drill_rules").select(["rule", "next_due_at"]).where("site_id", "=", siteId).executeTakeFirst();
	return { rule: row?.rule ?? noDrills, nextDueAt: row?.next_due_at ?? null, timeZone: site.time_zone };
}

/** Writes a site's rule and when it is due. */
export async function saveDrillRule(
	scoped: Scoped,
	{ organizationId, siteId }: { readonly organizationId: string; readonly siteId: string },
	{ rule, nextDueAt }: Pick<StoredDrillRule, "rule" | "nextDueAt">,
): Promise<void> {
	const values = { rule: JSON.stringify(rule), next_due_at: nextDueAt };
	await scoped
		.insertInto("drill_rules")
		.values({ site_id: siteId, organization_id: organizationId, ...values })
		.onConflict((conflict) => conflict.column("site_id").doUpdateSet(values))
		.execute();
}

const dayMilliseconds = 86_400_000;
const days = { week: 7, month: 30, quarter: 91 } as const satisfies Record<Exclude<DrillRule["every"], "never">, number>;
/** In the small hours of the site's own time zone, spread over them. */
const everyNight: Schedule = { every: "day", window: { from: "01:00", to: "06:00" }, jitterMinutes: 20 };

type Timed = Pick<StoredDrillRule, "rule" | "timeZone">;

/** The night in which the first drill of a rule is due; null when the rule is off. */
export function firstDrill(siteId: string, { rule, timeZone }: Timed, now: Date): Date | null {
	return rule.every === "never" ? null : nextDue(everyNight, { id: `drill/${siteId}`, timeZone }, now);
}

/** The night in which the drill after one that begins now is due; null when the rule is off. */
export function drillAfter(siteId: string, timed: Timed, now: Date): Date | null {
	const { every } = timed.rule;
	return every === "never" ? null : firstDrill(siteId, timed, new Date(now.getTime() + (days[every] - 1) * dayMilliseconds));
}
