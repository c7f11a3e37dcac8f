import { isJsonObject } from "@skyeworx/core";
import { cursorPages, itemsOfPages } from "../../http/paging.ts";
import { idAt } from "../../record/json-access.ts";
import { collect } from "../read/in-order.ts";
import { listLimit } from "../read/reading.ts";
import { treeFlavourOf } from "../tree-object/tree-flavour.ts";
import type { Deed } from "./deed.ts";
import { parentRef } from "./placement.ts";

/** A page, folder or the like under a parent. */
export interface Sibling {
	readonly id: string;
	readonly position: number;
}

/** What stands under a parent now, first to last. */
export async function childrenOf(deed: Deed, parentId: string): Promise<readonly Sibling[]> {
	const parent = parentRef(deed.content.main);
	// Where its own parent is gone it stands under a page, whatever the parent was.
	const own = parent !== undefined && (parent.id === parentId || deed.context.mapped(parent)?.ref.id === parentId);
	const tree = own ? treeFlavourOf(parent) : undefined;
	const call = {
		method: "GET",
		path: `${tree?.path ?? "/wiki/api/v2/pages"}/{id}/direct-children`,
		parameters: { id: parentId },
		query: { limit: listLimit },
		signal: deed.context.signal,
	} as const;
	const children = await collect(itemsOfPages(cursorPages(deed.site.client, call)));
	return children
		.filter(isJsonObject)
		.map((child) => ({
			id: idAt(child, "id") ?? "",
			position: typeof child.childPosition === "number" ? child.childPosition : Number.MAX_SAFE_INTEGER,
		}))
		.sort((a, b) => a.position - b.position);
}

/** Moves a page beside another, or under one as its last child. */
export async function move(
	deed: Deed,
	id: string,
	where: { readonly position: "before" | "after" | "append"; readonly targetId: string },
): Promise<void> {
	await deed.context.step(`move ${where.position} ${where.targetId}`, {
		run: async () => {
			const path = "/wiki/rest/api/content/{pageId}/move/{position}/{targetId}";
			// Moving it there again changes nothing.
			await deed.site.client.call({ method: "PUT", path, parameters: { pageId: id, ...where }, item: id, signal: deed.context.signal });
			return true;
		},
	});
}
