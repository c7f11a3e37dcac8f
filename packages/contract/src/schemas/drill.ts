import { z } from "zod";
import { itemId, kindId, moment, snapshotId, typedText, uuid } from "./primitives.ts";

const drillSpace = z.object({ app: z.enum(["jira", "confluence"]), spaceId: itemId });

/** How often a restore is tried out, with what. */
const drillRule = z
	.object({
		every: z.enum(["never", "week", "month", "quarter"]),
		/** Items that each drill takes, drawn at random from the newest restore point. */
		items: z.int().min(1).max(50),
		/** Only from these spaces; null for the whole site. */
		spaces: z.array(drillSpace).min(1).max(200).nullable(),
		/**
		 * Spaces into which copies are restored, and out of which they are taken again; one of each app at most. Without any, items are
		 * read out of the vault and planned, and nothing is written.
		 */
		drillSpaces: z
			.array(drillSpace)
			.max(2)
			.refine((spaces) => new Set(spaces.map(({ app }) => app)).size === spaces.length, "Name one drill space of each app"),
	})
	.meta({ id: "DrillRule" });
export type DrillRule = z.infer<typeof drillRule>;

/** The rule of a site that has none of its own. */
export const noDrills: DrillRule = { every: "never", items: 10, spaces: null, drillSpaces: [] };

export const drillRuleChange = z.object({ rule: drillRule, reason: typedText(200).min(1).optional() }).meta({ id: "DrillRuleChange" });

/** What is read of a site's drills at a glance. */
export const drills = z
	.object({
		siteId: uuid,
		rule: drillRule,
		/** Null while the rule is off; in the past while the drill waits for its turn. */
		nextDueAt: moment.nullable(),
		runningRunId: uuid.nullable(),
		/** Things that a drill made and could not take away yet: the next one begins with them. */
		leftBehind: z.int(),
	})
	.meta({ id: "Drills" });
export type Drills = z.infer<typeof drills>;

const restoreTime = z.object({
	/** Whether copies were made and timed, or the time follows from the plan. */
	basis: z.enum(["measured", "planned"]),
	secondsPerItem: z.number(),
	/** For all of the site's items, one after another. */
	wholeSiteSeconds: z.number(),
});

/** What a drill found. Null where a step was not come to. */
export const drillDone = z
	.object({
		snapshotId: snapshotId.nullable(),
		sampled: z.array(z.object({ kind: kindId, items: z.int() })),
		/** Out of the vault: every byte was held against the address under which it lies. */
		read: z.object({ items: z.int(), parts: z.int(), bytes: z.int(), damagedParts: z.int() }).nullable(),
		/** What a restore in place would do with the items now. */
		plan: z.object({ create: z.int(), change: z.int(), untrash: z.int(), leave: z.int(), cannot: z.int() }).nullable(),
		/** Copies that were made in the drill spaces and read back field by field. */
		trial: z
			.object({
				restored: z.int(),
				notRestored: z.int(),
				fields: z.object({ exact: z.int(), degraded: z.int(), impossible: z.int(), failed: z.int() }),
				seconds: z.number(),
			})
			.nullable(),
		/** Why no copies were made. */
		noTrial: z.enum(["no-drill-space", "nothing-to-copy", "gave-way"]).nullable(),
		/** Copies of this drill, and of earlier ones, that were taken away; that somebody had changed, so they stay; that are there still. */
		cleared: z.object({ undone: z.int(), kept: z.int(), left: z.int() }),
		/** The share of fields that came back exact, between 0 and 1; of parts that could be read where no copies were made. */
		score: z.number().min(0).max(1).nullable(),
		time: restoreTime.nullable(),
		faults: z.array(
			z.object({
				kind: kindId,
				id: z.string(),
				field: z.string().nullable(),
				what: z.enum(["unreadable", "unplannable", "not-restored", "field"]),
				code: z.string(),
			}),
		),
		/** All of them; `faults` has the first 200. */
		faultCount: z.int(),
	})
	.meta({ id: "DrillDone" });
export type DrillDone = z.infer<typeof drillDone>;

/** One drill that has ended, as the history of a site shows it. */
export const drillFigures = z.object({
	runId: uuid,
	siteId: uuid,
	at: moment,
	status: z.enum(["succeeded", "incomplete", "failed"]),
	items: z.int(),
	restored: z.int(),
	faults: z.int(),
	score: z.number().min(0).max(1).nullable(),
	time: restoreTime.nullable(),
});
