import { AppError } from "@skyeworx/core";
import type { RestorePlan } from "@skyeworx/engine";
import type { WorkPorts } from "../jobs/work-ports.ts";

/** Names the right to write to a site from elsewhere: the jobs of the site itself are done one after another anyway. */
export function writesName(siteId: string): string {
	return `writes/${siteId}`;
}

/**
 * Does work that writes to another site than its job's, while no drill is tried out there.
 * @throws AppError `already-running` while somebody else writes there; the queue tries it again
 */
export async function holdingTarget<T>(ports: Pick<WorkPorts, "leases">, plan: RestorePlan, work: () => Promise<T>): Promise<T> {
	const { target } = plan.options;
	if (target.type !== "copy" || target.siteId === undefined) return await work();
	// All leases go with one connection: whoever loses this one loses the job's own as well, and is stopped by that.
	const lease = await ports.leases.take(writesName(target.siteId), () => {});
	if (lease === undefined) throw new AppError("already-running", "Somebody else writes to the other site at this moment");
	try {
		return await work();
	} finally {
		await lease.release();
	}
}
