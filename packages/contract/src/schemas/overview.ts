import { z } from "zod";
import { moment, uuid } from "./primitives.ts";
import { restoreSummary } from "./restore.ts";
import { run } from "./run.ts";
import { site } from "./site.ts";

/** One day of the 30-day strip. */
const stripDay = z.object({
	/** `2026-11-22`, UTC. */
	date: z.string(),
	outcome: z.enum(["good", "incomplete", "failed", "none"]),
	runs: z.int(),
});
export type StripDay = z.infer<typeof stripDay>;

const attention = z
	.object({
		severity: z.enum(["critical", "warning", "info"]),
		/** `late`, `failing`, `credential`, `credential-soon`, `damaged`, `unusual-deletions`, `blind-spots`, `never-backed-up`, `set-up`. */
		code: z.string(),
		title: z.string(),
		detail: z.string(),
		siteId: uuid.nullable(),
		action: z.object({
			label: z.string(),
			type: z.enum(["run-backup", "check-site", "open-site", "open-run", "open-changes", "connect-site", "continue-setup"]),
			runId: uuid.nullable(),
			snapshotId: z.int().nullable(),
		}),
	})
	.meta({ id: "Attention" });
export type Attention = z.infer<typeof attention>;

const overviewSite = site
	.extend({
		/** Null when it was never backed up. */
		ageSeconds: z.int().nullable(),
		strip: z.array(stripDay),
		items: z.int(),
		/** Null before a backup has counted them. */
		deletedItems: z.int().nullable(),
		storedBytes: z.int().nullable(),
	})
	.meta({ id: "OverviewSite" });
export type OverviewSite = z.infer<typeof overviewSite>;

/** Everything the first page says. */
export const overview = z
	.object({
		at: moment,
		health: z.object({ level: z.enum(["good", "attention", "critical", "empty"]), sentence: z.string() }),
		/** The worst hundred. */
		attention: z.array(attention),
		/** How many there are of each. */
		counts: z.object({ sites: z.int(), withinPromise: z.int(), attention: z.int() }),
		/** Worst first: with something critical, with a warning, late, and then by name. */
		sites: z.array(overviewSite),
		/** For the next page of sites. */
		nextCursor: z.string().nullable(),
		running: z.array(run),
		lastRestores: z.array(restoreSummary),
	})
	.meta({ id: "Overview" });
export type Overview = z.infer<typeof overview>;
