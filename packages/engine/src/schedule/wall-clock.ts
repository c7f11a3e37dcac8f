/** A day on the wall calendar of a time zone. */
export interface WallDate {
	readonly year: number;
	/** 1 to 12. */
	readonly month: number;
	readonly day: number;
}

/** Reads and sets wall clocks of one time zone. */
export interface WallClock {
	dateAt(instant: Date): WallDate;
	/** The instant at which the wall clock shows a time; where it is skipped in spring, the one that it jumps to. */
	instantOf(date: WallDate, minutes: number): Date;
}

/** Opening a formatter takes longer than everything else here; there are some 400 zones, and none of them ever changes. */
const opened = new Map<string, WallClock>();

/** Opens the wall clock of a zone; an unknown zone is UTC. */
export function wallClock(timeZone: string): WallClock {
	const known = opened.get(timeZone);
	if (known !== undefined) return known;
	const format = formatOf(timeZone);
	const measured = new Map<number, number>();
	const offsetAt = (time: number) => {
		// Clocks are changed at full and half hours only.
		const halfHour = Math.floor(time / 1_800_000);
		const before = measured.get(halfHour);
		if (before !== undefined) return before;
		const offset = measure(halfHour * 1_800_000);
		if (measured.size > 10_000) measured.clear();
		measured.set(halfHour, offset);
		return offset;
	};
	const measure = (time: number) => {
		const parts = new Map(format.formatToParts(time).map((part) => [part.type, Number(part.value)]));
		const at = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
		return Date.UTC(at("year"), at("month") - 1, at("day"), at("hour"), at("minute"), at("second")) - Math.floor(time / 1000) * 1000;
	};
	const clock: WallClock = {
		dateAt(instant) {
			const wall = new Date(instant.getTime() + offsetAt(instant.getTime()));
			return { year: wall.getUTCFullYear(), month: wall.getUTCMonth() + 1, day: wall.getUTCDate() };
		},
		instantOf({ year, month, day }, minutes) {
			const wall = Date.UTC(year, month - 1, day, 0, minutes);
			const guess = wall - offsetAt(wall);
			// The offset may be another one at the guess itself: on the two days of the year when clocks are changed.
			const exact = wall - offsetAt(guess);
			return new Date(Math.max(exact, exact + offsetAt(exact) === wall ? exact : guess));
		},
	};
	opened.set(timeZone, clock);
	return clock;
}

/** The day so many days later. */
export function dayAfter({ year, month, day }: WallDate, days: number): WallDate {
	const moved = new Date(Date.UTC(year, month - 1, day + days));
	return { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() };
}

/** 1 is Monday. */
export function weekdayOf({ year, month, day }: WallDate): number {
	return new Date(Date.UTC(year, month - 1, day)).getUTCDay() || 7;
}

/** The zone itself, or UTC when this machine does not know it. */
export function knownZone(timeZone: string): string {
	try {
		return new Intl.DateTimeFormat("en-US", { timeZone }).resolvedOptions().timeZone;
	} catch {
		return "UTC";
	}
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
	const fields = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" } as const;
	return new Intl.DateTimeFormat("en-US", { ...fields, timeZone: knownZone(timeZone), hourCycle: "h23" });
}
