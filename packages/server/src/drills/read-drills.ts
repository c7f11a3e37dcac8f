import type { Drills, Insights } from "@skyeworx/contract";
import type { Selectable } from "kysely";
import type { Principal } from "../access/principal.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { DrillTables } from "../data/drill-tables.ts";
import type { ReadPorts } from "../runs/read-runs.ts";
import { loadDrillRule } from "./drill-rule.ts";

/** How a restore of a site is tried out. Who is limited to spaces does not learn of others. @throws AppError `not-found` */
export async function readDrills(ports: ReadPorts, principal: Principal, siteId: string): Promise<Drills> {
	return await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		const { rule, nextDueAt } = await loadDrillRule(scoped, siteId);
		const runs = scoped.selectFrom("runs").select("id").where("site_id", "=", siteId).where("type", "=", "drill");
		const running = await runs.where("status", "in", ["queued", "running"]).limit(1).executeTakeFirst();
		const left = await scoped
			.selectFrom("drill_trials")
			.select((expression) => expression.fn.countAll<string>().as("count"))
			.where("site_id", "=", siteId)
			.where("cleared_at", "is", null)
			.executeTakeFirstOrThrow();
		return {
			siteId,
			rule: principal.spaces === null ? rule : { ...rule, spaces: null, drillSpaces: [] },
			nextDueAt: nextDueAt?.toISOString() ?? null,
			runningRunId: running?.id ?? null,
			leftBehind: running === undefined ? Number(left.count) : 0,
		};
	});
}

type DrillEntry = Insights["drills"][number];
const mostDrills = 200;

/** Drills of some sites that ended, newest first. */
export async function loadDrillFigures(
	scoped: Scoped,
	{ start, siteIds }: { readonly start: Date; readonly siteIds: readonly string[] },
): Promise<DrillEntry[]> {
	if (siteIds.length === 0) return [];
	const rows = await scoped
		.selectFrom("drill_figures")
		.selectAll()
		.where("at", ">=", start)
		.where("site_id", "in", [...siteIds])
		.orderBy("at", "desc")
		.limit(mostDrills)
		.execute();
	return rows.map(entryOf);
}

function entryOf(row: Selectable<DrillTables["drill_figures"]>): DrillEntry {
	const { basis, seconds_per_item: secondsPerItem, whole_site_seconds: wholeSiteSeconds } = row;
	const isTimed = basis !== null && secondsPerItem !== null && wholeSiteSeconds !== null;
	return {
		runId: row.run_id,
		siteId: row.site_id,
		at: row.at.toISOString(),
		status: row.status as DrillEntry["status"],
		items: row.items,
		restored: row.restored,
		faults: row.faults,
		score: row.score,
		time: isTimed ? { basis: basis === "measured" ? "measured" : "planned", secondsPerItem, wholeSiteSeconds } : null,
	};
}
