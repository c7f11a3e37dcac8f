import type { Log } from "@skyeworx/core";
import type { CollectOptions } from "@skyeworx/vault";
import type { CheckpointPorts } from "../audit/checkpoints.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { RequestPorts } from "../runs/request-run.ts";
import type { SiteBackends } from "../sites/backends.ts";
import type { SiteRuntimes } from "../sites/site-runtimes.ts";
import type { SiteLeases } from "./site-leases.ts";

/** What every job needs. */
export interface WorkPorts extends RequestPorts, CheckpointPorts {
	readonly backends: SiteBackends;
	readonly dataFolder: string;
	readonly log: Log;
	readonly sites: SiteRuntimes;
	readonly leases: SiteLeases;
	readonly metrics: Metrics;
	/** Times that a collection gives readers and writers, where they are not the vault's own. */
	readonly collecting?: CollectTimes | undefined;
}

/** In milliseconds by the store's clock. */
export type CollectTimes = Pick<CollectOptions, "grace" | "orphanAge">;

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
