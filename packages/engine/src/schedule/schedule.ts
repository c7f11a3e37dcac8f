/** A part of the day in the site's time zone; `to` may be on the next morning. */
export interface DayWindow {
	/** `22:00` */
	readonly from: string;
	readonly to: string;
}

/**
 * How often a site is backed up. Intervals are anchored to UTC, days and weeks to the site's wall clock. `window` is when a run
 * may begin; runs of many sites are spread over it. A cron expression is read in the site's time zone.
 */
export type Schedule =
	| { readonly every: "6-hours" | "12-hours"; readonly jitterMinutes: number }
	| { readonly every: "day"; readonly window: DayWindow; readonly jitterMinutes: number }
	| { readonly every: "week"; readonly weekday: Weekday; readonly window: DayWindow; readonly jitterMinutes: number }
	| { readonly every: "cron"; readonly expression: string; readonly jitterMinutes: number };

/** 1 is Monday, as in ISO 8601. */
type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** What a site gets before anybody chooses: once a day, while most people of its time zone are away. */
export const usualSchedule: Schedule = { every: "day", window: { from: "20:00", to: "06:00" }, jitterMinutes: 15 };

/** The site that a schedule is worked out for. */
export interface ScheduledSite {
	/** Decides the site's own place in a window: always the same, and different from its neighbours'. */
	readonly id: string;
	/** IANA name; one that is not known counts as UTC. */
	readonly timeZone: string;
}
