import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextDue, requireUsable, upcoming } from "./next-due.ts";
import { type Schedule, usualSchedule } from "./schedule.ts";
import { wallClock } from "./wall-clock.ts";

const sydney = { id: "site-1", timeZone: "Australia/Sydney" };
const zones = ["Australia/Sydney", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC", "Australia/Lord_Howe", "No/Such_Zone"];
const time = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 })).map(([h, m]) => `${pad(h)}:${pad(m)}`);
const window = fc.record({ from: time, to: time });
const jitterMinutes = fc.integer({ min: 0, max: 120 });
const schedule: fc.Arbitrary<Schedule> = fc.oneof(
	fc.record({ every: fc.constantFrom("6-hours" as const, "12-hours" as const), jitterMinutes }),
	fc.record({ every: fc.constant("day" as const), window, jitterMinutes }),
	fc.record({ every: fc.constant("week" as const), weekday: fc.constantFrom(1 as const, 4 as const, 7 as const), window, jitterMinutes }),
	fc.record({ every: fc.constant("cron" as const), expression: fc.constantFrom("30 1 * * *", "0 3 * * 1-5", "15 4 1 * *"), jitterMinutes }),
);
const site = fc.record({ id: fc.uuid(), timeZone: fc.constantFrom(...zones) });
const moment = fc.date({ min: new Date("2026-01-01T00:00:00Z"), max: new Date("2028-12-31T00:00:00Z"), noInvalidDate: true });

function pad(value: number): string {
	return String(value).padStart(2, "0");
}

/** The wall clock's `HH:MM`. */
function wallTime(instant: Date, timeZone: string): string {
	return instant.toLocaleTimeString("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
}

describe("when a backup is due", () => {
	it("is always later, and the same however often it is asked", () => {
		fc.assert(
			fc.property(schedule, site, moment, (plan, one, after) => {
				const next = nextDue(plan, one, after);
				expect(next.getTime()).toBeGreaterThan(after.getTime());
				// Asked at any time in between, it is the same one: no run is lost, and none comes twice.
				const between = new Date((after.getTime() + next.getTime()) / 2);
				expect(nextDue(plan, one, between)).toEqual(next);
			}),
			{ numRuns: 300 },
		);
	});

	it("lies within the window of the site's own night, on every day of a year", () => {
		for (const timeZone of ["Australia/Sydney", "America/New_York", "Europe/Berlin"]) {
			const times = upcoming(
				{ every: "day", window: { from: "22:00", to: "05:00" }, jitterMinutes: 60 },
				{ id: "a", timeZone },
				new Date("2026-01-01Z"),
				366,
			);
			for (const at of times) {
				const wall = wallTime(at, timeZone);
				expect(wall >= "22:00" || wall <= "05:00", `${timeZone} ${wall}`).toBe(true);
			}
			const days = new Set(times.map((at) => wallClock(timeZone).dateAt(new Date(at.getTime() - 6 * 3_600_000)).day));
			expect(days.size).toBe(31);
		}
	});

	it("is within a day of now for a daily schedule, so that a new site's first backup is", () => {
		fc.assert(
			fc.property(site, moment, (one, after) => {
				expect(nextDue(usualSchedule, one, after).getTime() - after.getTime()).toBeLessThanOrEqual(25.5 * 3_600_000);
			}),
		);
	});

	it("is spread: a thousand sites of one zone do not begin in the same minutes", () => {
		const perHour = new Map<number, number>();
		for (let index = 0; index < 1000; index += 1) {
			const at = nextDue(usualSchedule, { id: `site-${index}`, timeZone: "Australia/Sydney" }, new Date("2026-05-01T00:00:00Z"));
			perHour.set(at.getUTCHours(), (perHour.get(at.getUTCHours()) ?? 0) + 1);
		}
		expect(perHour.size).toBe(10);
		expect(Math.max(...perHour.values())).toBeLessThan(150);
	});

	it("comes every six hours, on the named weekday, and as cron says in the site's zone", () => {
		const from = new Date("2026-05-01T00:00:00Z");
		const six = upcoming({ every: "6-hours", jitterMinutes: 0 }, sydney, from, 5);
		for (const [index, at] of six.entries()) if (index > 0) expect(at.getTime() - (six[index - 1]?.getTime() ?? 0)).toBe(6 * 3_600_000);
		const weekly = upcoming({ every: "week", weekday: 7, window: { from: "01:00", to: "02:00" }, jitterMinutes: 0 }, sydney, from, 4);
		for (const at of weekly) expect(at.toLocaleDateString("en-GB", { timeZone: "Australia/Sydney", weekday: "long" })).toBe("Sunday");
		const cron = upcoming({ every: "cron", expression: "30 1 * * 1-5", jitterMinutes: 0 }, sydney, from, 10);
		for (const at of cron) expect(wallTime(at, "Australia/Sydney")).toBe("01:30");
	});
});

describe("a cron expression", () => {
	it.each(["* * * * *", "*/30 * * * *", "0 0 30 2 *", "nonsense", "0 0 * * * *", ""])("%j is refused", (expression) => {
		expect(() => requireUsable({ every: "cron", expression, jitterMinutes: 0 }, sydney, new Date("2026-05-01Z"))).toThrow(
			/cron expression/,
		);
	});
});
