import type { ScheduleBody } from "@skyeworx/contract";

/** A rhythm that has a name; others are written as cron expressions. */
export type PlainSchedule = Exclude<ScheduleBody["every"], "cron">;

const nights = { from: "20:00", to: "06:00" };

/** What each rhythm means: in the night of the site's own time zone, where it says one. */
export const schedules: Readonly<Record<PlainSchedule, ScheduleBody>> = {
	"6-hours": { every: "6-hours", jitterMinutes: 15 },
	"12-hours": { every: "12-hours", jitterMinutes: 15 },
	day: { every: "day", window: nights, jitterMinutes: 15 },
	week: { every: "week", weekday: 6, window: nights, jitterMinutes: 15 },
};

/** What each rhythm is called. */
export const scheduleNames: Readonly<Record<ScheduleBody["every"], string>> = {
	"6-hours": "Every 6 hours",
	"12-hours": "Every 12 hours",
	day: "Every night",
	week: "Every week, on Saturday night",
	cron: "By a cron expression",
};

export function isPlain(every: string): every is PlainSchedule {
	return Object.hasOwn(schedules, every);
}
