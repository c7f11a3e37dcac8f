import type { RunStatus, StripDay } from "@skyeworx/contract";

const dayMilliseconds = 86_400_000;
const days = 30;

/** What is counted of one run. */
export interface StripRun {
	readonly at: Date;
	readonly status: RunStatus;
}

/** When the strip begins: midnight UTC, 29 days before today. */
export function stripStart(now: Date): Date {
	return new Date(Date.parse(dateOf(now)) - (days - 1) * dayMilliseconds);
}

/** The last 30 days (UTC), oldest first; a day is as good as its best run. */
export function stripOf(runs: readonly StripRun[], now: Date): StripDay[] {
	const start = stripStart(now).getTime();
	const byDate = Map.groupBy(runs, (run) => dateOf(run.at));
	return Array.from({ length: days }, (_, index) => {
		const date = dateOf(new Date(start + index * dayMilliseconds));
		const own = byDate.get(date) ?? [];
		return { date, outcome: outcomeOf(own), runs: own.length };
	});
}

function outcomeOf(runs: readonly StripRun[]): StripDay["outcome"] {
	const has = (status: RunStatus) => runs.some((run) => run.status === status);
	if (has("succeeded")) return "good";
	if (has("incomplete")) return "incomplete";
	return has("failed") || has("cancelled") ? "failed" : "none";
}

function dateOf(at: Date): string {
	return at.toISOString().slice(0, 10);
}
