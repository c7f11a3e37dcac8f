import { Button, SimpleGrid, Stack, Text } from "@mantine/core";
import type { Overview } from "@skyeworx/contract";
import { IconPlugConnected } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useClient } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { LoadMore } from "../../parts/load-more.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Panel } from "../../parts/panel.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { When } from "../../parts/time/when.tsx";
import { counted } from "../../parts/write-number.ts";
import { Page } from "../../shell/page.tsx";
import { AttentionList } from "./attention-list.tsx";
import { HealthSentence } from "./health-sentence.tsx";
import { LastRestores, RunningNow } from "./recent-work.tsx";
import { SiteRows } from "./site-rows.tsx";

/** What somebody who opens the product wants to know first. */
export function OverviewPage(): ReactNode {
	const overview = useQuery(queries.overview(useClient()));
	return (
		<Page>
			<QueryView query={overview} loading={9}>
				{(page) => <Loaded page={page} />}
			</QueryView>
		</Page>
	);
}

function Loaded({ page }: { readonly page: Overview }): ReactNode {
	if (page.sites.length === 0) {
		return (
			<>
				<PageHead title="Overview" />
				<EmptyState
					title="No site is connected yet"
					icon={<IconPlugConnected size={32} />}
					action={
						<Button component={Link} to="/setup" size="sm">
							Connect a site
						</Button>
					}
				>
					Connect an Atlassian Cloud site; its first backup starts at once, and from then on everything in it can be found and brought back.
				</EmptyState>
			</>
		);
	}
	return (
		<Stack gap="md">
			<HealthSentence health={page.health} />
			{page.attention.length > 0 ? <AttentionList entries={page.attention} /> : null}
			{page.counts.attention > page.attention.length ? (
				<Text size="sm" c="dimmed">
					The worst {page.attention.length} of {counted(page.counts.attention, ["entry", "entries"])}.
				</Text>
			) : null}
			<Panel title="Sites" flush>
				<Sites page={page} />
			</Panel>
			<SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
				<Panel title="Running now">
					<RunningNow runs={page.running} />
				</Panel>
				<Panel title="Last restores" flush>
					<LastRestores restores={page.lastRestores} />
				</Panel>
			</SimpleGrid>
			<Text size="xs" c="dimmed">
				As of <When at={page.at} />
			</Text>
		</Stack>
	);
}

/** The worst sites first; the others are asked for when somebody wants to see them. */
function Sites({ page }: { readonly page: Overview }): ReactNode {
	const more = useInfiniteQuery(queries.moreSites(useClient(), page.nextCursor));
	const first = new Set(page.sites.map((site) => site.id));
	const later = (more.data?.pages ?? []).flatMap((next) => next.sites).filter((site) => !first.has(site.id));
	const hasMore = page.nextCursor !== null && (more.data === undefined || more.hasNextPage);
	const next = () => (more.data === undefined ? more.refetch() : more.fetchNextPage());
	return (
		<>
			<SiteRows sites={[...page.sites, ...later]} />
			<LoadMore
				query={{ hasNextPage: hasMore, isFetchingNextPage: more.isFetching, fetchNextPage: next }}
				label={`Show more of ${counted(page.counts.sites, ["site", "sites"])}`}
			/>
		</>
	);
}
