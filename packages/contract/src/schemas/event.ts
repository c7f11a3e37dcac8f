import { z } from "zod";
import { moment, snapshotId, uuid } from "./primitives.ts";
import { restoreStatus } from "./restore.ts";
import { progress, runStatus, runType } from "./run.ts";

const head = { at: moment, siteId: uuid };

/** What the live stream says; the SSE event name is `type`. State by GET, deltas from here, GET again after a reconnect. */
export const liveEvent = z
	.discriminatedUnion("type", [
		z.object({
			type: z.literal("run.progress"),
			...head,
			runId: uuid,
			runType,
			status: runStatus,
			progress: progress.nullable(),
		}),
		z.object({
			type: z.literal("restore.progress"),
			...head,
			restoreId: uuid,
			status: restoreStatus,
			done: z.int(),
			total: z.int(),
		}),
		z.object({
			type: z.literal("plan.progress"),
			...head,
			planId: uuid,
			status: z.enum(["planning", "ready", "failed"]),
			done: z.int(),
			total: z.int(),
		}),
		z.object({ type: z.literal("snapshot.created"), ...head, snapshotId, runId: uuid.nullable() }),
		z.object({ type: z.literal("site.changed"), ...head }),
	])
	.meta({ id: "LiveEvent" });
export type LiveEvent = z.infer<typeof liveEvent>;
