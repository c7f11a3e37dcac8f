import type { Insights } from "@skyeworx/contract";
import type { ReactNode } from "react";
import { bytes, count, counted } from "../../parts/write-number.ts";
import classes from "./insights.module.css";

interface Tile {
	readonly name: string;
	readonly value: string;
	readonly about: string;
	readonly tone?: "warn" | "fail";
}

const percent = new Intl.NumberFormat("en-AU", { style: "percent", maximumFractionDigits: 1 });

/** `99.2%`; a dash when nothing was tried. */
export function rateText(rate: number | null): string {
	// 99.96 % of successes is not all of them.
	return rate === null ? "—" : percent.format(rate < 1 ? Math.min(rate, 0.999) : rate);
}

/** The few figures that people come for. */
export function KeyFigures({ insights }: { readonly insights: Insights }): ReactNode {
	return (
		<dl className={classes.tiles} aria-label="Key figures">
			{tilesOf(insights).map(({ name, value, about, tone }) => (
				<div key={name} className={classes.tile} data-tone={tone}>
					<dt>{name}</dt>
					<dd>{value}</dd>
					<dd>{about}</dd>
				</div>
			))}
		</dl>
	);
}

function tilesOf({ sites, days, anomalies, api }: Insights): Tile[] {
	const sum = (pick: (day: Insights["days"][number]) => number): number => days.reduce((all, day) => all + pick(day), 0);
	const within = sites.filter((site) => site.withinPromise).length;
	const runs = sum((day) => day.runs);
	const restores = sum((day) => day.restores);
	const held = days.at(-1);
	const before = days.find((day) => day.items > 0);
	return [
		{
			name: "Within their promise",
			value: `${count(within)} of ${count(sites.length)}`,
			about: within === sites.length ? "every site" : counted(sites.length - within, ["site is late", "sites are late"]),
			...(within < sites.length ? { tone: "fail" as const } : {}),
		},
		{
			name: "Backups that succeeded",
			value: rateText(runs === 0 ? null : sum((day) => day.succeeded) / runs),
			about: runs === 0 ? "no backup in this time" : `of ${counted(runs, ["backup", "backups"])}`,
		},
		{
			name: "Items held",
			value: count(held?.items ?? 0),
			about: grown((held?.items ?? 0) - (before?.items ?? 0)),
		},
		{
			name: "Stored",
			value: bytes(held?.storedBytes ?? 0),
			about: `${bytes(api.storedBytesIn30Days)} expected in 30 days`,
		},
		{
			name: "Restores",
			value: count(restores),
			about: restoresText(
				restores,
				sum((day) => day.restoresFailed),
			),
		},
		{
			name: "Unusual backups",
			value: count(new Set(anomalies.map((one) => one.runId)).size),
			about: anomalies.length === 0 ? "nothing unusual" : "see what was unusual below",
			...(anomalies.length > 0 ? { tone: "warn" as const } : {}),
		},
	];
}

function grown(items: number): string {
	if (items === 0) return "as many as at the beginning";
	return `${counted(Math.abs(items), ["item", "items"])} ${items > 0 ? "more" : "fewer"} than at the beginning`;
}

function restoresText(restores: number, failed: number): string {
	if (restores === 0) return "nothing was restored";
	return failed === 0 ? "all came back" : `${count(failed)} not wholly`;
}
