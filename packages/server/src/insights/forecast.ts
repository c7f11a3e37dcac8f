import type { Insights } from "@skyeworx/contract";

const forecastDays = 30;
type Day = Insights["days"][number];
type Forecast = Omit<Insights["api"], "pointsPerHourAllowed">;

/** A week's average, and where a straight line through the days that had backups leads. */
export function forecast(days: readonly Day[]): Forecast {
	const week = days.slice(-7);
	const average = (pick: (day: Day) => number) => week.reduce((sum, day) => sum + pick(day), 0) / Math.max(1, week.length);
	const first = days.findIndex((day) => day.runs > 0);
	const active = days.slice(Math.max(0, first));
	return {
		requestsPerDay: average((day) => day.requests),
		pointsPerDay: average((day) => day.points),
		pointsPerDayIn30Days: Math.max(0, average((day) => day.points) + forecastDays * slope(active.map((day) => day.points))),
		storedBytesIn30Days: Math.round(
			Math.max(0, (days.at(-1)?.storedBytes ?? 0) + forecastDays * slope(active.map((day) => day.storedBytes))),
		),
	};
}

/** Of the least-squares line, in units a day; 0 before there is a week. */
function slope(values: readonly number[]): number {
	if (values.length < 7) return 0;
	const middle = (values.length - 1) / 2;
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	const top = values.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0);
	const bottom = values.reduce((sum, _value, index) => sum + (index - middle) ** 2, 0);
	return top / bottom;
}
