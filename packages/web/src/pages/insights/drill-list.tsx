import { Text } from "@mantine/core";
import type { Insights } from "@skyeworx/contract";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { DataTable } from "../../parts/data-table.tsx";
import { FirstRows } from "../../parts/first-rows.tsx";
import { StatusMark } from "../../parts/marks/status-marks.tsx";
import { When } from "../../parts/time/when.tsx";
import { spanText } from "../../parts/time/write-time.ts";
import { count } from "../../parts/write-number.ts";
import classes from "./insights.module.css";
import { rateText } from "./key-figures.tsx";

/** Restores that were tried out: how faithful they were, and how long a real one would take. */
export function DrillList({ insights }: { readonly insights: Insights }): ReactNode {
	const { drills, sites } = insights;
	if (drills.length === 0) {
		return (
			<Text size="sm" p="md">
				No restore was tried out in this time. <Link to="/policies">The policy of a site</Link> says how often one is.
			</Text>
		);
	}
	const names = new Map(sites.map((site) => [site.siteId, site.name]));
	return (
		<FirstRows rows={drills} most={10}>
			{(rows) => (
				<DataTable
					caption="Restore drills"
					rows={rows}
					rowKey={(drill) => drill.runId}
					columns={[
						{
							label: "Drill",
							cell: (drill) => (
								<Link to="/runs/$runId" params={{ runId: drill.runId }} className={classes.name}>
									{names.get(drill.siteId) ?? "—"}
								</Link>
							),
						},
						{ label: "State", cell: (drill) => <StatusMark status={drill.status} /> },
						{ label: "Score", number: true, cell: (drill) => (drill.score === null ? "—" : rateText(drill.score)) },
						{ label: "Items", number: true, cell: (drill) => count(drill.items) },
						{ label: "Restored", number: true, cell: (drill) => count(drill.restored) },
						{ label: "Faults", number: true, cell: (drill) => count(drill.faults) },
						{ label: "One item", number: true, cell: ({ time }) => (time === null ? "—" : spanText(time.secondsPerItem)) },
						{ label: "Whole site, about", number: true, cell: ({ time }) => (time === null ? "—" : spanText(time.wholeSiteSeconds)) },
						{ label: "When", cell: (drill) => <When at={drill.at} /> },
					]}
				/>
			)}
		</FirstRows>
	);
}
