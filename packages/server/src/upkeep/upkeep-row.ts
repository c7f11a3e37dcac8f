import type { RetentionPolicy } from "@skyeworx/engine";
import { type Selectable, sql } from "kysely";
import { noSuch } from "../access/principal.ts";
import type { Scoped } from "../data/database.ts";
import type { SiteUpkeepRow } from "../data/upkeep-tables.ts";

/** A site as its upkeep knows it; one that nobody has looked after yet keeps everything. */
export interface StoredUpkeep extends Omit<Selectable<SiteUpkeepRow>, "organization_id" | "next_due_at"> {
	readonly nextDueAt: Date;
	readonly timeZone: string;
	readonly paused: boolean;
	readonly lastGoodSnapshotId: number | null;
}

const usualVerifyDays = 30;
const dayMilliseconds = 86_400_000;

/** @throws AppError `not-found` */
export async function loadUpkeep(scoped: Scoped, siteId: string): Promise<StoredUpkeep> {
	const site = await scoped
		.selectFrom("sites")
		.select(["time_zone", "paused", "created_at", "last_good_snapshot_id"])
		.where("id", "=", siteId)
		.executeTakeFirst();
	if (site === undefined) throw noSuch("site");
	const row = await scoped.selectFrom("site_upkeep").selectAll().where("site_id", "=", siteId).executeTakeFirst();
	return {
		...(row ?? untouched(siteId)),
		nextDueAt: row?.next_due_at ?? new Date(site.created_at.getTime() + dayMilliseconds),
		timeZone: site.time_zone,
		paused: site.paused,
		lastGoodSnapshotId: site.last_good_snapshot_id,
	};
}

function untouched(siteId: string): Omit<Selectable<SiteUpkeepRow>, "organization_id" | "next_due_at"> {
	return {
		site_id: siteId,
		rules: {},
		rules_version: 0,
		sealed_hold: null,
		held_at: null,
		verify_days: usualVerifyDays,
		verified_at: null,
		verified_level: null,
		structure_at: null,
		pass_began_at: null,
		pass_packs: 0,
		whole_since: null,
		damaged: 0,
		damaged_at: null,
		sealed_damage: null,
	};
}

type Changes = Partial<Omit<Selectable<SiteUpkeepRow>, "site_id" | "organization_id" | "rules">> & { readonly rules?: string };

/** Writes what is known of a site's upkeep. */
export async function saveUpkeep(
	scoped: Scoped,
	{ organizationId, siteId }: { readonly organizationId: string; readonly siteId: string },
	changes: Changes,
): Promise<void> {
	await scoped
		.insertInto("site_upkeep")
		.values({ site_id: siteId, organization_id: organizationId, ...changes })
		.onConflict((conflict) => conflict.column("site_id").doUpdateSet(changes))
		.execute();
}

/**
 * Keeps a site's rules and its hold as they are until the transaction ends (`reading`), or waits until nobody relies on them
 * (`changing`): what is forgotten is forgotten by what stands at that moment, over all processes.
 */
export async function lockRules(scoped: Scoped, siteId: string, use: "reading" | "changing"): Promise<void> {
	const name = `retention/${siteId}`;
	if (use === "reading") await sql`select pg_advisory_xact_lock_shared(hashtextextended(${name}, 0))`.execute(scoped);
	else await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(scoped);
}

/** Rules as the engine reads them, days by the site's clock. */
export function policyOf({ rules, timeZone }: Pick<StoredUpkeep, "rules" | "timeZone">): RetentionPolicy {
	const set = Object.entries(rules).filter(([, value]) => value !== undefined);
	return { ...(Object.fromEntries(set) as RetentionPolicy), timeZone };
}

/** Names the place that a site's sealed hold is bound to. */
export function holdPlace(siteId: string): string {
	return `site_upkeep.hold/${siteId}`;
}

/** Names the place that the list of a site's damage is bound to. */
export function damagePlace(siteId: string): string {
	return `site_upkeep.damage/${siteId}`;
}
