import { jiraError } from "../../http/errors.ts";

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Where "now" and "midnight" are for a query. */
export interface DateScope {
	readonly now: number;
	readonly timeZone: string;
}

/** Reads a JQL date: `yyyy-MM-dd[ HH:mm]` in the caller's time zone, `-10m` and the like, epoch milliseconds. @throws HttpError 400 */
export function jqlDate(text: string, field: string, scope: DateScope): number {
	const relative = /^([+-]?)(\d+)([mhdw])$/.exec(text);
	if (relative !== null) return scope.now + (relative[1] === "-" ? -1 : 1) * Number(relative[2]) * (units[relative[3] ?? ""] ?? 0);
	const absolute = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T](\d{1,2}):(\d\d))?$/.exec(text);
	if (absolute !== null) {
		const [year, month, day, hour, minute] = absolute.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number, number];
		const utc = Date.UTC(year, month - 1, day, hour, minute);
		return utc - zoneOffset(utc - zoneOffset(utc, scope.timeZone), scope.timeZone);
	}
	if (/^\d{11,}$/.test(text)) return Number(text);
	throw jiraError(
		400,
		`Date value '${text}' for field '${field}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.`,
	);
}

function zoneOffset(utc: number, timeZone: string): number {
	if (timeZone === "Etc/UTC") return 0;
	const parts = new Intl.DateTimeFormat("en-US", {
		timeZone,
		hourCycle: "h23",
		year: "numeric",
		month: "numeric",
		day: "numeric",
		hour: "numeric",
		minute: "numeric",
		second: "numeric",
	}).formatToParts(utc);
	const value = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
	return (
		Date.UTC(value("year"), value("month") - 1, value("day"), value("hour"), value("minute"), value("second")) -
		Math.floor(utc / 1000) * 1000
	);
}
