import { Button, Group, Select } from "@mantine/core";
import type { RestoreStatus, RestoreSummary } from "@skyeworx/contract";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useClient, useNow } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { LoadMore } from "../../parts/load-more.tsx";
import { StatusMark } from "../../parts/marks/status-marks.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Panel } from "../../parts/panel.tsx";
import { SiteFilter } from "../../parts/site-filter.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { When } from "../../parts/time/when.tsx";
import { tookText } from "../../parts/time/write-time.ts";
import { Page } from "../../shell/page.tsx";

const route = getRouteApi("/shell/restores");

const statuses: readonly { readonly value: RestoreStatus; readonly label: string }[] = [
	{ value: "running", label: "Running" },
	{ value: "succeeded", label: "Complete" },
	{ value: "incomplete", label: "Incomplete" },
	{ value: "failed", label: "Failed" },
	{ value: "undone", label: "Undone" },
];

/** All restores, newest first. */
export function RestoresPage(): ReactNode {
	const { site, status } = route.useSearch();
	const navigate = route.useNavigate();
	const restores = useInfiniteQuery(
		queries.restores(useClient(), { ...(site === undefined ? {} : { siteId: site }), ...(status === undefined ? {} : { status }) }),
	);
	return (
		<Page>
			<PageHead
				title="Restores"
				sub="Everything that was brought back, by whom and how it went"
				actions={
					<Group gap="xs">
						<SiteFilter value={site} set={(next) => void navigate({ search: (before) => ({ ...before, site: next }) })} />
						<Select
							size="xs"
							clearable
							aria-label="Outcome"
							placeholder="Any outcome"
							value={status ?? null}
							data={statuses}
							onChange={(next) =>
								void navigate({ search: (before) => ({ ...before, status: statuses.find(({ value }) => value === next)?.value }) })
							}
						/>
						<Button component={Link} to="/explore">
							New restore
						</Button>
					</Group>
				}
			/>
			<QueryView query={restores}>
				{(data) => {
					const rows = data.pages.flatMap((page) => page.items);
					return rows.length === 0 ? (
						<None filtered={status !== undefined || site !== undefined} />
					) : (
						<Panel flush>
							<RestoreRows rows={rows} />
							<LoadMore query={restores} />
						</Panel>
					);
				}}
			</QueryView>
		</Page>
	);
}

function None({ filtered }: { readonly filtered: boolean }): ReactNode {
	if (filtered) return <EmptyState title="No restore fits these filters" />;
	return (
		<EmptyState
			title="Nothing was restored yet"
			icon={<IconArrowBackUp size={32} />}
			action={
				<Button component={Link} to="/explore" size="sm">
					Find an item
				</Button>
			}
		>
			Try it before you need it: restore one item as a copy, which leaves the original alone.
		</EmptyState>
	);
}

function outcomes({ totals }: RestoreSummary): string {
	const parts = [
		[totals.restored, "restored"],
		[totals.skipped, "left alone"],
		[totals.failed, "failed"],
		[totals.undone, "undone"],
	] as const;
	return parts
		.filter(([number]) => number > 0)
		.map(([number, word]) => `${number} ${word}`)
		.join(", ");
}

function RestoreRows({ rows }: { readonly rows: readonly RestoreSummary[] }): ReactNode {
	const now = useNow();
	return (
		<DataTable
			caption="Restores"
			rows={rows}
			rowKey={(row) => row.id}
			columns={[
				{
					label: "What",
					cell: (row) => (
						<Link to="/restores/$restoreId" params={{ restoreId: row.id }} style={{ fontWeight: 560 }}>
							{row.label}
						</Link>
					),
				},
				{ label: "State", cell: (row) => <StatusMark status={row.status} /> },
				{ label: "Items", cell: (row) => outcomes(row) || `${row.progress.done} of ${row.progress.total}` },
				{ label: "Site", cell: (row) => row.siteName },
				{ label: "By", cell: (row) => row.requestedBy.name },
				{ label: "Reason", cell: (row) => row.reason ?? "—" },
				{ label: "Started", cell: (row) => <When at={row.createdAt} /> },
				{ label: "Took", number: true, cell: (row) => tookText(row.startedAt, row.finishedAt, now) },
			]}
		/>
	);
}
