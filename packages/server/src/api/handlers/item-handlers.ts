import { noSuch, type Principal } from "../../access/principal.ts";
import { accountChangesBody, changersBody } from "../../items/account-changes.ts";
import { findItems, joinPages } from "../../items/find-items.ts";
import { itemDetailBody, spaceBody } from "../../items/item-bodies.ts";
import { openItemFile } from "../../items/item-file.ts";
import { itemDiffBody, itemVersionBody } from "../../items/item-versions.ts";
import { openView, viewOf } from "../../items/site-view.ts";
import { loadSites, tryOpen } from "../../sites/read-sites.ts";
import type { HandlersOf } from "../call.ts";
import type { Platform } from "./platform.ts";

type Names =
	| "searchItems"
	| "searchSiteItems"
	| "listSpaces"
	| "listChangers"
	| "listAccountChanges"
	| "getItem"
	| "getItemVersion"
	| "getItemDiff"
	| "getItemFile";

/** Finding items, and looking at what was kept of them. */
export function itemHandlers(platform: Platform): HandlersOf<Names> {
	const open = async (principal: Principal, siteId: string) => await openView(platform.sites, principal, siteId);
	return {
		searchItems: async ({ principal, query }) => {
			const pages = [];
			for (const { row } of await loadSites(platform, principal)) {
				const { runtime } = await tryOpen(platform, principal.organizationId, row.id);
				if (runtime !== undefined) pages.push(findItems(viewOf(runtime, principal), platform.kinds, { ...query, cursor: undefined }));
			}
			return { body: joinPages(pages) };
		},
		searchSiteItems: async ({ principal, params, query }) => ({
			body: findItems(await open(principal, params.siteId), platform.kinds, query),
		}),
		listSpaces: async ({ principal, params, query }) => {
			const { catalog } = await open(principal, params.siteId);
			return { body: { items: catalog.spaces(query.asOf).map(spaceBody) } };
		},
		listChangers: async ({ principal, params, query }) => ({ body: await changersBody(await open(principal, params.siteId), query) }),
		listAccountChanges: async ({ principal, params: { siteId, accountId }, query }) => {
			const asked = { ...query, accountId, deletions: query.deletions === "true" };
			return { body: await accountChangesBody(await open(principal, siteId), asked) };
		},
		getItem: async ({ principal, params: { siteId, kind, id } }) => {
			const { catalog } = await open(principal, siteId);
			const item = catalog.item({ kind, id });
			if (item === undefined) throw noSuch("item");
			return { body: itemDetailBody({ siteId, catalog, kinds: platform.kinds }, item) };
		},
		getItemVersion: async ({ principal, params: { siteId, kind, id, version }, signal }) => ({
			body: await itemVersionBody(platform, await open(principal, siteId), { kind, id }, version, signal),
		}),
		getItemDiff: async ({ principal, params: { siteId, kind, id }, query, signal }) => ({
			body: await itemDiffBody(platform, await open(principal, siteId), { kind, id }, { ...query, signal }),
		}),
		getItemFile: async ({ principal, params: { siteId, kind, id, fileId }, query, signal, note }) => {
			note.facts = { file: fileId };
			const wanted = { ref: { kind, id }, fileId, version: query.version, download: query.download === "true", signal };
			return await openItemFile(platform, await open(principal, siteId), wanted);
		},
	};
}
