import { AppError } from "@skyeworx/core";
import { restoreWaits } from "../jobs/others-wait.ts";
import type { JobContext, WorkPorts } from "../jobs/work-ports.ts";

const lookMilliseconds = 2000;

/** What came of work that gives way. */
export type GivenWay<T> = { readonly gaveWay: false; readonly value: T } | { readonly gaveWay: true };

/** Does work that stops as soon as somebody waits for a restore of the site. */
export async function givingWay<T>(ports: WorkPorts, context: JobContext, work: (signal: AbortSignal) => Promise<T>): Promise<GivenWay<T>> {
	const wanted = new AbortController();
	const over = new AbortController();
	const look = async () => {
		while (!over.signal.aborted) {
			await ports.clock.sleep(lookMilliseconds, over.signal).catch(() => {});
			if (over.signal.aborted || !(await restoreWaits(ports, context))) continue;
			wanted.abort(new AppError("cancelled", "A restore waits for the site"));
			return;
		}
	};
	const looking = look().catch((error: unknown) => ports.log.warn("nobody looks whether a restore waits", { cause: String(error) }));
	try {
		return { gaveWay: false, value: await work(AbortSignal.any([context.signal, wanted.signal])) };
	} catch (error) {
		if (!wanted.signal.aborted || context.signal.aborted) throw error;
		return { gaveWay: true };
	} finally {
		over.abort();
		await looking;
	}
}
