import { isAppError } from "@skyeworx/core";
import { chooseDue, type DueSite } from "@skyeworx/engine";
import { sql } from "kysely";
import { systemPrincipal } from "../access/principal.ts";
import { recordAudit } from "../audit/record.ts";
import { withOrganization } from "../data/database.ts";
import type { WorkPorts } from "../jobs/work-ports.ts";
import { requestRun } from "../runs/request-run.ts";
import { readBudgets, type SiteApps } from "../schedule/read-due.ts";
import { drillAfter, loadDrillRule, saveDrillRule } from "./drill-rule.ts";

const mostDue = 5000;
const dayMilliseconds = 86_400_000;
/** What reading, planning, copying, reading back and deleting one item may cost at most: the drill waits for an hour that has it. */
const pointsPerItem = 60;
const actor = { id: "scheduler", name: "Schedule" };

interface DueRow {
	readonly organization_id: string;
	readonly site_id: string;
	readonly due_at: Date;
	readonly items: number;
	readonly connection_type: string;
}

export interface BeginDrillOptions {
	/** Drills that wait or run at once, over all organizations. */
	readonly atOnce: number;
	readonly pointsPerHour: number;
	readonly apps: SiteApps;
}

/** Begins drills where they are due, over all organizations in turn, while the budget has room; says how many. */
export async function beginDueDrills(ports: WorkPorts, { atOnce, pointsPerHour, apps }: BeginDrillOptions): Promise<number> {
	const now = ports.clock.now();
	const { rows } = await sql<DueRow>`select * from due_drills(${now}, ${mostDue})`.execute(ports.database);
	if (rows.length === 0) return 0;
	const due = await Promise.all(rows.map(async (row) => await dueSite(row, apps)));
	const { rows: under } = await sql<{ organization_id: string; open: number }>`select * from open_drills()`.execute(ports.database);
	const open = new Map(under.map((row) => [row.organization_id, row.open]));
	const slots = Math.max(0, atOnce - under.reduce((sum, row) => sum + row.open, 0));
	const budgets = await readBudgets(ports.database, new Set(due.flatMap((site) => site.budget ?? [])), { whole: pointsPerHour, now });
	let begun = 0;
	for (const site of chooseDue(due, { slots, open, budgets }, now)) if (await begin(ports, site)) begun += 1;
	return begun;
}

async function dueSite(row: DueRow, apps: SiteApps): Promise<DueSite> {
	const site = { organizationId: row.organization_id, siteId: row.site_id };
	return {
		...site,
		dueAt: row.due_at,
		deadline: new Date(row.due_at.getTime() + dayMilliseconds),
		promise: dayMilliseconds,
		budget: row.connection_type === "oauth" ? await apps.budgetOf(site) : undefined,
		points: row.items * pointsPerItem,
	};
}

/** One site that can't begin must not keep the others from it. */
async function begin(ports: WorkPorts, { organizationId, siteId }: DueSite): Promise<boolean> {
	const principal = systemPrincipal(organizationId, actor);
	try {
		const run = await requestRun(ports, principal, { siteId, type: "drill", trigger: "schedule" });
		await withOrganization(ports.database, organizationId, async (scoped) => {
			const stored = await loadDrillRule(scoped, siteId);
			if (stored.rule.every === "never") return;
			await saveDrillRule(
				scoped,
				{ organizationId, siteId },
				{ rule: stored.rule, nextDueAt: drillAfter(siteId, stored, ports.clock.now()) },
			);
		});
		await recordAudit(ports, {
			organizationId,
			actor: principal.actor,
			action: "drill.run",
			target: { type: "site", id: siteId },
			outcome: "success",
			facts: { run: run.id, via: "schedule" },
		});
		return true;
	} catch (error) {
		if (!isAppError(error, "not-found")) ports.log.error("a drill could not begin", { site: siteId, cause: String(error) });
		return false;
	}
}
