import { Button } from "@mantine/core";
import type { Site } from "@skyeworx/contract";
import { IconCircleCheck, IconCircleX, IconPlayerPause, IconPlugConnected, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useClient, useMe } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { FirstRows } from "../../parts/first-rows.tsx";
import { ToneMark } from "../../parts/marks/tone-mark.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Panel } from "../../parts/panel.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { When } from "../../parts/time/when.tsx";
import { spanText } from "../../parts/time/write-time.ts";
import { Page } from "../../shell/page.tsx";

/** The connected sites. */
export function SitesPage(): ReactNode {
	const sites = useQuery(queries.sites(useClient()));
	const { permissions } = useMe();
	const may = permissions.includes("site.connect");
	const button = (
		<Button component={Link} to="/setup" leftSection={<IconPlus size={15} aria-hidden />}>
			Connect a site
		</Button>
	);
	return (
		<Page>
			<PageHead
				title="Sites and connections"
				sub="What is backed up, with which credential, and where it is kept"
				actions={may ? button : undefined}
			/>
			<QueryView query={sites}>
				{(list) =>
					list.length === 0 ? (
						<EmptyState title="No site is connected yet" icon={<IconPlugConnected size={32} />} action={may ? button : undefined}>
							{may
								? "You need the site’s address and an API token of an account that may see what is to be protected, or an OAuth 2.0 app’s grant."
								: "An owner or admin of your organization can connect one."}
						</EmptyState>
					) : (
						<Panel flush>
							<FirstRows rows={list} most={100}>
								{(sites) => <Rows sites={sites} />}
							</FirstRows>
						</Panel>
					)
				}
			</QueryView>
		</Page>
	);
}

/** How the connection to a site is. */
export function ConnectionMark({ status }: { readonly status: Site["status"] }): ReactNode {
	if (status === "connected")
		return (
			<ToneMark tone="ok" icon={<IconCircleCheck size={15} />}>
				Connected
			</ToneMark>
		);
	if (status === "paused")
		return (
			<ToneMark tone="quiet" icon={<IconPlayerPause size={15} />}>
				Paused
			</ToneMark>
		);
	return (
		<ToneMark tone="fail" icon={<IconCircleX size={15} />}>
			{status === "unreachable" ? "Unreachable" : "Credential rejected"}
		</ToneMark>
	);
}

const apps = { jira: "Jira", jsm: "Jira Service Management", confluence: "Confluence" } as const;

/** The apps of a site by name. */
export function appNames(list: Site["apps"]): string {
	return list.map((app) => apps[app]).join(", ");
}

function Rows({ sites }: { readonly sites: readonly Site[] }): ReactNode {
	return (
		<DataTable
			caption="Sites"
			rows={sites}
			rowKey={(site) => site.id}
			columns={[
				{
					label: "Site",
					cell: (site) => (
						<Link to="/settings/sites/$siteId" params={{ siteId: site.id }} style={{ fontWeight: 560 }}>
							{site.name}
						</Link>
					),
				},
				{ label: "Address", cell: (site) => site.url },
				{ label: "Connection", cell: (site) => <ConnectionMark status={site.status} /> },
				{ label: "Apps", cell: (site) => appNames(site.apps) },
				{ label: "Promise", cell: (site) => `every ${spanText(site.promiseSeconds)}` },
				{ label: "Last good backup", cell: (site) => <When at={site.lastGood?.at} /> },
				{ label: "Store", cell: (site) => site.storage.description },
			]}
		/>
	);
}
