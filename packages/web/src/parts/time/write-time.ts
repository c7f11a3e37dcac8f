const steps: readonly (readonly [limit: number, size: number, unit: Intl.RelativeTimeFormatUnit])[] = [
	[3600, 60, "minute"],
	[86_400, 3600, "hour"],
	[30 * 86_400, 86_400, "day"],
	[365 * 86_400, 30 * 86_400, "month"],
	[Number.POSITIVE_INFINITY, 365 * 86_400, "year"],
];

/** `4 minutes ago`, `in 2 hours`; `just now` within three quarters of a minute, the date after a month. */
export function relativeTime(at: string, now: number): string {
	const seconds = Math.round((Date.parse(at) - now) / 1000);
	if (Number.isNaN(seconds)) return at;
	const size = Math.abs(seconds);
	if (size < 45) return "just now";
	if (seconds < -30 * 86_400) return dayText(at);
	const [, unitSize, unit] = steps.find(([limit]) => size < limit) ?? [0, 365 * 86_400, "year"];
	return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(
		Math.sign(seconds) * Math.max(1, Math.round(size / unitSize)),
		unit as Intl.RelativeTimeFormatUnit,
	);
}

/** `22 Nov 2026`, in the reader's zone: what is long past is looked for by its date. */
function dayText(at: string): string {
	return new Intl.DateTimeFormat("en-AU", { day: "numeric", month: "short", year: "numeric" }).format(new Date(at));
}

/** `Sunday, 22 November 2026 at 19:04:11 AEDT`. */
export function exactTime(at: string, timeZone?: string): string {
	const time = new Date(at);
	if (Number.isNaN(time.getTime())) return at;
	return new Intl.DateTimeFormat("en-AU", {
		weekday: "short",
		day: "numeric",
		month: "short",
		year: "numeric",
		hour: "2-digit",
		minute: "2-digit",
		second: "2-digit",
		hour12: false,
		timeZoneName: "short",
		...(timeZone === undefined ? {} : { timeZone }),
	}).format(time);
}

/** `22 Nov 2026, 19:04` in the reader's zone. */
export function shortTime(at: string): string {
	const time = new Date(at);
	if (Number.isNaN(time.getTime())) return at;
	return new Intl.DateTimeFormat("en-AU", {
		day: "numeric",
		month: "short",
		year: "numeric",
		hour: "2-digit",
		minute: "2-digit",
		hour12: false,
	}).format(time);
}

/** `1 min 12 s`, `3 h 5 min`, `2 days`. */
export function spanText(seconds: number): string {
	const whole = Math.max(0, Math.round(seconds));
	if (whole < 1) return "under 1 s";
	if (whole < 60) return `${whole} s`;
	if (whole < 3600) return `${Math.floor(whole / 60)} min${whole % 60 === 0 ? "" : ` ${whole % 60} s`}`;
	if (whole < 172_800) return `${Math.floor(whole / 3600)} h${whole % 3600 < 60 ? "" : ` ${Math.floor((whole % 3600) / 60)} min`}`;
	return `${Math.floor(whole / 86_400)} days`;
}

/** `9 h`, `1 h 30 min`: in hours, for how long a day of work is each company says for itself. */
export function workTime(seconds: number): string {
	const minutes = Math.round(seconds / 60);
	const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
	return [hours > 0 ? `${hours} h` : "", rest > 0 || hours === 0 ? `${rest} min` : ""].filter((part) => part !== "").join(" ");
}

/** How long something took, or has taken until now. */
export function tookText(from: string | null, to: string | null, now: number): string {
	if (from === null) return "—";
	return spanText(((to === null ? now : Date.parse(to)) - Date.parse(from)) / 1000);
}
