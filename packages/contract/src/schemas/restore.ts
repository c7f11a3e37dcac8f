import { z } from "zod";
import { failure } from "../problem.ts";
import { fieldDifference } from "./item.ts";
import { itemId, itemRef, kindId, moment, snapshotId, typedText, uuid } from "./primitives.ts";
import { actor } from "./run.ts";

const restoreTarget = z
	.discriminatedUnion("type", [
		z.object({ type: z.literal("in-place") }),
		z.object({
			type: z.literal("copy"),
			/** Id or key of the space it goes to; its own, or the one of the same key on another site, when left out. */
			spaceId: itemId.optional(),
			/** Another site of the organization. */
			siteId: uuid.optional(),
			/** Its title does not say that it is a copy. */
			unmarked: z.boolean().optional(),
		}),
	])
	.meta({ id: "RestoreTarget" });
export type RestoreTargetBody = z.infer<typeof restoreTarget>;

/** The most items that one plan may hold. */
export const maxPlanItems = 5000;

const fieldPath = z.string().min(1).max(200);

const selectionQuery = z.object({
	q: typedText(500).optional(),
	kinds: z.array(kindId).max(50).optional(),
	spaceId: itemId.optional(),
	state: z.enum(["any", "live", "deleted"]).optional(),
	changedSince: snapshotId.optional(),
	/** The version that comes back; the newest one that each item has when left out. */
	asOf: snapshotId.optional(),
});

/** Everything that an Atlassian account changed between two times, from change histories and snapshots. */
const changedBy = z.object({
	accountId: typedText(128),
	from: moment,
	to: moment,
	/** What Atlassian names nobody for, too: items that went missing in that time, moves of pages, labels, restrictions. */
	deletions: z.boolean().optional(),
});

/** What to restore, where to, and what to do with items that are still there. */
export const restorePlanInput = z
	.object({
		items: z
			.array(
				z.object({
					kind: kindId,
					id: itemId,
					version: snapshotId,
					/** With everything below it: an epic with its tree. */
					tree: z.boolean().optional(),
					/** Only these field paths of this item; those of the whole restore when left out. */
					fields: z.array(fieldPath).min(1).max(200).optional(),
				}),
			)
			.min(1)
			.max(maxPlanItems)
			.optional(),
		query: selectionQuery.optional(),
		changedBy: changedBy.optional(),
		target: restoreTarget.default({ type: "in-place" }),
		ifExists: z.enum(["overwrite", "skip", "copy"]).default("overwrite"),
		/** Only these field paths; all when left out. */
		fields: z.array(fieldPath).min(1).max(200).optional(),
		/** Pages that are created again get their older versions, too: each says who wrote it first and when. */
		replayVersions: z.boolean().optional(),
		/** Account id on the target site that stands in for people who are not known there. */
		standIn: typedText(128).optional(),
		/** Work items that are created again get their old keys, by making and deleting placeholders. */
		keepKeys: z.boolean().optional(),
	})
	.refine(
		(body) => [body.items, body.query, body.changedBy].filter((given) => given !== undefined).length === 1,
		"Give either items, query or changedBy",
	)
	.meta({ id: "RestorePlanInput" });
export type RestorePlanInput = z.input<typeof restorePlanInput>;

const planAction = z.enum(["create", "change", "untrash", "leave", "cannot"]);
export type PlanActionName = z.infer<typeof planAction>;

const planItem = z
	.object({
		ref: itemRef,
		version: snapshotId,
		/** The only fields of it that go back; null when the request named none for this item. */
		fields: z.array(z.string()).nullable(),
		/** `ACME-12 Login fails` */
		label: z.string(),
		action: planAction,
		reason: z.string().nullable(),
		/** From live (before) to what will be (after). */
		changes: z.array(fieldDifference),
		losses: z.array(z.object({ field: z.string(), label: z.string(), level: z.enum(["degraded", "impossible"]), reason: z.string() })),
		after: z.array(itemRef),
		requests: z.int(),
	})
	.meta({ id: "PlanItem" });
export type PlanItem = z.infer<typeof planItem>;

const planTotals = z.object({
	create: z.int(),
	change: z.int(),
	untrash: z.int(),
	leave: z.int(),
	cannot: z.int(),
	requests: z.int(),
});

/** What a restore would do; nothing has been written yet. */
/** What a person has to grant at Atlassian before a plan can be carried out. */
const consent = z
	.object({
		/** The site that is written to. */
		siteId: uuid,
		/** Scopes that its connection lacks. */
		scopes: z.array(z.string()).min(1),
	})
	.meta({ id: "Consent" });
