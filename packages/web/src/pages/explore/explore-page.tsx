import { Button, Group, Select, Text, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import type { Site } from "@skyeworx/contract";
import { IconFilter, IconSearch, IconX } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { useClient } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { useSite } from "../../live/use-site.ts";
import { PageHead } from "../../parts/page-head.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { Rows } from "../../parts/states/query-view.tsx";
import { WithoutSite } from "../../parts/states/without-site.tsx";
import { count, counted } from "../../parts/write-number.ts";
import { Page } from "../../shell/page.tsx";
import classes from "./explore.module.css";
import { Facets } from "./facets.tsx";
import { HitList } from "./hit-list.tsx";
import { SelectAll } from "./select-all.tsx";
import { searchQuery, useExploreFilters } from "./use-explore-filters.ts";

/** Finds the item first; its version comes after. */
export function ExplorePage(): ReactNode {
	const { site } = useSite();
	if (site !== undefined) {
		return (
			<Page>
				<Explore site={site} key={site.id} />
			</Page>
		);
	}
	return (
		<Page>
			<PageHead title="Explore" />
			<WithoutSite>Items can be found here after the first backup of a site.</WithoutSite>
		</Page>
	);
}

function Explore({ site }: { readonly site: Site }): ReactNode {
	const { filters, set, clear, active } = useExploreFilters();
	const [showFacets, setShowFacets] = useState(false);
	const found = useInfiniteQuery(queries.search(useClient(), site.id, searchQuery(filters)));
	const first = found.data?.pages[0];
	const hits = found.data?.pages.flatMap((page) => page.items) ?? [];
	return (
		<>
			<PageHead title="Explore" sub={`Everything held of ${site.name}, over all versions, deleted items included`} />
			<div className={classes.bar}>
				<SearchField value={filters.q ?? ""} set={(q) => set({ q })} />
				<Select
					aria-label="Order"
					w={158}
					allowDeselect={false}
					value={filters.order ?? (filters.q === undefined ? "updated" : "relevance")}
					onChange={(order) => set({ order: order as typeof filters.order })}
					data={[
						{ value: "relevance", label: "Best match first" },
						{ value: "updated", label: "Newest first" },
						{ value: "key", label: "By key" },
						{ value: "position", label: "As in the space" },
					]}
				/>
				<Button
					variant="default"
					size="sm"
					className={classes.facetToggle}
					leftSection={<IconFilter size={15} aria-hidden />}
					aria-expanded={showFacets}
					onClick={() => setShowFacets(!showFacets)}
				>
					Filters{active > 0 ? ` (${active})` : ""}
				</Button>
			</div>
			<div className={classes.split}>
				<aside className={classes.side} data-open={showFacets || undefined} aria-label="Filters">
					<Facets site={site} filters={filters} set={set} facets={first?.facets} />
				</aside>
				<section className={classes.results} aria-label="Found items" aria-busy={found.isFetching}>
					<Group justify="space-between" gap="xs" className={classes.resultHead}>
						<Text size="sm" c="dimmed" aria-live="polite">
							{first === undefined
								? "Searching…"
								: `${first.total.exact ? "" : "about "}${counted(first.total.count, ["item", "items"])}${hits.length < first.total.count ? `, ${count(hits.length)} loaded` : ""}`}
						</Text>
						<Group gap="xs">
							{active > 0 ? (
								<Button variant="subtle" leftSection={<IconX size={13} aria-hidden />} onClick={clear}>
									Clear filters
								</Button>
							) : null}
							<SelectAll found={found} hits={hits} total={first?.total.count ?? 0} asOf={filters.asOf} />
						</Group>
					</Group>
					{found.isError ? <ProblemView error={found.error} retry={() => void found.refetch()} /> : null}
					{first === undefined && !found.isError ? <Rows count={10} height={40} /> : null}
					{first !== undefined && hits.length === 0 ? (
						<NothingFound q={filters.q} narrowed={active > 0} clear={clear} neverBackedUp={site.lastGood === null} />
					) : null}
					<HitList
						hits={hits}
						asOf={filters.asOf}
						more={() => {
							if (found.hasNextPage && !found.isFetchingNextPage) void found.fetchNextPage();
						}}
					/>
				</section>
			</div>
		</>
	);
}

function SearchField({ value, set }: { readonly value: string; readonly set: (q: string | undefined) => void }): ReactNode {
	const [text, setText] = useState(value);
	const later = useDebouncedCallback((q: string) => set(q.trim() === "" ? undefined : q), 250);
	useEffect(() => setText(value), [value]);
	return (
		<TextInput
			className={classes.search}
			leftSection={<IconSearch size={16} aria-hidden />}
			placeholder="A key, a title, any words, a “phrase”"
			aria-label="Search this site"
			value={text}
			onChange={(event) => {
				setText(event.currentTarget.value);
				later(event.currentTarget.value);
			}}
			onKeyDown={(event) => {
				if (event.key === "Enter") set(text.trim() === "" ? undefined : text);
			}}
		/>
	);
}

function NothingFound(props: {
	readonly q: string | undefined;
	readonly narrowed: boolean;
	readonly clear: () => void;
	readonly neverBackedUp: boolean;
}): ReactNode {
	if (props.neverBackedUp)
		return (
			<EmptyState title="This site has no backup yet">Its items can be found here as soon as the first backup is complete.</EmptyState>
		);
	return (
		<EmptyState
			title={props.q === undefined ? "No item fits these filters" : `Nothing was found for “${props.q}”`}
			action={
				props.narrowed ? (
					<Button variant="default" onClick={props.clear}>
						Clear filters
					</Button>
				) : undefined
			}
		>
			Beginnings of words match. A key such as ACME-12 is found even when the item has moved or was deleted.
		</EmptyState>
	);
}
