import type { Site } from "@skyeworx/contract";
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { useClient } from "./app-context.tsx";
import { queries } from "./queries.ts";

interface ChosenSite {
	/** Undefined while the sites are on their way, when they can't be had, when there is none, and when the address names none of them. */
	readonly site: Site | undefined;
	readonly sites: readonly Site[];
	readonly loading: boolean;
	/** Why the sites are not known; null when they are. */
	readonly error: unknown;
	readonly retry: () => void;
}

/** The site that the address names; the first one where it names none, never another than the named one. */
export function useSite(): ChosenSite {
	const { data, isPending, error, refetch } = useQuery(queries.sites(useClient()));
	const params = useParams({ strict: false });
	const search = useSearch({ strict: false });
	const sites = data ?? [];
	const wanted = params.siteId ?? search.site;
	const site = wanted === undefined ? sites[0] : sites.find((one) => one.id === wanted);
	return { site, sites, loading: isPending, error: data === undefined ? error : null, retry: () => void refetch() };
}