export type Consent = z.infer<typeof consent>;

export const restorePlan = z
	.object({
		id: uuid,
		siteId: uuid,
		siteName: z.string(),
		status: z.enum(["planning", "ready", "failed", "used", "expired"]),
		createdAt: moment,
		expiresAt: moment,
		requestedBy: actor,
		target: restoreTarget,
		ifExists: z.enum(["overwrite", "skip", "copy"]),
		fields: z.array(z.string()).nullable(),
		/** Whether pages that are created again get their older versions, too. */
		replayVersions: z.boolean(),
		progress: z.object({ done: z.int(), total: z.int() }),
		totals: planTotals,
		estimateSeconds: z.int(),
		items: z.array(planItem),
		/** What an account changed and what is not taken back, with the reason; empty for other selections. */
		kept: z.array(z.object({ ref: itemRef, label: z.string(), reason: z.string() })),
		/** Null when the connection may do all of it, as far as the site said when it was last asked. */
		consent: consent.nullable(),
		/** The same as a command line. */
		command: z.string(),
		restoreId: uuid.nullable(),
		error: failure.nullable(),
	})
	.meta({ id: "RestorePlan" });
export type RestorePlan = z.infer<typeof restorePlan>;

export const restoreInput = z.object({ planId: uuid, reason: typedText(500).optional() }).meta({ id: "RestoreInput" });
export type RestoreInput = z.infer<typeof restoreInput>;

export const restoreStatus = z
	.enum(["queued", "running", "succeeded", "incomplete", "failed", "undoing", "undone", "cancelled"])
	.meta({ id: "RestoreStatus" });
export type RestoreStatus = z.infer<typeof restoreStatus>;

export const restoreSummary = z
	.object({
		id: uuid,
		siteId: uuid,
		siteName: z.string(),
		planId: uuid,
		status: restoreStatus,
		requestedBy: actor,
		reason: z.string().nullable(),
		createdAt: moment,
		startedAt: moment.nullable(),
		finishedAt: moment.nullable(),
		/** `ACME-12 Login fails`, or `12 items`. */
		label: z.string(),
		progress: z.object({ done: z.int(), total: z.int() }),
		totals: z.object({ restored: z.int(), skipped: z.int(), failed: z.int(), undone: z.int() }),
		error: failure.nullable(),
	})
	.meta({ id: "RestoreSummary" });
export type RestoreSummary = z.infer<typeof restoreSummary>;

const fieldResult = z.enum(["exact", "degraded", "impossible", "failed"]);
const fidelityCounts = z.object({ exact: z.int(), degraded: z.int(), impossible: z.int(), failed: z.int() });

const restoreItem = z
	.object({
		ref: itemRef,
		version: snapshotId,
		label: z.string(),
		action: planAction,
		outcome: z.enum(["waiting", "running", "restored", "skipped", "failed", "undone", "kept"]),
		reason: z.string().nullable(),
		error: failure.nullable(),
		/** What it is called now; null until it is there. */
		now: z.object({ ref: itemRef, key: z.string().nullable() }).nullable(),
		url: z.string().nullable(),
		fidelity: fidelityCounts.nullable(),
	})
	.meta({ id: "RestoreItem" });
export type RestoreItem = z.infer<typeof restoreItem>;

export const restore = restoreSummary
	.extend({
		target: restoreTarget,
		ifExists: z.enum(["overwrite", "skip", "copy"]),
		items: z.array(restoreItem),
		/** What the overwritten items were like just before. */
		safetySnapshotId: snapshotId.nullable(),
		undoable: z.boolean(),
	})
	.meta({ id: "Restore" });
export type Restore = z.infer<typeof restore>;

/** Every field read back after a restore. */
export const restoreReceipt = z
	.object({
		restoreId: uuid,
		siteId: uuid,
		at: moment,
		totals: fidelityCounts,
		items: z.array(
			z.object({
				ref: itemRef,
				label: z.string(),
				now: z.object({ ref: itemRef, key: z.string().nullable() }).nullable(),
				url: z.string().nullable(),
				fields: z.array(z.object({ field: z.string(), label: z.string(), result: fieldResult, reason: z.string().nullable() })),
				problems: z.array(z.object({ field: z.string(), label: z.string(), reason: z.string() })),
			}),
		),
	})
	.meta({ id: "RestoreReceipt" });
export type RestoreReceipt = z.infer<typeof restoreReceipt>;
