import { Button, Group, SegmentedControl, SimpleGrid, Stack, Text } from "@mantine/core";
import type { Insights } from "@skyeworx/contract";
import { IconChartHistogram, IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useClient } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { PageHead } from "../../parts/page-head.tsx";
import { Panel } from "../../parts/panel.tsx";
import { SiteFilter } from "../../parts/site-filter.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { When } from "../../parts/time/when.tsx";
import { Page } from "../../shell/page.tsx";
import { AnomalyList } from "./anomaly-list.tsx";
import { BackupCalendar } from "./backup-calendar.tsx";
import { CoverageList } from "./coverage-list.tsx";
import { DrillList } from "./drill-list.tsx";
import { ApiUse, Changes, ItemGrowth, PromiseHistory, RestoreHistory, StoreGrowth } from "./figure-charts.tsx";
import { figuresCsv } from "./figures-file.ts";
import { KeyFigures } from "./key-figures.tsx";
import { SiteFigures } from "./site-figures.tsx";

const route = getRouteApi("/shell/insights");

const periods = [
	{ value: "30", label: "30 days" },
	{ value: "90", label: "90 days" },
	{ value: "365", label: "A year" },
] as const;

/** How the backups did: figures by day and by site, nothing of what they hold. */
export function InsightsPage(): ReactNode {
	const { site, days = "90" } = route.useSearch();
	const navigate = route.useNavigate();
	const insights = useQuery(queries.insights(useClient(), { days: Number(days), ...(site === undefined ? {} : { siteId: site }) }));
	return (
		<Page>
			<PageHead
				title="Insights"
				sub="Age against promise, success, growth, what changed, what is unusual, and what is not protected"
				actions={
					<Group gap="xs">
						<SiteFilter value={site} set={(next) => void navigate({ search: (before) => ({ ...before, site: next }) })} />
						<SegmentedControl
							aria-label="Period"
							data={periods.map((period) => ({ ...period }))}
							value={days}
							onChange={(next) =>
								void navigate({ search: (before) => ({ ...before, days: periods.find(({ value }) => value === next)?.value }) })
							}
						/>
						{insights.data === undefined ? null : <FiguresFile insights={insights.data} />}
					</Group>
				}
			/>
			<QueryView query={insights} loading={12}>
				{(data) => <Loaded insights={data} />}
			</QueryView>
		</Page>
	);
}

function FiguresFile({ insights }: { readonly insights: Insights }): ReactNode {
	const address = useMemo(() => `data:text/csv;charset=utf-8,${encodeURIComponent(figuresCsv(insights.days))}`, [insights.days]);
	return (
		<Button
			component="a"
			href={address}
			download={`skyeworx-insights-${insights.at.slice(0, 10)}.csv`}
			variant="default"
			leftSection={<IconDownload size={14} aria-hidden />}
		>
			Export CSV
		</Button>
	);
}

function Loaded({ insights }: { readonly insights: Insights }): ReactNode {
	const { days, sites, anomalies, api } = insights;
	if (sites.length === 0) {
		return (
			<EmptyState
				title="There is nothing to tell yet"
				icon={<IconChartHistogram size={32} />}
				action={
					<Button component={Link} to="/setup" size="sm">
						Connect a site
					</Button>
				}
			>
				Figures begin with the first backup of the first site.
			</EmptyState>
		);
	}
	return (
		<Stack gap="md">
			<KeyFigures insights={insights} />
			<Panel title="Sites against their promise" flush>
				<SiteFigures insights={insights} />
			</Panel>
			<SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
				<Panel title="Backups, day by day">
					<BackupCalendar days={days} />
				</Panel>
				<Panel title="Sites within their promise, day by day">
					<PromiseHistory days={days} />
				</Panel>
				<Panel title="Created, changed, gone">
					<Changes days={days} anomalies={anomalies} />
				</Panel>
				<Panel title="Items held">
					<ItemGrowth days={days} />
				</Panel>
				<Panel title="Storage">
					<StoreGrowth days={days} expected={api.storedBytesIn30Days} />
				</Panel>
				<Panel title="API budget">
					<ApiUse days={days} api={api} />
				</Panel>
				<Panel
					title="Restores"
					actions={
						<Button component={Link} to="/restores" variant="default">
							All restores
						</Button>
					}
				>
					<RestoreHistory days={days} />
				</Panel>
			</SimpleGrid>
			<Panel title="Unusual backups" flush>
				<AnomalyList insights={insights} />
			</Panel>
			<Panel title="Restore drills" flush>
				<DrillList insights={insights} />
			</Panel>
			<Panel title="Coverage and blind spots" flush>
				<CoverageList insights={insights} />
			</Panel>
			<Text size="xs" c="dimmed">
				As of <When at={insights.at} />. Days are UTC.
			</Text>
		</Stack>
	);
}
