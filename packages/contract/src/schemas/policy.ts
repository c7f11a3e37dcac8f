import { z } from "zod";
import { moment, uuid } from "./primitives.ts";

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Write a time of day like 22:30");

/** When a run may begin, by the wall clock of the site's time zone; `to` may be on the next morning. */
const dayWindow = z.object({ from: timeOfDay, to: timeOfDay }).meta({ id: "DayWindow" });

/** A run begins at most so much later than its own place; spreads what would begin together. */
const jitterMinutes = z.int().min(0).max(120).default(15);

/** 1 is Monday. */
const weekday = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5), z.literal(6), z.literal(7)]);

/** How often a site is backed up. */
const schedule = z
	.discriminatedUnion("every", [
		z.object({ every: z.literal("6-hours"), jitterMinutes }),
		z.object({ every: z.literal("12-hours"), jitterMinutes }),
		z.object({ every: z.literal("day"), window: dayWindow, jitterMinutes }),
		z.object({ every: z.literal("week"), weekday, window: dayWindow, jitterMinutes }),
		z.object({
			every: z.literal("cron"),
			/** Minute, hour, day of the month, month, day of the week; at most one run an hour. */
			expression: z.string().min(9).max(100),
			jitterMinutes,
		}),
	])
	.meta({ id: "Schedule" });
export type ScheduleBody = z.infer<typeof schedule>;

/** What a site's policy is, and what it means. */
export const policy = z
	.object({
		siteId: uuid,
		schedule,
		/** Of the site: windows and cron are read by its clock. */
		timeZone: z.string(),
		/** In the past while the run waits for its turn. */
		nextDueAt: moment,
		/** The runs after that, soonest first. */
		upcoming: z.array(moment),
		promiseSeconds: z.int(),
		/** The longest time between two of the next runs; a promise that is shorter can't be kept. */
		longestGapSeconds: z.int(),
		keepsPromise: z.boolean(),
	})
	.meta({ id: "Policy" });
export type Policy = z.infer<typeof policy>;

export const policyPatch = z.object({ schedule }).meta({ id: "PolicyPatch" });

export const policyPreview = policy
	.pick({ schedule: true, timeZone: true, upcoming: true, longestGapSeconds: true, keepsPromise: true })
	.meta({
		id: "PolicyPreview",
	});
