import type { Insights } from "@skyeworx/contract";

type Day = Insights["days"][number];

const columns = [
	"date",
	"runs",
	"succeeded",
	"incomplete",
	"failed",
	"created",
	"changed",
	"deleted",
	"items",
	"storedBytes",
	"bytesAdded",
	"requests",
	"points",
	"sites",
	"sitesWithinPromise",
	"restores",
	"restoresFailed",
] as const satisfies readonly (keyof Day)[];

/** The days as CSV (RFC 4180); nothing but dates and numbers stands in it. */
export function figuresCsv(days: readonly Day[]): string {
	return [columns, ...days.map((day) => columns.map((column) => day[column]))].map((row) => `${row.join(",")}\r\n`).join("");
}
