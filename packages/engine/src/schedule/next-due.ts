import { createHash } from "node:crypto";
import { AppError } from "@skyeworx/core";
import { Cron } from "croner";
import type { DayWindow, Schedule, ScheduledSite } from "./schedule.ts";
import { dayAfter, knownZone, type WallDate, wallClock, weekdayOf } from "./wall-clock.ts";

const minute = 60_000;
const hour = 60 * minute;
const periods = { "6-hours": 6 * hour, "12-hours": 12 * hour } as const;

/**
 * The first time after `after` at which a site's backup is due. Pure: the same site, schedule and time always give the same
 * answer, and an answer given as `after` gives the following one.
 * @throws AppError `bad-input` for a cron expression that can't be read or never comes
 */
export function nextDue(schedule: Schedule, site: ScheduledSite, after: Date): Date {
	switch (schedule.every) {
		case "6-hours":
		case "12-hours":
			return nextOfInterval(periods[schedule.every], schedule, site, after);
		case "day":
			return nextOfDays(schedule, site, after, () => true);
		case "week":
			return nextOfDays(schedule, site, after, (date) => weekdayOf(date) === schedule.weekday);
		case "cron":
			return nextOfCron(schedule, site, after);
	}
}

/** The next times at which a site is due, soonest first. */
export function upcoming(schedule: Schedule, site: ScheduledSite, after: Date, count: number): Date[] {
	const times: Date[] = [];
	for (let last = after; times.length < count; times.push(last)) last = nextDue(schedule, site, last);
	return times;
}

/** The longest time between two runs of a schedule, in milliseconds, over its next `count` runs. */
export function longestGap(schedule: Schedule, site: ScheduledSite, after: Date, count: number): number {
	const times = upcoming(schedule, site, after, count);
	return Math.max(...times.slice(1).map((time, index) => time.getTime() - (times[index]?.getTime() ?? 0)));
}

function nextOfInterval(period: number, schedule: Schedule, site: ScheduledSite, after: Date): Date {
	const offset = Math.floor(fraction(site.id, "place") * period);
	for (let slot = Math.floor((after.getTime() - offset) / period) - 1; ; slot += 1) {
		const at = slot * period + offset + jitter(schedule, site, slot);
		if (at > after.getTime()) return new Date(at);
	}
}

type DailySchedule = Extract<Schedule, { readonly window: DayWindow }>;

function nextOfDays(schedule: DailySchedule, site: ScheduledSite, after: Date, isDay: (date: WallDate) => boolean): Date {
	const clock = wallClock(site.timeZone);
	const from = minutesOf(schedule.window.from);
	const to = minutesOf(schedule.window.to);
	const first = dayAfter(clock.dateAt(after), -1);
	for (let days = 0; ; days += 1) {
		const date = dayAfter(first, days);
		if (!isDay(date)) continue;
		const begin = clock.instantOf(date, from).getTime();
		const end = clock.instantOf(to > from ? date : dayAfter(date, 1), to).getTime();
		// Room for the jitter is kept at the window's end: it must never move a run out of its own night.
		const free = Math.max(0, end - begin - schedule.jitterMinutes * minute);
		const at = Math.min(end, begin + Math.floor(fraction(site.id, "place") * free) + jitter(schedule, site, begin / minute));
		if (at > after.getTime()) return new Date(at);
	}
}

function nextOfCron(schedule: Extract<Schedule, { readonly every: "cron" }>, site: ScheduledSite, after: Date): Date {
	const cron = parseCron(schedule.expression, site.timeZone);
	let slot: Date | null = new Date(after.getTime() - schedule.jitterMinutes * minute - 1000);
	for (;;) {
		slot = cron.nextRun(slot);
		if (slot === null) throw new AppError("bad-input", "The cron expression never comes", { hint: "Name days that exist." });
		const at = slot.getTime() + jitter(schedule, site, slot.getTime() / minute);
		if (at > after.getTime()) return new Date(at);
	}
}

function parseCron(expression: string, timeZone: string): Cron {
	try {
		return new Cron(expression, { paused: true, mode: "5-part", timezone: knownZone(timeZone) });
	} catch (cause) {
		throw new AppError("bad-input", "The cron expression can't be read", {
			cause,
			hint: "Five fields: minute, hour, day of the month, month, day of the week, like 30 1 * * 1-5.",
		});
	}
}

/** The shortest time between two runs that a cron expression may ask for. */
const shortestCronGap = hour;

/**
 * Checks what a schema can't: that a cron expression can be read, comes, and does not ask for more than one run an hour.
 * @throws AppError `bad-input`
 */
export function requireUsable(schedule: Schedule, site: ScheduledSite, now: Date): void {
	if (schedule.every !== "cron") return;
	const cron = parseCron(schedule.expression, site.timeZone);
	const times = cron.nextRuns(100, now);
	if (times.length === 0) throw new AppError("bad-input", "The cron expression never comes", { hint: "Name days that exist." });
	const tooClose = times.some((time, index) => index > 0 && time.getTime() - (times[index - 1]?.getTime() ?? 0) < shortestCronGap);
	if (tooClose)
		throw new AppError("bad-input", "The cron expression asks for more than one run an hour", { hint: "Leave an hour between runs." });
}

function jitter(schedule: Schedule, site: ScheduledSite, slot: number): number {
	return Math.floor(fraction(site.id, String(slot)) * schedule.jitterMinutes * minute);
}

/** `22:30` is 1350. */
function minutesOf(time: string): number {
	const [hours = 0, minutes = 0] = time.split(":").map(Number);
	return hours * 60 + minutes;
}

/** A number in [0, 1) that only the words decide. */
function fraction(id: string, purpose: string): number {
	return createHash("sha256").update(`${id}/${purpose}`).digest().readUIntBE(0, 6) / 2 ** 48;
}
