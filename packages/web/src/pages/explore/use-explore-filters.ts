import type { Client } from "@skyeworx/contract";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";

const route = getRouteApi("/shell/explore");

/** What narrows the list; all of it stands in the address. */
export type ExploreFilters = ReturnType<typeof route.useSearch>;

type SearchQuery = NonNullable<Parameters<Client["searchSiteItems"]>[0]["query"]>;

interface Filtering {
	readonly filters: ExploreFilters;
	/** Changes some and keeps the others; undefined takes one away. */
	readonly set: (change: Partial<ExploreFilters>) => void;
	/** Takes all away but the site and the words. */
	readonly clear: () => void;
	/** How many are set, beside site, words and order. */
	readonly active: number;
}

/** Reads and writes the filters in the address. */
export function useExploreFilters(): Filtering {
	const filters = route.useSearch();
	const navigate = route.useNavigate();
	const set = useCallback(
		(change: Partial<ExploreFilters>) =>
			void navigate({ search: (before) => defined({ ...before, ...change }), replace: "q" in change, resetScroll: true }),
		[navigate],
	);
	const clear = useCallback(() => void navigate({ search: ({ site, q, order }) => defined({ site, q, order }) }), [navigate]);
	const { site: _site, q: _q, order: _order, ...narrowing } = filters;
	return { filters, set, clear, active: Object.values(narrowing).filter((value) => value !== undefined).length };
}

function defined<T extends object>(values: T): T {
	return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}

/** The filters as the API takes them. */
export function searchQuery(filters: ExploreFilters): SearchQuery {
	const { site: _site, order, ...rest } = filters;
	return { ...rest, order: order ?? (filters.q === undefined ? "updated" : "relevance") };
}
