import type { Insights } from "@skyeworx/contract";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { DataTable } from "../../parts/data-table.tsx";
import { FirstRows } from "../../parts/first-rows.tsx";
import { PromiseAge } from "../../parts/marks/promise-age.tsx";
import { bytes, count } from "../../parts/write-number.ts";
import classes from "./insights.module.css";
import { rateText } from "./key-figures.tsx";

type Site = Insights["sites"][number];

/** How much of its promise a site has used up; those that never had a backup come first. */
function share({ ageSeconds, promiseSeconds }: Site): number {
	return ageSeconds === null ? Number.POSITIVE_INFINITY : ageSeconds / promiseSeconds;
}

/** Each site against its promise, the worst first. */
export function SiteFigures({ insights }: { readonly insights: Insights }): ReactNode {
	const asOf = Date.parse(insights.at);
	const sites = insights.sites.toSorted((a, b) => share(b) - share(a) || a.name.localeCompare(b.name));
	return (
		<FirstRows rows={sites} most={10}>
			{(rows) => (
				<DataTable
					caption="Sites"
					rows={rows}
					rowKey={(site) => site.siteId}
					columns={[
						{
							label: "Site",
							cell: (site) => (
								<Link to="/settings/sites/$siteId" params={{ siteId: site.siteId }} className={classes.name}>
									{site.name}
								</Link>
							),
						},
						{
							label: "Last good backup",
							cell: (site) => (
								<PromiseAge {...site} at={site.ageSeconds === null ? null : new Date(asOf - site.ageSeconds * 1000).toISOString()} />
							),
						},
						{ label: "Backups", number: true, cell: (site) => count(site.runs) },
						{ label: "Succeeded", number: true, cell: (site) => rateText(site.successRate) },
						{ label: "Items", number: true, cell: (site) => count(site.items) },
						{ label: "Stored", number: true, cell: (site) => bytes(site.storedBytes) },
						{ label: "Kinds read", number: true, cell: (site) => `${site.kindsRead} of ${site.kinds}` },
						{ label: "Blind spots", number: true, cell: (site) => count(site.blindSpots.length) },
					]}
				/>
			)}
		</FirstRows>
	);
}
