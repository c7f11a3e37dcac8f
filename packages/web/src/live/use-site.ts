import type { Site } from "@skyeworx/contract";
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { useClient } from "./app-context.tsx";
import { queries } from "./queries.ts";

/** The site that the address names, else the first one. */
export function useSite(): { readonly site: Site | undefined; readonly sites: readonly Site[]; readonly loading: boolean } {
	const { data, isPending } = useQuery(queries.sites(useClient()));
	const params = useParams({ strict: false });
	const search = useSearch({ strict: false });
	const sites = data ?? [];
	const wanted = params.siteId ?? search.site;
	return { site: sites.find((site) => site.id === wanted) ?? sites[0], sites, loading: isPending };
}
