function wallClock(time: number, timeZone: string): { readonly text: string; readonly offset: number } {
	const parts = new Intl.DateTimeFormat("en-CA", {
		timeZone,
		hourCycle: "h23",
		year: "numeric",
		month: "2-digit",
		day: "2-digit",
		hour: "2-digit",
		minute: "2-digit",
	}).formatToParts(time);
	const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? "";
	const text = `${part("year")}-${part("month")}-${part("day")} ${part("hour")}:${part("minute")}`;
	const minute = Math.floor(time / 60_000) * 60_000;
	return { text, offset: Date.parse(`${text.replace(" ", "T")}:00Z`) - minute };
}

const hour = 3_600_000;

/**
 * Writes an instant for JQL (`updated >= "2026-05-03 10:15"`), which has minutes and reads them in the account's time zone.
 * When clocks are set back a wall-clock time happens twice; around such a change the earlier reading is written, so that a
 * query reaches back too far rather than not far enough.
 */
export function jqlTime(time: number, timeZone: string): string {
	const here = wallClock(time, timeZone);
	const least = Math.min(here.offset, ...[-3, 3].map((hours) => wallClock(time + hours * hour, timeZone).offset));
	return least === here.offset ? here.text : wallClock(time - (here.offset - least), timeZone).text;
}
