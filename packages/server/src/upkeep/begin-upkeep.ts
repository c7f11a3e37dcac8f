import { isAppError } from "@skyeworx/core";
import { chooseDue, type DueSite, nextDue, type Schedule } from "@skyeworx/engine";
import { sql } from "kysely";
import { systemPrincipal } from "../access/principal.ts";
import { recordAudit } from "../audit/record.ts";
import { withOrganization } from "../data/database.ts";
import type { WorkPorts } from "../jobs/work-ports.ts";
import { requestRun } from "../runs/request-run.ts";
import { loadUpkeep, saveUpkeep } from "./upkeep-row.ts";

const mostDue = 5000;
const dayMilliseconds = 86_400_000;
const actor = { id: "scheduler", name: "Schedule" };

/** Once a day, in the small hours of the site's own time zone: most people are away, and the usual backup has begun already. */
const everyNight: Schedule = { every: "day", window: { from: "01:00", to: "06:00" }, jitterMinutes: 20 };

interface DueRow {
	readonly organization_id: string;
	readonly site_id: string;
	readonly due_at: Date;
}

/** Begins upkeep where it is due, over all organizations in turn; says how many. At most so many wait or run at once. */
export async function beginDueUpkeep(ports: WorkPorts, { atOnce }: { readonly atOnce: number }): Promise<number> {
	const now = ports.clock.now();
	const { rows } = await sql<DueRow>`select * from due_upkeep(${now}, ${mostDue})`.execute(ports.database);
	if (rows.length === 0) return 0;
	const { rows: under } = await sql<{ organization_id: string; open: number }>`select * from open_upkeep()`.execute(ports.database);
	const open = new Map(under.map((row) => [row.organization_id, row.open]));
	const slots = Math.max(0, atOnce - under.reduce((sum, row) => sum + row.open, 0));
	let begun = 0;
	for (const site of chooseDue(rows.map(dueSite), { slots, open, budgets: new Map() }, now)) if (await begin(ports, site)) begun += 1;
	return begun;
}

/** Upkeep asks the site for nothing: no budget keeps it waiting. */
function dueSite({ organization_id: organizationId, site_id: siteId, due_at: dueAt }: DueRow): DueSite {
	const deadline = new Date(dueAt.getTime() + dayMilliseconds);
	return { organizationId, siteId, dueAt, deadline, promise: dayMilliseconds, budget: undefined, points: 0 };
}

/** One site that can't begin must not keep the others from it. */
async function begin(ports: WorkPorts, { organizationId, siteId }: DueSite): Promise<boolean> {
	const principal = systemPrincipal(organizationId, actor);
	try {
		const run = await requestRun(ports, principal, { siteId, type: "upkeep", trigger: "schedule" });
		await withOrganization(ports.database, organizationId, async (scoped) => {
			const { timeZone } = await loadUpkeep(scoped, siteId);
			const next = nextDue(everyNight, { id: `upkeep/${siteId}`, timeZone }, ports.clock.now());
			await saveUpkeep(scoped, { organizationId, siteId }, { next_due_at: next });
		});
		await recordAudit(ports, {
			organizationId,
			actor: principal.actor,
			action: "upkeep.run",
			target: { type: "site", id: siteId },
			outcome: "success",
			facts: { run: run.id, via: "schedule" },
		});
		return true;
	} catch (error) {
		if (!isAppError(error, "not-found")) ports.log.error("upkeep could not begin", { site: siteId, cause: String(error) });
		return false;
	}
}
