import { Button, Stack, Text } from "@mantine/core";
import type { SiteDetail } from "@skyeworx/contract";
import { IconDatabase, IconPlugConnected } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useClient, useMe } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { useBackup, useSiteCheck } from "../../live/use-deeds.ts";
import { useKindNames } from "../../live/use-kind-names.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { Facts } from "../../parts/facts.tsx";
import { KindName } from "../../parts/kind-name.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Panel } from "../../parts/panel.tsx";
import { FailureView } from "../../parts/states/problem-view.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { When } from "../../parts/time/when.tsx";
import { bytes, count } from "../../parts/write-number.ts";
import { Page } from "../../shell/page.tsx";
import classes from "./settings.module.css";
import { SiteForm } from "./site-form.tsx";
import { appNames, ConnectionMark } from "./sites-page.tsx";
import { UpkeepPanel } from "./upkeep-panel.tsx";

const route = getRouteApi("/shell/settings/sites/$siteId");

/** One site: its connection, what of it is protected, where it is kept, what it costs. */
export function SitePage(): ReactNode {
	const { siteId } = route.useParams();
	const site = useQuery(queries.site(useClient(), siteId));
	return (
		<Page>
			<QueryView page query={site} loading={10}>
				{(data) => <Loaded site={data} />}
			</QueryView>
		</Page>
	);
}

function Loaded({ site }: { readonly site: SiteDetail }): ReactNode {
	const names = useKindNames();
	const nameOf = (kind: string): string => names(kind)[1];
	return (
		<>
			<PageHead title={site.name} sub={site.url} actions={<Deeds site={site} />} />
			<Stack gap="md">
				{site.connection.problem === null ? null : <FailureView failure={site.connection.problem} title="The connection has a problem" />}
				<div className={classes.columns}>
					<Panel title="Connection">
						<Facts
							rows={[
								["State", <ConnectionMark key="state" status={site.status} />],
								["Credential", site.connection.type === "api-token" ? "API token" : "OAuth 2.0 grant"],
								["Account", site.connection.accountName],
								["Last checked", <When key="checked" at={site.connection.checkedAt} />],
								["Token ends", site.connection.expiresAt === null ? null : <When key="ends" at={site.connection.expiresAt} />],
								["Apps", appNames(site.apps)],
								["Time zone", site.timeZone],
								["Cloud id", site.cloudId],
								["Connected", <When key="created" at={site.createdAt} />],
							]}
						/>
						{site.connection.warnings.length === 0 ? null : (
							<ul className={classes.gaps}>
								{site.connection.warnings.map((warning) => (
									<li key={warning}>
										<strong>Needs somebody</strong>: {warning}.
									</li>
								))}
							</ul>
						)}
						{site.gaps.length === 0 ? null : (
							<ul className={classes.gaps}>
								{site.gaps.map((gap) => (
									<li key={`${gap.kind}-${gap.reason}`}>
										<strong>{nameOf(gap.kind)}</strong>: {gap.reason}
									</li>
								))}
							</ul>
						)}
					</Panel>
					<Panel title="Vault">
						{site.vault === null ? (
							<Text size="sm" c="dimmed">
								Made with the first backup.
							</Text>
						) : (
							<Facts
								rows={[
									["Store", site.storage.description],
									["Restore points", count(site.vault.snapshots)],
									["Stored, encrypted", bytes(site.vault.storedBytes)],
									["Content", bytes(site.vault.logicalBytes)],
									["Packs", count(site.vault.packs)],
									["Vault id", site.vault.id],
								]}
							/>
						)}
					</Panel>
					<SiteForm site={site} />
				</div>
				<UpkeepPanel siteId={site.id} />
				<Panel
					title="What is protected"
					flush
					actions={
						<Link to="/settings/coverage" className={classes.link}>
							How faithfully it comes back
						</Link>
					}
				>
					<Coverage site={site} />
				</Panel>
			</Stack>
		</>
	);
}

function Deeds({ site }: { readonly site: SiteDetail }): ReactNode {
	const { permissions } = useMe();
	const backup = useBackup();
	const check = useSiteCheck();
	return (
		<>
			{permissions.includes("site.connect") ? (
				<Button
					variant="default"
					leftSection={<IconPlugConnected size={15} aria-hidden />}
					loading={check.isPending}
					onClick={() => check.mutate(site.id)}
				>
					Check the connection
				</Button>
			) : null}
			{permissions.includes("backup.run") ? (
				<Button leftSection={<IconDatabase size={15} aria-hidden />} loading={backup.isPending} onClick={() => backup.mutate(site.id)}>
					Back up now
				</Button>
			) : null}
		</>
	);
}

function Coverage({ site }: { readonly site: SiteDetail }): ReactNode {
	return (
		<DataTable
			caption="Kinds of items and whether they are protected"
			rows={site.coverage}
			rowKey={(row) => row.kind}
			columns={[
				{
					label: "Kind",
					cell: (row) => <KindName kind={row.kind} name={row.names[1]} />,
				},
				{ label: "On the site", number: true, cell: (row) => count(row.live) },
				{ label: "Gone, still held", number: true, cell: (row) => count(row.deleted) },
				{ label: "Can be restored", cell: (row) => (row.restorable ? "Yes" : "Kept, not yet restorable") },
				{
					label: "Not seen",
					wide: true,
					cell: (row) => row.gap ?? <NotSeen spots={row.blindSpots} />,
				},
			]}
		/>
	);
}

/** What the credential does not show of a kind, one line each. */
function NotSeen({ spots }: { readonly spots: SiteDetail["coverage"][number]["blindSpots"] }): ReactNode {
	if (spots.length === 0) return "Nothing hidden";
	return spots.map((spot) => (
		<div key={spot.reason}>
			{spot.count === null ? "" : `${count(spot.count)}: `}
			{spot.reason}
		</div>
	));
}
