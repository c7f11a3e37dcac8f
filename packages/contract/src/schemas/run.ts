import { z } from "zod";
import { failure } from "../problem.ts";
import { drillDone } from "./drill.ts";
import { kindId, moment, snapshotId, uuid } from "./primitives.ts";

export const runType = z.enum(["backup", "verify", "upkeep", "move", "drill"]);
export const runStatus = z.enum(["queued", "running", "succeeded", "incomplete", "failed", "cancelled"]).meta({ id: "RunStatus" });
export type RunStatus = z.infer<typeof runStatus>;

export const progress = z
	.object({
		/** What is being done, for people: `Reading work items`. */
		phase: z.string(),
		done: z.int(),
		/** Null when nobody knows yet. */
		total: z.int().nullable(),
		/** By kind, for a backup. */
		kinds: z.array(z.object({ kind: kindId, done: z.int(), total: z.int().nullable() })),
	})
	.meta({ id: "Progress" });
export type Progress = z.infer<typeof progress>;

export const kindCounts = z
	.object({
		kind: kindId,
		/** Items of the kind in the snapshot. */
		total: z.int(),
		created: z.int(),
		changed: z.int(),
		/** Not shown any more: deleted, or hidden from the connection's account. The kind's `absence` says whether that is known. */
		deleted: z.int(),
		/** Exist but could not be read this time; the version before was kept. */
		unreadable: z.int(),
	})
	.meta({ id: "KindCounts" });
export type KindCounts = z.infer<typeof kindCounts>;

/** What the credential or Atlassian's API does not show. */
export const blindSpot = z
	.object({
		kind: kindId,
		/** Null when it can't be counted. */
		count: z.int().nullable(),
		reason: z.string(),
		cause: z.enum(["permission", "api", "plan", "scope"]),
	})
	.meta({ id: "BlindSpot" });
export type BlindSpot = z.infer<typeof blindSpot>;

export const actor = z.object({ type: z.enum(["user", "api-key", "system"]), id: z.string(), name: z.string() }).meta({ id: "Actor" });
export type Actor = z.infer<typeof actor>;

export const apiUsage = z
	.object({
		requests: z.int(),
		points: z.number(),
		limited: z.int(),
		byOperation: z.record(z.string(), z.int()),
	})
	.meta({ id: "ApiUsage" });
export type ApiUsageBody = z.infer<typeof apiUsage>;

export const verifyLevel = z.enum(["log", "structure", "keyless", "data"]);

const verification = z
	.object({
		level: verifyLevel,
		ok: z.boolean(),
		snapshots: z.int(),
		packs: z.int(),
		entries: z.int(),
		bytesRead: z.int(),
		damage: z.array(z.object({ object: z.string(), what: z.string(), detail: z.string(), lostCount: z.int() })),
	})
	.meta({ id: "Verification" });
export type Verification = z.infer<typeof verification>;

const sum = z.object({ objects: z.int(), bytes: z.int() });

/** What an upkeep did. Null where a step was not come to, or failed. */
const upkeepDone = z
	.object({
		/** Restore points that the rules let go of. */
		forgotten: z.array(snapshotId),
		/** Why none went, where that was not for the rules: the site is held, or paused. */
		forgetHindered: z.enum(["held", "paused"]).nullable(),
		collected: z
			.object({
				/** Gone from the store. */
				freed: sum,
				/** Announced in this run: goes with a later one, when readers had their time. */
				condemned: sum,
				/** Announced, and waiting or locked. */
				waiting: sum,
				locked: sum,
			})
			.nullable(),
		verified: z
			.object({
				/** Packs that were read to the last byte, of all. */
				packs: z.int(),
				ofPacks: z.int(),
				bytesRead: z.int(),
				/** Whether it stopped before its share because somebody else wanted to work on the site. */
				gaveWay: z.boolean(),
			})
			.nullable(),
		repaired: z
			.object({
				/** Packs set aside, checkpoints and index segments made anew. */
				setAside: z.int(),
				madeAnew: z.int(),
				/** Contents that could still be read and were written anew. */
				saved: z.int(),
			})
			.nullable(),
		/** The backup that reads lost contents again from the site. */
		healingRunId: uuid.nullable(),
	})
	.meta({ id: "UpkeepDone" });
export type UpkeepDone = z.infer<typeof upkeepDone>;

/** One execution of a backup, a verification, an upkeep, a restore drill or the move of a vault to another store. */
export const run = z
	.object({
		id: uuid,
		siteId: uuid,
		siteName: z.string(),
		type: runType,
		status: runStatus,
		trigger: z.enum(["manual", "schedule", "start"]),
		requestedBy: actor,
		createdAt: moment,
		startedAt: moment.nullable(),
		finishedAt: moment.nullable(),
		progress: progress.nullable(),
		phases: z.array(z.object({ name: z.string(), startedAt: moment, finishedAt: moment.nullable() })),
		/** What it committed. */
		snapshotId: snapshotId.nullable(),
		counts: z.array(kindCounts),
		blindSpots: z.array(blindSpot),
		/** Groups of kinds that failed while the others went on. */
		failedKinds: z.array(z.object({ kinds: z.array(kindId), error: failure })),
		bytesAdded: z.int().nullable(),
		api: apiUsage.nullable(),
		verification: verification.nullable(),
		upkeep: upkeepDone.nullable(),
		drill: drillDone.nullable(),
		error: failure.nullable(),
	})
	.meta({ id: "Run" });
export type Run = z.infer<typeof run>;

export const runQuery = {
	siteId: uuid.optional(),
	type: runType.optional(),
	status: runStatus.optional(),
};
