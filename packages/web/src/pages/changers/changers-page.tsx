import { Select, Stack } from "@mantine/core";
import type { Site, Snapshot } from "@skyeworx/contract";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useClient, usePorts } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { useSite } from "../../live/use-site.ts";
import { PageHead } from "../../parts/page-head.tsx";
import { Panel } from "../../parts/panel.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { WithoutSite } from "../../parts/states/without-site.tsx";
import { shortTime } from "../../parts/time/write-time.ts";
import { Page } from "../../shell/page.tsx";
import { AccountChanges } from "./account-changes.tsx";
import { AccountList, nobody } from "./account-list.tsx";
import classes from "./changers.module.css";

const route = getRouteApi("/shell/changers");

/** Who changed what between two restore points, and what of it a restore would take back. */
export function ChangersPage(): ReactNode {
	const { site } = useSite();
	return (
		<Page>
			<PageHead
				title="Who changed what"
				sub="When a script or an account did damage: choose the time and the account, and take back exactly what it did. Other people’s work stays."
			/>
			{site === undefined ? <WithoutSite>Changes can be seen here after the second backup of a site.</WithoutSite> : <OfSite site={site} />}
		</Page>
	);
}

function OfSite({ site }: { readonly site: Site }): ReactNode {
	const snapshots = useInfiniteQuery(queries.snapshots(useClient(), site.id));
	return (
		<QueryView query={snapshots}>
			{({ pages }) => {
				const points = pages.flatMap((page) => page.items);
				if (points.length < 2)
					return <EmptyState title="There are not two restore points yet">Changes show between one restore point and the next.</EmptyState>;
				return <Chosen site={site} points={points} />;
			}}
		</QueryView>
	);
}

/** @param points newest first */
function Chosen({ site, points }: { readonly site: Site; readonly points: readonly Snapshot[] }): ReactNode {
	const client = useClient();
	const { clock } = usePorts();
	const search = route.useSearch();
	const navigate = route.useNavigate();
	const [opened] = useState(() => new Date(clock.now()).toISOString());
	const from = search.from ?? points[1]?.at ?? "";
	const between = { from: justAfter(from), to: search.to ?? opened };
	const changers = useQuery(queries.changers(client, site.id, between));
	const set = (change: Partial<typeof search>): void =>
		void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false });
	const options = points.map(({ at }) => ({ value: at, label: `Restore point of ${shortTime(at)}` }));
	return (
		<Stack gap="md">
			<div className={classes.window}>
				<Select
					label="After"
					allowDeselect={false}
					value={from}
					onChange={(value) => set({ from: value ?? undefined })}
					data={options.slice(1)}
				/>
				<Select
					label="Until"
					allowDeselect={false}
					value={search.to ?? ""}
					onChange={(value) => set({ to: value === null || value === "" ? undefined : value })}
					data={[{ value: "", label: "Now" }, ...options.filter(({ value }) => value > from)]}
				/>
			</div>
			<Panel title="Accounts" flush>
				<QueryView query={changers}>
					{(data) => (
						<AccountList
							found={data}
							chosen={search.account}
							choose={(account) => set({ account, ...(account === nobody ? { unsigned: "too" } : {}) })}
						/>
					)}
				</QueryView>
			</Panel>
			{search.account === undefined ? null : (
				<AccountChanges
					key={`${search.account} ${search.unsigned} ${between.from} ${between.to}`}
					site={site}
					asked={{ ...between, accountId: search.account, deletions: search.unsigned === "too" }}
					name={changers.data?.accounts.find(({ accountId }) => accountId === search.account)?.name ?? null}
					setUnsigned={(too) => set({ unsigned: too ? "too" : undefined })}
				/>
			)}
		</Stack>
	);
}

/** What the restore point itself saw happened before it. */
function justAfter(at: string): string {
	return new Date(Date.parse(at) + 1).toISOString();
}
