import type { SnapshotId } from "@skyeworx/vault";

/** How many restore points to keep, by age. A snapshot that any rule names is kept; without any rule everything is. */
export interface RetentionPolicy {
	/** The newest so many. */
	readonly last?: number;
	/** The newest snapshot of each of the last so many hours, days, ISO weeks, months, years that have one. */
	readonly hourly?: number;
	readonly daily?: number;
	readonly weekly?: number;
	readonly monthly?: number;
	readonly yearly?: number;
	/** Every snapshot that is younger than so many days. */
	readonly withinDays?: number;
	/** IANA name: where a day begins; UTC when not given. */
	readonly timeZone?: string;
}

/** What retention looks at of a snapshot; the vault's `SnapshotInfo` is one. */
export interface RetainedSnapshot {
	readonly id: SnapshotId;
	readonly at: Date;
	readonly complete: boolean;
	readonly pin?: string;
	readonly holds?: readonly string[];
	readonly lockUntil?: Date;
}

/** One snapshot's fate and why: `daily 3 of 7`, `pinned: quarter end`, `older than every rule`. */
export interface RetentionVerdict {
	readonly snapshot: SnapshotId;
	readonly at: Date;
	readonly reasons: readonly string[];
}

/** Which snapshots stay and which go, newest first: shown before it is carried out. */
export interface RetentionPlan {
	readonly keep: readonly RetentionVerdict[];
	readonly forget: readonly RetentionVerdict[];
}

const periods = ["hourly", "daily", "weekly", "monthly", "yearly"] as const;
type Period = (typeof periods)[number];
const day = 24 * 60 * 60 * 1000;

/**
 * Decides which snapshots go. Never among them: the newest complete one, pinned, held and locked ones, those that are needed for
 * something else (`needed`, with the reason), and checkpoints of an unfinished run, which the run itself forgets. Pure: the same
 * answer for the preview and for the deed.
 */
export function planRetention(
	snapshots: readonly RetainedSnapshot[],
	policy: RetentionPolicy,
	now: Date,
	needed: ReadonlyMap<SnapshotId, string> = new Map(),
): RetentionPlan {
	const newestFirst = [...snapshots].sort((a, b) => b.at.getTime() - a.at.getTime() || b.id - a.id);
	const complete = newestFirst.filter((snapshot) => snapshot.complete);
	const reasons = new Map<SnapshotId, string[]>(newestFirst.map(({ id }) => [id, []]));
	const keep = ({ id }: RetainedSnapshot, reason: string) => reasons.get(id)?.push(reason);
	for (const snapshot of newestFirst) for (const reason of protections(snapshot, now)) keep(snapshot, reason);
	const [newest] = complete;
	if (newest !== undefined) keep(newest, "newest");
	for (const [id, reason] of needed) reasons.get(id)?.push(reason);
	if (!hasRule(policy)) for (const snapshot of newestFirst) keep(snapshot, "no rule");
	for (const [i, snapshot] of complete.slice(0, policy.last ?? 0).entries()) keep(snapshot, `last ${i + 1} of ${policy.last}`);
	for (const snapshot of complete) {
		if (policy.withinDays !== undefined && now.getTime() - snapshot.at.getTime() < policy.withinDays * day)
			keep(snapshot, `within ${policy.withinDays} days`);
	}
	for (const period of periods) keepOfPeriod(complete, { period, policy, keep });
	const verdict = ({ id, at }: RetainedSnapshot, fallback: readonly string[]): RetentionVerdict => {
		const found = reasons.get(id) ?? [];
		return { snapshot: id, at, reasons: found.length === 0 ? fallback : found };
	};
	const isKept = ({ id }: RetainedSnapshot) => (reasons.get(id) ?? []).length > 0;
	return {
		keep: newestFirst.filter(isKept).map((snapshot) => verdict(snapshot, [])),
		forget: newestFirst.filter((snapshot) => !isKept(snapshot)).map((snapshot) => verdict(snapshot, ["kept by no rule"])),
	};
}

function protections({ complete, pin, holds, lockUntil }: RetainedSnapshot, now: Date): readonly string[] {
	return [
		...(complete ? [] : ["checkpoint of an unfinished run"]),
		...(pin === undefined ? [] : [`pinned: ${pin}`]),
		...(holds ?? []).map((name) => `held: ${name}`),
		...(lockUntil === undefined || lockUntil <= now ? [] : [`locked until ${lockUntil.toISOString()}`]),
	];
}

function hasRule(policy: RetentionPolicy): boolean {
	return [policy.last, policy.withinDays, ...periods.map((period) => policy[period])].some((count) => count !== undefined);
}

interface PeriodRule {
	readonly period: Period;
	readonly policy: RetentionPolicy;
	readonly keep: (snapshot: RetainedSnapshot, reason: string) => void;
}

function keepOfPeriod(newestFirst: readonly RetainedSnapshot[], { period, policy, keep }: PeriodRule): void {
	const count = policy[period] ?? 0;
	const seen = new Set<string>();
	const name = periodNames(period, policy.timeZone ?? "UTC");
	for (const snapshot of newestFirst) {
		if (seen.size >= count) return;
		const of = name(snapshot.at);
		if (seen.has(of)) continue;
		seen.add(of);
		keep(snapshot, `${period} ${seen.size} of ${count}`);
	}
}

/** Names the hour, day, ISO week, month or year in which a moment lies at a place. */
function periodNames(period: Period, timeZone: string): (at: Date) => string {
	const format = new Intl.DateTimeFormat("en-CA", {
		timeZone,
		year: "numeric",
		month: "2-digit",
		day: "2-digit",
		hour: "2-digit",
		hourCycle: "h23",
		// The hour that a clock change repeats is two hours.
		timeZoneName: "longOffset",
	});
	return (at) => {
		const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
		const { year = "", month = "", day: date = "", hour = "", timeZoneName = "" } = part;
		switch (period) {
			case "hourly":
				return `${year}-${month}-${date} ${hour} ${timeZoneName}`;
			case "daily":
				return `${year}-${month}-${date}`;
			case "weekly":
				return isoWeek(Date.UTC(Number(year), Number(month) - 1, Number(date)));
			case "monthly":
				return `${year}-${month}`;
			case "yearly":
				return year;
		}
	};
}

/** The Monday of the week: as good a name as its number, and it does not restart in January. */
function isoWeek(midnight: number): string {
	const sinceMonday = (Math.floor(midnight / day) + 3) % 7;
	return String(Math.floor(midnight / day) - sinceMonday);
}
