import { anomalyNames, type Insights } from "@skyeworx/contract";
import type { ReactNode } from "react";
import { DayChart, type DayChartProps } from "../../parts/charts/day-chart.tsx";
import { bytes, count, counted } from "../../parts/write-number.ts";
import classes from "./insights.module.css";

type Day = Insights["days"][number];

interface DaysProps {
	readonly days: readonly Day[];
}

const dates = (days: readonly Day[]): string[] => days.map((day) => day.date);
const sum = (days: readonly Day[], pick: (day: Day) => number): number => days.reduce((all, day) => all + pick(day), 0);

function Said(props: DayChartProps): ReactNode {
	return (
		<>
			<p className={classes.says}>{props.says}</p>
			<DayChart {...props} />
		</>
	);
}

/** How many sites had a good backup no older than promised when each day ended. */
export function PromiseHistory({ days }: DaysProps): ReactNode {
	const missed = days.filter((day) => day.sitesWithinPromise < day.sites).length;
	const says =
		missed === 0
			? "Every site was within its promise at the end of every day."
			: `On ${counted(missed, ["day", "days"])} not every site was within its promise when the day ended.`;
	const series = [
		{ name: "Within promise", color: "var(--sw-ok)", values: days.map((day) => day.sitesWithinPromise) },
		{ name: "Not", color: "var(--sw-fail)", values: days.map((day) => Math.max(0, day.sites - day.sitesWithinPromise)) },
	];
	return <Said label="Sites within their promise" says={says} dates={dates(days)} series={series} write={count} shape="bars" />;
}

/** Items held at the end of each day. */
export function ItemGrowth({ days }: DaysProps): ReactNode {
	const says = `${count(days.at(-1)?.items ?? 0)} items are held now, ${count(days[0]?.items ?? 0)} on the first day shown.`;
	const series = [{ name: "Items", color: "var(--sw-run)", values: days.map((day) => day.items) }];
	return <Said label="Items held" says={says} dates={dates(days)} series={series} write={count} shape="line" />;
}

/** What lies in the stores at the end of each day. */
export function StoreGrowth({ days, expected }: DaysProps & { readonly expected: number }): ReactNode {
	const says = `${bytes(days.at(-1)?.storedBytes ?? 0)} are stored; in 30 days it will be about ${bytes(expected)} if it goes on like this.`;
	const series = [{ name: "Stored", color: "var(--sw-run)", values: days.map((day) => day.storedBytes) }];
	return <Said label="Stored bytes" says={says} dates={dates(days)} series={series} write={bytes} shape="line" />;
}

/** What was new, changed and gone on each day, with what was unusual. */
export function Changes({ days, anomalies }: DaysProps & Pick<Insights, "anomalies">): ReactNode {
	const marks = new Map<string, string>();
	for (const { at, code } of anomalies) {
		const date = at.slice(0, 10);
		const known = marks.get(date);
		const words = anomalyNames[code];
		marks.set(date, known === undefined || known.includes(words) ? words : `${known}, ${words}`);
	}
	const says = `${count(sum(days, (day) => day.created))} items created, ${count(sum(days, (day) => day.changed))} changed, ${count(sum(days, (day) => day.deleted))} gone; ${counted(marks.size, ["day", "days"])} with something unusual.`;
	const series = [
		{ name: "Changed", color: "var(--sw-run)", values: days.map((day) => day.changed) },
		{ name: "Created", color: "var(--sw-ok)", values: days.map((day) => day.created) },
		{ name: "Gone", color: "var(--sw-fail)", values: days.map((day) => day.deleted) },
	];
	return <Said label="Changes" says={says} dates={dates(days)} series={series} write={count} shape="bars" marks={marks} />;
}

/** Restores by day. */
export function RestoreHistory({ days }: DaysProps): ReactNode {
	const restores = sum(days, (day) => day.restores);
	const failed = sum(days, (day) => day.restoresFailed);
	const says =
		restores === 0
			? "Nothing was restored in this time."
			: `${counted(restores, ["restore", "restores"])}, ${failed === 0 ? "all of them whole" : `${count(failed)} of them not wholly successful`}.`;
	const series = [
		{ name: "Came back whole", color: "var(--sw-ok)", values: days.map((day) => day.restores - day.restoresFailed) },
		{ name: "Not wholly", color: "var(--sw-fail)", values: days.map((day) => day.restoresFailed) },
	];
	return <Said label="Restores" says={says} dates={dates(days)} series={series} write={count} shape="bars" />;
}

/** What Atlassian was asked, against what it gives. */
export function ApiUse({ days, api }: DaysProps & Pick<Insights, "api">): ReactNode {
	const whole = (value: number): string => count(Math.round(value));
	const budget =
		api.pointsPerHourAllowed === null
			? "API tokens are not counted in points, and this server was told no quota."
			: `Atlassian gives one OAuth app ${whole(api.pointsPerHourAllowed)} points an hour over all its sites, ${whole(api.pointsPerHourAllowed * 24)} a day.`;
	const says = `${whole(api.requestsPerDay)} requests and ${whole(api.pointsPerDay)} points on an average day of the last week; about ${whole(api.pointsPerDayIn30Days)} points a day are expected in 30 days. ${budget}`;
	const series = [{ name: "Requests", color: "var(--sw-run)", values: days.map((day) => day.requests) }];
	return <Said label="API requests" says={says} dates={dates(days)} series={series} write={count} shape="bars" />;
}
