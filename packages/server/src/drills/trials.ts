import { clearTrial, type RestorePlan, type RestorePorts, type TrialCleared } from "@skyeworx/engine";
import { withOrganization } from "../data/database.ts";
import type { JobContext, WorkPorts } from "../jobs/work-ports.ts";
import { places } from "../restores/places.ts";

/** A site that could not be cleared is tried again after this time. */
const retryMilliseconds = 3_600_000;

/** Writes down what a trial is about to make, before it makes anything: whoever comes after a crash takes it away by this. */
export async function keepTrial(ports: WorkPorts, { organizationId, siteId, id }: JobContext, plan: RestorePlan): Promise<string> {
	const sealer = await ports.keys.sealer(organizationId);
	const trialId = ports.random.uuid();
	const now = ports.clock.now();
	await withOrganization(ports.database, organizationId, async (scoped) => {
		await scoped
			.insertInto("drill_trials")
			.values({
				id: trialId,
				organization_id: organizationId,
				site_id: siteId,
				run_id: id,
				sealed_plan: sealer.json(places.trial(trialId), plan),
				created_at: now,
				clear_at: new Date(now.getTime() + retryMilliseconds),
			})
			.execute();
	});
	return trialId;
}

/**
 * Takes away what drills of a site made and what is there still, of this run and of any before it.
 * @throws AppError when the site can't be reached; it is tried again in an hour
 */
export async function clearTrials(
	ports: WorkPorts,
	{ organizationId, siteId }: Pick<JobContext, "organizationId" | "siteId">,
	{ restoring, signal }: { readonly restoring: RestorePorts; readonly signal: AbortSignal },
): Promise<TrialCleared> {
	const sealer = await ports.keys.sealer(organizationId);
	const rows = await withOrganization(ports.database, organizationId, (scoped) =>
		scoped
			.selectFrom("drill_trials")
			.select(["id", "sealed_plan"])
			.where("site_id", "=", siteId)
			.where("cleared_at", "is", null)
			.orderBy("created_at")
			.execute(),
	);
	const sum = { undone: 0, kept: 0, left: 0 };
	for (const row of rows) {
		const plan = sealer.openJson<RestorePlan>(places.trial(row.id), row.sealed_plan);
		const note = async (cleared: TrialCleared | undefined) => {
			const now = ports.clock.now();
			const isGone = cleared?.left === 0;
			const values = isGone ? { cleared_at: now } : { clear_at: new Date(now.getTime() + retryMilliseconds) };
			await withOrganization(ports.database, organizationId, async (scoped) => {
				await scoped.updateTable("drill_trials").set(values).where("id", "=", row.id).execute();
			});
		};
		const cleared = await clearTrial(restoring, { restoreId: row.id, plan, signal }).catch(async (error: unknown) => {
			await note(undefined);
			throw error;
		});
		await note(cleared);
		sum.undone += cleared.undone;
		sum.kept += cleared.kept;
		sum.left += cleared.left;
	}
	return sum;
}
