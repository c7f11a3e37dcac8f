import { withOrganization } from "../data/database.ts";
import type { JobContext, WorkPorts } from "./work-ports.ts";

/** Whether another run, a restore or an undo waits for the site: a long job lets it through. */
export async function othersWait(ports: Pick<WorkPorts, "database">, { organizationId, siteId, id }: JobContext): Promise<boolean> {
	return await withOrganization(ports.database, organizationId, async (scoped) => {
		const waiting = ["queued", "undoing"] as const;
		const run = scoped.selectFrom("runs").select("id").where("site_id", "=", siteId).where("status", "=", "queued").where("id", "<>", id);
		const restore = scoped
			.selectFrom("restores")
			.select("id")
			.where("site_id", "=", siteId)
			.where("status", "in", [...waiting]);
		return ((await run.limit(1).executeTakeFirst()) ?? (await restore.limit(1).executeTakeFirst())) !== undefined;
	});
}

/** Whether somebody waits for a restore, or for taking one back, on the site: those people look at the clock. */
export async function restoreWaits(
	ports: Pick<WorkPorts, "database">,
	{ organizationId, siteId }: Pick<JobContext, "organizationId" | "siteId">,
): Promise<boolean> {
	return await withOrganization(ports.database, organizationId, async (scoped) => {
		const restore = scoped.selectFrom("restores").select("id").where("site_id", "=", siteId).where("status", "in", ["queued", "undoing"]);
		return (await restore.limit(1).executeTakeFirst()) !== undefined;
	});
}
