import { Alert, Stack } from "@mantine/core";
import type { ItemDetail } from "@skyeworx/contract";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useClient } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { QueryView } from "../../parts/states/query-view.tsx";
import { Page } from "../../shell/page.tsx";
import classes from "./item.module.css";
import { ItemHead } from "./item-head.tsx";
import { VersionPane } from "./version-pane.tsx";
import { VersionTimeline } from "./version-timeline.tsx";

const route = getRouteApi("/shell/items/$siteId/$kind/$id");

/** One item: its versions left, what the chosen one was like right. */
export function ItemPage(): ReactNode {
	const at = route.useParams();
	const item = useQuery(queries.item(useClient(), at));
	return (
		<Page>
			<QueryView page query={item} loading={10}>
				{(detail) => <Loaded item={detail} key={`${at.kind}/${at.id}`} />}
			</QueryView>
		</Page>
	);
}

/** The version that the address names, else the newest one that has content. */
function chosenVersion(item: ItemDetail, wanted: string | undefined): string {
	if (wanted === "live") return "live";
	const newest = item.history.find((entry) => entry.state !== "deleted")?.snapshotId ?? item.lastSnapshotId;
	const asked = wanted === undefined ? undefined : Number(wanted);
	if (asked === undefined || !Number.isInteger(asked)) return String(newest);
	// A snapshot that changed nothing about the item shows the version that it held.
	return String(item.history.find((entry) => entry.state !== "deleted" && entry.snapshotId <= asked)?.snapshotId ?? newest);
}

/** Says what a deleted item was created again as. */
function Successor({ item }: { readonly item: ItemDetail }): ReactNode {
	const now = item.lineage.findLast((entry) => entry.state === "live" && entry.ref.id !== item.ref.id);
	if (item.state !== "deleted" || now === undefined) return null;
	return (
		<Alert color="skye" icon={<IconArrowBackUp size={18} aria-hidden />}>
			It was created again as{" "}
			<Link to="/items/$siteId/$kind/$id" params={{ siteId: item.siteId, kind: now.ref.kind, id: now.ref.id }}>
				{now.key ?? now.title}
			</Link>
			; its history goes on there.
		</Alert>
	);
}

function Loaded({ item }: { readonly item: ItemDetail }): ReactNode {
	const search = route.useSearch();
	const version = chosenVersion(item, search.version);
	return (
		<Stack gap="md">
			<ItemHead item={item} version={version} />
			<Successor item={item} />
			<div className={classes.split}>
				<VersionTimeline item={item} version={version} />
				<VersionPane item={item} version={version} />
			</div>
		</Stack>
	);
}
