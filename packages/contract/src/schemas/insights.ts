import { z } from "zod";
import { drillFigures } from "./drill.ts";
import { kindId, moment, uuid } from "./primitives.ts";
import { blindSpot } from "./run.ts";

const day = z.object({
	/** UTC. */
	date: z.iso.date(),
	runs: z.int(),
	succeeded: z.int(),
	incomplete: z.int(),
	failed: z.int(),
	created: z.int(),
	changed: z.int(),
	deleted: z.int(),
	/** Held in the sites' newest snapshots at the end of the day. */
	items: z.int(),
	/** In the stores, at the end of the day. */
	storedBytes: z.int(),
	bytesAdded: z.int(),
	requests: z.int(),
	points: z.number(),
	/** Connected when the day ended, and those of them whose newest good backup was within their promise of today then. */
	sites: z.int(),
	sitesWithinPromise: z.int(),
	restores: z.int(),
	/** Of these, the ones that did not bring everything back. */
	restoresFailed: z.int(),
});

const site = z.object({
	siteId: uuid,
	name: z.string(),
	promiseSeconds: z.int(),
	ageSeconds: z.int().nullable(),
	withinPromise: z.boolean(),
	runs: z.int(),
	/** Of the runs that ended; null without any. */
	successRate: z.number().min(0).max(1).nullable(),
	items: z.int(),
	storedBytes: z.int(),
	/** Kinds of the site's apps that this server knows, and those of them that the credential reads. */
	kinds: z.int(),
	kindsRead: z.int(),
	/** Kinds that the credential can't read at all. */
	gaps: z.array(z.object({ kind: kindId, reason: z.string() })),
	/** What the newest backup could not see. */
	blindSpots: z.array(blindSpot),
});

const anomalyCode = z.enum(["mass-deletion", "mass-edit", "encrypted-content"]);

/** What is unusual, as people say it. */
export const anomalyNames: Readonly<Record<z.infer<typeof anomalyCode>, string>> = {
	"mass-deletion": "Many items gone",
	"mass-edit": "Many items edited",
	"encrypted-content": "Texts that look encrypted",
};

const anomaly = z.object({
	id: uuid,
	siteId: uuid,
	runId: uuid,
	at: moment,
	code: anomalyCode,
	measured: z.number(),
	/** What the backups before had, on average. */
	usual: z.number(),
});

/** How the backups did over some days: figures alone, nothing of what they hold. */
export const insights = z
	.object({
		at: moment,
		days: z.array(day),
		sites: z.array(site),
		anomalies: z.array(anomaly),
		/** Restore drills that ended, newest first; at most 200. */
		drills: z.array(drillFigures),
		api: z.object({
			/** Requests and points of an average day of the last seven. */
			requestsPerDay: z.number(),
			pointsPerDay: z.number(),
			/** Expected in 30 days, at the growth of the days that are shown. */
			pointsPerDayIn30Days: z.number(),
			storedBytesIn30Days: z.int(),
			/** What Atlassian gives one OAuth app in an hour, over all its sites; null when this server counts none. */
			pointsPerHourAllowed: z.number().nullable(),
		}),
	})
	.meta({ id: "Insights" });
export type Insights = z.infer<typeof insights>;
