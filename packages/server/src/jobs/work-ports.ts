import type { Log } from "@skyeworx/core";
import type { RequestPorts } from "../runs/request-run.ts";
import type { SiteRuntimes } from "../sites/site-runtimes.ts";

/** What every job needs. */
export interface WorkPorts extends RequestPorts {
	readonly log: Log;
	readonly sites: SiteRuntimes;
}

/** Why a job's signal aborted: a cancelled run ends, one that a stopping server interrupts is taken up again. */
export type StopReason = "cancelled" | "shutdown";

/** What one job is given. */
export interface JobContext {
	readonly organizationId: string;
	readonly siteId: string;
	readonly id: string;
	readonly signal: AbortSignal;
	stopReason(): StopReason | undefined;
}
