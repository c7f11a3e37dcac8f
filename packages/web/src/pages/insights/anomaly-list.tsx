import { Text } from "@mantine/core";
import { anomalyNames, type Insights } from "@skyeworx/contract";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { DataTable } from "../../parts/data-table.tsx";
import { FirstRows } from "../../parts/first-rows.tsx";
import { ToneMark } from "../../parts/marks/tone-mark.tsx";
import { When } from "../../parts/time/when.tsx";
import { count } from "../../parts/write-number.ts";
import classes from "./insights.module.css";

/** Backups that found much more than the ones before. */
export function AnomalyList({ insights }: { readonly insights: Insights }): ReactNode {
	const { anomalies, sites } = insights;
	if (anomalies.length === 0) {
		return (
			<Text size="sm" p="md" component="div">
				<ToneMark tone="ok" icon={<IconCircleCheck size={15} />}>
					Nothing unusual
				</ToneMark>
			</Text>
		);
	}
	const names = new Map(sites.map((site) => [site.siteId, site.name]));
	return (
		<FirstRows rows={anomalies} most={10}>
			{(rows) => (
				<DataTable
					caption="Unusual backups"
					rows={rows}
					rowKey={(one) => one.id}
					columns={[
						{
							label: "What",
							cell: (one) => (
								<ToneMark tone="warn" icon={<IconAlertTriangle size={15} />}>
									{anomalyNames[one.code]}
								</ToneMark>
							),
						},
						{ label: "Site", cell: (one) => <span className={classes.name}>{names.get(one.siteId) ?? "—"}</span> },
						{ label: "Items", number: true, cell: (one) => count(one.measured) },
						{ label: "Usual", number: true, cell: (one) => count(Math.round(one.usual)) },
						{ label: "When", cell: (one) => <When at={one.at} /> },
						{
							label: "Deeds",
							silent: true,
							cell: (one) => (
								<Link
									to="/runs/$runId"
									params={{ runId: one.runId }}
									aria-label={`The backup: ${anomalyNames[one.code]}, ${one.at.slice(0, 10)}`}
								>
									The backup
								</Link>
							),
						},
					]}
				/>
			)}
		</FirstRows>
	);
}
