import { UnstyledButton } from "@mantine/core";
import type { ItemHit, Site, Space } from "@skyeworx/contract";
import { IconChevronRight } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useClient } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { KindMark } from "../../parts/marks/kind-mark.tsx";
import { GoneMark } from "../../parts/marks/status-marks.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { count } from "../../parts/write-number.ts";
import classes from "./explore.module.css";
import { RestoreBelow } from "./restore-below.tsx";
import type { ExploreFilters } from "./use-explore-filters.ts";

interface TreeProps {
	readonly site: Site;
	readonly filters: ExploreFilters;
	readonly set: (change: Partial<ExploreFilters>) => void;
}

/** The site's spaces, and below each the items as they hang together. */
export function SpaceTree(props: TreeProps): ReactNode {
	const spaces = useQuery(queries.spaces(useClient(), props.site.id, props.filters.asOf));
	return (
		<QueryView query={spaces} loading={4}>
			{(list) => (
				<ul className={classes.tree}>
					{list.map((space) => (
						<SpaceNode key={`${space.app}-${space.id}`} space={space} {...props} />
					))}
				</ul>
			)}
		</QueryView>
	);
}

function SpaceNode({ space, ...props }: TreeProps & { readonly space: Space }): ReactNode {
	const chosen = props.filters.space === space.id && (props.filters.app === undefined || props.filters.app === space.app);
	const [open, setOpen] = useState(chosen && props.filters.parent !== undefined);
	return (
		<li>
			<div className={classes.node} data-chosen={(chosen && props.filters.parent === undefined) || undefined}>
				<Twist open={open} toggle={() => setOpen(!open)} name={space.name} />
				<UnstyledButton
					className={classes.nodeName}
					aria-pressed={chosen}
					onClick={() =>
						props.set(
							chosen && props.filters.parent === undefined
								? { space: undefined, app: undefined }
								: { space: space.id, app: space.app, parent: undefined },
						)
					}
				>
					<KindMark kind={space.app === "confluence" ? "confluence.space" : "jira.space"} />
					<span className={classes.nodeText}>
						{space.name} <span className={classes.facetCount}>{space.key}</span>
					</span>
					{space.state === "deleted" ? (
						<GoneMark absence="deleted-or-hidden" />
					) : (
						<span className={classes.facetCount}>{count(space.items)}</span>
					)}
				</UnstyledButton>
				<RestoreBelow siteId={props.site.id} space={space} asOf={props.filters.asOf} what={`the whole space ${space.name}`} />
			</div>
			{open ? <Branch {...props} space={space} parent="none" /> : null}
		</li>
	);
}

function Twist({ open, toggle, name }: { readonly open: boolean; readonly toggle: () => void; readonly name: string }): ReactNode {
	return (
		<UnstyledButton className={classes.twist} onClick={toggle} aria-expanded={open} aria-label={`${open ? "Close" : "Open"} ${name}`}>
			<IconChevronRight size={14} aria-hidden />
		</UnstyledButton>
	);
}

function Branch({ site, space, parent, filters, set }: TreeProps & { readonly space: Space; readonly parent: string }): ReactNode {
	const query = queries.search(useClient(), site.id, {
		space: space.id,
		app: space.app,
		parent,
		order: "position",
		...(filters.asOf === undefined ? {} : { asOf: filters.asOf }),
	});
	const branch = useInfiniteQuery(query);
	return (
		<QueryView query={branch} loading={2}>
			{(data) => {
				const hits = data.pages.flatMap((page) => page.items).filter((hit) => !hit.ref.kind.endsWith(".space"));
				if (hits.length === 0) return <p className={classes.leaf}>Nothing below</p>;
				return (
					<ul className={classes.tree}>
						{hits.map((hit) => (
							<ItemNode key={`${hit.ref.kind}/${hit.ref.id}`} hit={hit} site={site} space={space} filters={filters} set={set} />
						))}
						{branch.hasNextPage ? (
							<li>
								<UnstyledButton className={classes.leaf} onClick={() => void branch.fetchNextPage()}>
									More…
								</UnstyledButton>
							</li>
						) : null}
					</ul>
				);
			}}
		</QueryView>
	);
}

function ItemNode({ hit, space, ...props }: TreeProps & { readonly hit: ItemHit; readonly space: Space }): ReactNode {
	const [open, setOpen] = useState(false);
	const name = `${hit.ref.kind}/${hit.ref.id}`;
	const chosen = props.filters.parent === name;
	return (
		<li>
			<div className={classes.node} data-chosen={chosen || undefined}>
				<Twist open={open} toggle={() => setOpen(!open)} name={hit.title} />
				<UnstyledButton
					className={classes.nodeName}
					aria-pressed={chosen}
					onClick={() => props.set({ space: space.id, app: space.app, parent: chosen ? undefined : name })}
				>
					<KindMark kind={hit.ref.kind} type={hit.type} />
					<span className={classes.nodeText} data-deleted={hit.state === "deleted" || undefined}>
						{hit.key ?? ""} {hit.title}
					</span>
				</UnstyledButton>
				<RestoreBelow
					siteId={props.site.id}
					space={space}
					item={name}
					asOf={hit.lastSnapshotId}
					what={`${hit.key ?? hit.title} and all below it`}
				/>
			</div>
			{open ? <Branch {...props} space={space} parent={name} /> : null}
		</li>
	);
}
