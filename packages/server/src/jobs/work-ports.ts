import type { Log } from "@skyeworx/core";
import type { CheckpointPorts } from "../audit/checkpoints.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { RequestPorts } from "../runs/request-run.ts";
import type { SiteRuntimes } from "../sites/site-runtimes.ts";
import type { SiteLeases } from "./site-leases.ts";

/** What every job needs. */
export interface WorkPorts extends RequestPorts, CheckpointPorts {
	readonly log: Log;
	readonly sites: SiteRuntimes;
	readonly leases: SiteLeases;
	readonly metrics: Metrics;
}

/** Why a job's signal aborted: a cancelled run ends, one that a stopping server interrupts (or that lost its site) is taken up again. */
export type StopReason = "cancelled" | "shutdown";

/** What one job is given. */
export interface JobContext {
	readonly organizationId: string;
	readonly siteId: string;
	readonly id: string;
	readonly signal: AbortSignal;
	stopReason(): StopReason | undefined;
}
