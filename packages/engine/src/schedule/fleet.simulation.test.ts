import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { chooseDue, type DueSite } from "./choose-due.ts";
import { longestGap, nextDue } from "./next-due.ts";
import { type Schedule, usualSchedule } from "./schedule.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const tick = 15 * minute;
const begin = Date.parse("2026-03-20T00:00:00Z");
const zones = ["Australia/Sydney", "Asia/Kolkata", "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles"];

interface SimulatedSite {
	readonly id: string;
	readonly organizationId: string;
	readonly schedule: Schedule;
	readonly timeZone: string;
	readonly promise: number;
	readonly budget: "app" | undefined;
	readonly points: number;
	readonly duration: number;
	dueAt: number;
	lastGood: number;
	running: boolean;
	runs: number;
	longestWait: number;
	missed: number;
}

/** A number in [0, 1), the same in every run of the test. */
function chance(words: string): number {
	return createHash("sha256").update(words).digest().readUIntBE(0, 6) / 2 ** 48;
}

function scheduleOf(index: number): Schedule {
	const kind = index % 20;
	if (kind < 2) return { every: "6-hours", jitterMinutes: 15 };
	if (kind < 5) return { every: "12-hours", jitterMinutes: 15 };
	if (kind === 5) return { every: "week", weekday: 6, window: { from: "20:00", to: "06:00" }, jitterMinutes: 15 };
	return usualSchedule;
}

/** 5,000 sites: one organization with 1,500, ten with 150, the others with one to three. */
function fleet(pointsOf: (index: number) => number): SimulatedSite[] {
	return Array.from({ length: 5000 }, (_, index) => {
		const organizationId = index < 1500 ? "giant" : index < 3000 ? `large-${index % 10}` : `small-${index % 1100}`;
		const id = `site-${index}`;
		const schedule = scheduleOf(index);
		const timeZone = zones[index % zones.length] ?? "UTC";
		const dueAt = nextDue(schedule, { id, timeZone }, new Date(begin)).getTime();
		const promise = longestGap(schedule, { id, timeZone }, new Date(begin), 10) + 2 * hour + (schedule.every === "day" ? hour : 0);
		return {
			id,
			organizationId,
			schedule,
			timeZone,
			promise,
			budget: index % 3 === 0 ? "app" : undefined,
			points: index % 3 === 0 ? pointsOf(index) : 0,
			duration: (2 + 38 * chance(`${id}/size`) ** 3) * minute,
			dueAt,
			lastGood: begin,
			running: false,
			runs: 0,
			longestWait: 0,
			missed: 0,
		};
	});
}

interface Fleet {
	readonly sites: readonly SimulatedSite[];
	readonly slots: number;
	readonly pointsPerHour: number;
	readonly days: number;
}

/** Runs 30 days on a clock of its own; gives how many backups began in each hour. */
function simulate({ sites, slots, pointsPerHour, days }: Fleet): {
	readonly startsPerHour: readonly number[];
	readonly mostPoints: number;
} {
	const startsPerHour = Array.from({ length: days * 24 }, () => 0);
	const ends: { readonly at: number; readonly site: SimulatedSite; readonly startedAt: number }[] = [];
	const open = new Map<string, number>();
	let used = 0;
	let mostPoints = 0;
	for (let now = begin; now < begin + days * day; now += tick) {
		if ((now - begin) % hour === 0) used = 0;
		for (const end of ends.filter((one) => one.at <= now)) {
			ends.splice(ends.indexOf(end), 1);
			end.site.running = false;
			end.site.lastGood = end.startedAt;
			open.set(end.site.organizationId, (open.get(end.site.organizationId) ?? 1) - 1);
		}
		const byId = new Map<string, SimulatedSite>();
		const due: DueSite[] = [];
		for (const site of sites) {
			if (now - site.lastGood > site.promise) site.missed += 1;
			if (site.running || site.dueAt > now) continue;
			byId.set(site.id, site);
			const deadline = new Date(site.lastGood + site.promise);
			const { id: siteId, organizationId, promise, budget, points } = site;
			due.push({ siteId, organizationId, promise, budget, points, dueAt: new Date(site.dueAt), deadline });
		}
		const room = { slots: slots - ends.length, open, budgets: new Map([["app", { left: pointsPerHour - used, whole: pointsPerHour }]]) };
		for (const { siteId } of chooseDue(due, room, new Date(now))) {
			const site = byId.get(siteId);
			if (site === undefined) throw new Error("a site was chosen that was not due");
			site.running = true;
			site.runs += 1;
			site.longestWait = Math.max(site.longestWait, now - site.dueAt);
			site.dueAt = nextDue(site.schedule, site, new Date(now)).getTime();
			used += site.points;
			mostPoints = Math.max(mostPoints, used);
			ends.push({ at: now + site.duration, site, startedAt: now });
			open.set(site.organizationId, (open.get(site.organizationId) ?? 0) + 1);
			const index = Math.floor((now - begin) / hour);
			startsPerHour[index] = (startsPerHour[index] ?? 0) + 1;
		}
		expect(ends.length).toBeLessThanOrEqual(slots);
	}
	return { startsPerHour, mostPoints };
}

const slowest = (sites: readonly SimulatedSite[], prefix: string) =>
	Math.max(...sites.filter((site) => site.organizationId.startsWith(prefix)).map((site) => site.longestWait));

it("keeps every promise of 5,000 sites for 30 days, across a change of clocks, while the budget suffices", () => {
	const sites = fleet((index) => 100 + Math.floor(900 * chance(`points/${index}`)));
	const { startsPerHour, mostPoints } = simulate({ sites, slots: 170, pointsPerHour: 130_000, days: 30 });
	expect(sites.reduce((sum, site) => sum + site.missed, 0)).toBe(0);
	for (const site of sites) expect(site.runs, site.id).toBeGreaterThanOrEqual(site.schedule.every === "week" ? 4 : 29);
	expect(mostPoints).toBeLessThanOrEqual(130_000);
	expect(slowest(sites, "small")).toBeLessThanOrEqual(hour);
	const mean = startsPerHour.reduce((sum, count) => sum + count, 0) / startsPerHour.length;
	expect(Math.max(...startsPerHour)).toBeLessThan(2.5 * mean);
	process.stdout.write(
		`simulated: ${Math.round(mean)} starts an hour on average, at most ${Math.max(...startsPerHour)}; longest wait ${Math.round(slowest(sites, "") / minute)} min\n`,
	);
});

it("starves nobody when there is far too little of everything, and the giant least of all takes from the small", () => {
	const sites = fleet(() => 500);
	simulate({ sites, slots: 35, pointsPerHour: 35_000, days: 6 });
	const served = (prefix: string) => {
		const own = sites.filter((site) => site.organizationId.startsWith(prefix) && site.schedule.every === "day");
		return own.reduce((sum, site) => sum + site.runs, 0) / (own.length * 6);
	};
	const daily = sites.filter((site) => site.schedule.every === "day");
	for (const [id, own] of Map.groupBy(daily, (site) => site.organizationId)) {
		if (id === "giant") expect(Math.max(...own.map((site) => site.runs))).toBeGreaterThan(0);
		else for (const site of own) expect(site.runs, site.id).toBeGreaterThan(0);
	}
	expect(served("small")).toBeGreaterThan(served("giant"));
	// One turn in some thousand, as everybody: about one backup at any time.
	const giants = sites.filter((site) => site.organizationId === "giant");
	expect(giants.reduce((sum, site) => sum + site.runs, 0)).toBeGreaterThan(300);
});
