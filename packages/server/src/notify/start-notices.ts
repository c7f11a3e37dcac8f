import type { Log } from "@skyeworx/core";
import type { JobQueue } from "../jobs/queue.ts";
import { type DeliverPorts, deliver } from "./deliver.ts";

/** Delivers notices in this process. */
export async function startNotices(ports: DeliverPorts & { readonly queue: JobQueue; readonly log: Log }): Promise<void> {
	await ports.queue.workNotices(async (notice, last) => {
		try {
			await deliver(ports, notice, last);
		} catch (error) {
			ports.log.warn("a notice was not delivered", { delivery: notice.deliveryId, last });
			throw error;
		}
	});
}
