import { z } from "zod";
import { moment, snapshotId, typedText, uuid } from "./primitives.ts";

const count = z.int().min(1);

/** How many restore points to keep. One that any rule names is kept; without any rule everything is. */
export const retentionRules = z
	.object({
		/** The newest so many. */
		last: count.max(100_000),
		/** The newest of each of the last so many hours, days, ISO weeks, months, years that have one, by the site's clock. */
		hourly: count.max(100_000),
		daily: count.max(36_500),
		weekly: count.max(5200),
		monthly: count.max(1200),
		yearly: count.max(100),
		/** Every one that is younger than so many days. */
		withinDays: count.max(36_500),
	})
	.partial()
	.meta({ id: "RetentionRules" });
export type RetentionRules = z.infer<typeof retentionRules>;

/** A few words that say why; kept sealed. */
export const spokenReason = typedText(200).min(1);

/** How long a site's restore points are kept, and what keeps them longer. */
export const retention = z
	.object({
		siteId: uuid,
		rules: retentionRules,
		/** While it stands, nothing of the site is forgotten: by no rule and by nobody. */
		hold: z.object({ name: z.string(), since: moment }).nullable(),
		plan: z.enum(["professional", "enterprise"]),
		/** The most that the plan lets rules reach back; null for as long as one likes. */
		maxDays: z.int().nullable(),
		/** Whether the rules reach further than the plan allows. Nothing goes because of it; the next change has to respect the plan. */
		beyondPlan: z.boolean(),
		/** Every byte of the vault is read again within so many days. */
		verifyWithinDays: z.int(),
	})
	.meta({ id: "Retention" });
export type Retention = z.infer<typeof retention>;

export const retentionPatch = z
	.object({ rules: retentionRules, verifyWithinDays: z.int().min(1).max(365), reason: spokenReason })
	.partial()
	.refine(({ rules, verifyWithinDays }) => rules !== undefined || verifyWithinDays !== undefined, "Name at least one thing to change")
	.meta({ id: "RetentionPatch" });

const verdict = z.object({
	snapshotId,
	at: moment,
	/** `daily 3 of 7`, `pinned: quarter end`, `kept by no rule` */
	reasons: z.array(z.string()),
});

/** What rules would mean for the restore points that there are now. */
export const retentionPreview = z
	.object({
		rules: retentionRules,
		/** Newest first; the counts are exact, the lists end after 500. */
		keep: z.array(verdict),
		keepCount: z.int(),
		forget: z.array(verdict),
		forgetCount: z.int(),
		/** Estimated: what of the store only these restore points need. It comes back about a day after they are forgotten. */
		freedBytes: z.int(),
		/** Whether the rules let go of something, now or later, that the present ones keep. */
		letsGo: z.boolean(),
		/** Whether a second person has to agree to them. */
		needsApproval: z.boolean(),
		hold: z.object({ name: z.string(), since: moment }).nullable(),
		/** Why the plan does not allow them; null when it does. */
		beyondPlan: z.string().nullable(),
	})
	.meta({ id: "RetentionPreview" });
export type RetentionPreview = z.infer<typeof retentionPreview>;

export const snapshotForgotten = z.object({ siteId: uuid, snapshotId }).meta({ id: "SnapshotForgotten" });
