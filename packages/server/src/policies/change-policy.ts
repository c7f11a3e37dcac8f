import { requireUsable, type Schedule } from "@skyeworx/engine";
import type { Principal } from "../access/principal.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import { dueAfter, loadPolicy, type PolicyPorts } from "./read-policy.ts";

/** Changes how often a site is backed up, from the next run on. @throws AppError `not-found`, `bad-input` */
export async function changePolicy(ports: PolicyPorts, principal: Principal, siteId: string, schedule: Schedule): Promise<void> {
	const { organizationId } = principal;
	const now = ports.clock.now();
	await withOrganization(ports.database, organizationId, async (scoped) => {
		const before = await loadPolicy(scoped, siteId);
		requireUsable(schedule, { id: siteId, timeZone: before.timeZone }, now);
		const next = dueAfter(siteId, { ...before, schedule }, now);
		// What is due already stays due: a new schedule must not put a late backup off.
		await savePolicy(scoped, { organizationId, siteId }, { schedule, nextDueAt: before.nextDueAt < now ? before.nextDueAt : next });
	});
}

/** Writes when a site is due. */
export async function savePolicy(
	scoped: Scoped,
	site: { readonly organizationId: string; readonly siteId: string },
	{ schedule, nextDueAt, sentAt }: { readonly schedule: Schedule; readonly nextDueAt: Date; readonly sentAt?: Date },
): Promise<void> {
	const values = { policy: JSON.stringify({ schedule }), next_due_at: nextDueAt, ...(sentAt !== undefined && { sent_at: sentAt }) };
	await scoped
		.insertInto("site_policies")
		.values({ site_id: site.siteId, organization_id: site.organizationId, sent_at: null, ...values })
		.onConflict((conflict) => conflict.column("site_id").doUpdateSet(values))
		.execute();
}

/** A backup that failed is tried again before its next turn; one that keeps failing does not crowd the others out. */
const retryAfterMinutes = 30;

/** Makes a site due again soon. */
export async function dueSoon(ports: PolicyPorts, site: { readonly organizationId: string; readonly siteId: string }): Promise<void> {
	await withOrganization(ports.database, site.organizationId, async (scoped) => {
		const before = await loadPolicy(scoped, site.siteId);
		const soon = new Date(ports.clock.now().getTime() + retryAfterMinutes * 60_000);
		if (before.nextDueAt > soon) await savePolicy(scoped, site, { schedule: before.schedule, nextDueAt: soon });
	});
}
