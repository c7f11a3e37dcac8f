import type { Insights } from "@skyeworx/contract";
import type { Command } from "commander";
import { bytes, moment, rate, seconds } from "../../output/human.ts";
import { print } from "../../output/printer.ts";
import { drawTable } from "../../output/table.ts";
import { type CliPorts, findSite, type GlobalOptions, openClient } from "../../session.ts";
import { wholeNumber } from "../option-parsers.ts";

interface InsightOptions extends GlobalOptions {
	readonly site?: string;
	readonly days: number;
}

/** `skyeworx insights` */
export function registerInsights(insights: Command, ports: CliPorts): void {
	insights
		.option("--site <site>", "only this site: name, address or id")
		.option("--days <number>", "so many days until today", wholeNumber(1, 366), 90)
		.action(async (_options: unknown, command: Command) => {
			const { site, days, ...options } = command.optsWithGlobals<InsightOptions>();
			const client = openClient(ports, options);
			const siteId = site === undefined ? undefined : (await findSite(client, site)).id;
			const query = { days, ...(siteId !== undefined && { siteId }) };
			print(ports, options.json, await client.getInsights({ query, signal: ports.signal }), drawInsights);
		});
}

function drawInsights(found: Insights): string {
	const { days, sites, anomalies, drills, api } = found;
	const sum = (pick: (day: Insights["days"][number]) => number) => days.reduce((all, day) => all + pick(day), 0);
	const now = days.at(-1);
	const names = new Map(sites.map((site) => [site.siteId, site.name]));
	const whole = (value: number) => Math.round(value).toLocaleString("en");
	const parts = [
		`${days.length} days to ${now?.date ?? "today"}: ${whole(sum((day) => day.succeeded))} of ${whole(sum((day) => day.runs))} backups succeeded, ` +
			`${whole(sum((day) => day.created))} items created, ${whole(sum((day) => day.changed))} changed, ${whole(sum((day) => day.deleted))} gone, ` +
			`${whole(sum((day) => day.restores))} restores (${whole(sum((day) => day.restoresFailed))} not wholly)\n`,
		`held: ${whole(now?.items ?? 0)} items, ${bytes(now?.storedBytes ?? 0)}; in 30 days about ${bytes(api.storedBytesIn30Days)}\n`,
		`Atlassian: ${whole(api.requestsPerDay)} requests and ${whole(api.pointsPerDay)} points a day, about ${whole(api.pointsPerDayIn30Days)} points in 30 days` +
			`${api.pointsPerHourAllowed === null ? "" : `; ${whole(api.pointsPerHourAllowed)} points an hour are allowed`}\n\n`,
		drawTable(
			["site", "age", "promise", "kept", "backups", "succeeded", "items", "stored", "kinds read", "blind spots"],
			sites.map((site) => [
				site.name,
				site.ageSeconds === null ? "never" : hours(site.ageSeconds),
				hours(site.promiseSeconds),
				site.withinPromise ? "yes" : "NO",
				site.runs,
				rate(site.successRate),
				whole(site.items),
				bytes(site.storedBytes),
				`${site.kindsRead}/${site.kinds}`,
				site.blindSpots.length,
			]),
		),
	];
	if (anomalies.length > 0)
		parts.push(
			"\n",
			drawTable(
				["unusual", "site", "items", "usual", "when", "run"],
				anomalies.map((one) => [one.code, names.get(one.siteId) ?? one.siteId, one.measured, whole(one.usual), moment(one.at), one.runId]),
			),
		);
	if (drills.length > 0)
		parts.push(
			"\n",
			drawTable(
				["drill", "state", "score", "items", "restored", "faults", "one item", "whole site", "when", "run"],
				drills.map((one) => [
					names.get(one.siteId) ?? one.siteId,
					one.status,
					rate(one.score),
					one.items,
					one.restored,
					one.faults,
					one.time === null ? "-" : seconds(one.time.secondsPerItem),
					one.time === null ? "-" : hours(one.time.wholeSiteSeconds),
					moment(one.at),
					one.runId,
				]),
			),
		);
	return parts.join("");
}

function hours(seconds: number): string {
	return `${(seconds / 3600).toFixed(1)} h`;
}
