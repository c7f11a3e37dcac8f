import type { CatalogPage, CatalogQuery } from "@skyeworx/catalog";
import type { CallInput, Endpoints, ItemPage } from "@skyeworx/contract";
import { type ItemRef, parseItemRef } from "@skyeworx/core";
import type { SiteRuntime } from "../sites/site-runtimes.ts";
import { type BodyPorts, itemHitBody } from "./item-bodies.ts";

/** A search as the API takes it, with the page size filled in. */
export type ItemQuery = Omit<NonNullable<CallInput<Endpoints["searchSiteItems"]>["query"]>, "limit" | "asOf" | "changedSince"> & {
	readonly limit: number;
	readonly asOf?: number | undefined;
	readonly changedSince?: number | undefined;
};

/** Searches one site's catalog. */
export function findItems({ siteId, catalog }: SiteRuntime, kinds: BodyPorts["kinds"], query: ItemQuery): ItemPage {
	return pageBody({ siteId, catalog, kinds }, catalog.search(catalogQuery(query)));
}

function catalogQuery({ q, kind, space, parent, ...rest }: ItemQuery): CatalogQuery {
	const { app, state, person, order, cursor, asOf, changedSince, limit } = rest;
	return {
		limit,
		...(q !== undefined && q !== "" && { text: q }),
		...(kind !== undefined && { kinds: kind.split(",") }),
		...(space !== undefined && { spaceId: space }),
		...(parent !== undefined && { parent: parentOf(parent) }),
		...(app !== undefined && { app }),
		...(state !== undefined && { state }),
		...(person !== undefined && person !== "" && { person }),
		...(order !== undefined && { order }),
		...(cursor !== undefined && { cursor }),
		...(asOf !== undefined && { asOf }),
		...(changedSince !== undefined && { changedSince }),
	};
}

function parentOf(text: string): ItemRef | "none" {
	return text === "none" ? "none" : parseItemRef(text);
}

function pageBody(ports: BodyPorts & Pick<SiteRuntime, "catalog">, page: CatalogPage): ItemPage {
	return {
		items: page.hits.map((hit) => itemHitBody(ports, hit)),
		total: { ...page.total },
		facets: { kinds: { ...page.facets.kinds }, states: { ...page.facets.states } },
		nextCursor: page.nextCursor ?? null,
	};
}

/** Joins the first pages of several sites; sites take turns, so that the best hits of each come early. */
export function joinPages(pages: readonly ItemPage[]): ItemPage {
	const items: ItemPage["items"] = [];
	const longest = Math.max(0, ...pages.map((page) => page.items.length));
	for (let row = 0; row < longest; row += 1) for (const page of pages) items.push(...page.items.slice(row, row + 1));
	const added = (facet: "kinds" | "states") => {
		const sums: Record<string, number> = {};
		for (const page of pages) for (const [name, count] of Object.entries(page.facets[facet])) sums[name] = (sums[name] ?? 0) + count;
		return sums;
	};
	return {
		items,
		total: {
			count: pages.reduce((sum, page) => sum + page.total.count, 0),
			exact: pages.every((page) => page.total.exact),
		},
		facets: { kinds: added("kinds"), states: added("states") },
		nextCursor: null,
	};
}
