import { Button, CopyButton, Group, Stack, Text } from "@mantine/core";
import type { SiteStorage, StorageSettings } from "@skyeworx/contract";
import { IconLock } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useClient, useMe } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { tellFailure } from "../../live/use-deeds.ts";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { Facts } from "../../parts/facts.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import panel from "../../parts/panel.module.css";
import { Panel } from "../../parts/panel.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { When } from "../../parts/time/when.tsx";
import { Page } from "../../shell/page.tsx";
import { Findings, StorageChangeDialog } from "./storage-change.tsx";

/** Where vaults lie and what opens them. */
export function StoragePage(): ReactNode {
	const may = useMe().permissions.includes("keys.manage");
	const storage = useQuery({ ...queries.storage(useClient()), enabled: may });
	return (
		<Page>
			<PageHead title="Storage and keys" sub="Where the backups lie, what opens them, and who could not even if they wanted to" />
			{may ? (
				<QueryView query={storage}>{(settings) => <Loaded settings={settings} />}</QueryView>
			) : (
				<EmptyState title="You may not see this" icon={<IconLock size={32} />}>
					An owner or administrator manages stores and keys.
				</EmptyState>
			)}
		</Page>
	);
}

function Loaded({ settings }: { readonly settings: StorageSettings }): ReactNode {
	const client = useClient();
	const [changing, setChanging] = useState<"store" | "key">();
	const test = useMutation({ mutationFn: () => client.testStorage({ body: {} }) });
	const { store, key } = settings;
	return (
		<Stack gap="md">
			<Panel
				title="New vaults"
				actions={
					<Group gap="xs">
						<Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>
							Test both
						</Button>
						<Button variant="default" onClick={() => setChanging("store")}>
							Choose another store
						</Button>
						<Button variant="default" onClick={() => setChanging("key")}>
							Choose another key
						</Button>
					</Group>
				}
			>
				<Stack gap="sm">
					<Facts
						rows={[
							["Store", store.description],
							["Region", store.region],
							["Entered by", store.access],
							["Immutability", store.lock === null ? "None" : `${store.lock.mode}, ${store.lock.days} days`],
							["Key", key.keyId ?? "Built-in, sealed by this server"],
							["Key used by", key.access],
							["External id", <ExternalId key="external-id" id={settings.externalId} />],
						]}
					/>
					{test.isError ? <ProblemView error={test.error} /> : null}
					{test.data === undefined ? null : <Findings test={test.data} />}
				</Stack>
			</Panel>
			{settings.sites.length === 0 ? null : (
				<Panel title="Sites" flush>
					<Sites sites={settings.sites} />
				</Panel>
			)}
			<StorageChangeDialog what={changing} close={() => setChanging(undefined)} />
		</Stack>
	);
}

function ExternalId({ id }: { readonly id: string }): ReactNode {
	return (
		<Group gap="xs">
			<Text className={panel.mono}>{id}</Text>
			<CopyButton value={id}>
				{({ copied, copy }) => (
					<Button size="compact-xs" variant="default" onClick={copy} aria-label="Copy the external id">
						{copied ? "Copied" : "Copy"}
					</Button>
				)}
			</CopyButton>
		</Group>
	);
}

function Sites({ sites }: { readonly sites: readonly SiteStorage[] }): ReactNode {
	return (
		<DataTable
			caption="How each site's vault is kept"
			rows={sites}
			rowKey={(site) => site.siteId}
			columns={[
				{
					label: "Site",
					cell: (site) => (
						<Link to="/settings/sites/$siteId" params={{ siteId: site.siteId }}>
							{site.siteName}
						</Link>
					),
				},
				{ label: "Store", cell: (site) => site.store.description },
				{ label: "Key", cell: (site) => site.key.keyId ?? "Built-in" },
				{ label: "Recovery kit", cell: (site) => (site.kitProvenAt === null ? "Not proven" : <When at={site.kitProvenAt} />) },
				{ label: "Before the move", cell: (site) => site.oldStore?.description ?? "—" },
				{ label: "Deeds", silent: true, cell: (site) => <Deeds site={site} /> },
			]}
		/>
	);
}

function Deeds({ site }: { readonly site: SiteStorage }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const params = { siteId: site.siteId };
	const refresh = (): void => {
		for (const key of ["storage", "runs", "sites", "approvals"]) void cache.invalidateQueries({ queryKey: [key] });
	};
	const move = useMutation({ mutationFn: () => client.moveSite({ params }), onSettled: refresh, onError: tellFailure });
	if (site.movingRunId !== null) {
		return (
			<Link to="/runs/$runId" params={{ runId: site.movingRunId }}>
				Moving
			</Link>
		);
	}
	return (
		<Group gap="xs" wrap="nowrap">
			{site.inChosenStore ? null : (
				<Button variant="default" loading={move.isPending} onClick={() => move.mutate()}>
					Move to the chosen store
				</Button>
			)}
			{site.underChosenKey ? null : (
				<ConfirmButton
					name={`Use the chosen key for ${site.siteName}`}
					question={`Open the vault of ${site.siteName} with the chosen key?`}
					consequence={`The key before (${site.key.keyId ?? "built-in"}) opens it no more. The recovery kit goes on opening it.`}
					keep="Keep the key before"
					confirm="Use the chosen key"
					deed={() => client.changeSiteKey({ params })}
					done={refresh}
					failed={refresh}
				>
					Use the chosen key
				</ConfirmButton>
			)}
			{site.oldStore === null ? null : (
				<ConfirmButton
					name={`Remove the old place of ${site.siteName}`}
					question={`Delete the old vault of ${site.siteName}?`}
					consequence={`The objects in ${site.oldStore.description} are deleted, for good. The new place is asked first whether the vault is whole there.`}
					keep="Keep both"
					confirm={`Delete the old vault of ${site.siteName}`}
					deed={() => client.removeOldStore({ params })}
					done={refresh}
					failed={refresh}
				>
					Remove the old place
				</ConfirmButton>
			)}
		</Group>
	);
}
