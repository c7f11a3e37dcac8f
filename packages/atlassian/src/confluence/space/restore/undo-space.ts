import type { JsonValue } from "@skyeworx/core";
import type { CreatedThing } from "@skyeworx/engine";
import type { AppSite } from "../../../app-reader.ts";
import { cursorPages, itemsOfPages } from "../../../http/paging.ts";
import { idAt, listAt, textAt } from "../../../record/json-access.ts";
import { type ContentRecord, readContent } from "../../content/records.ts";
import { fetchCustomContent } from "../../custom-content/custom-content-record.ts";
import { collect } from "../../read/in-order.ts";
import { listLimit } from "../../read/reading.ts";
import { carriesMark } from "../../restore/deed.ts";
import { readMark, removeProperty } from "../../restore/property-owner.ts";
import { listTemplates } from "../../template/template-record.ts";
import { treeFlavours } from "../../tree-object/tree-flavour.ts";
import { isLivingTreeObject } from "../../tree-object/tree-object-record.ts";
import { readSpace } from "../space-record.ts";
import { spaceProperties } from "./space-deed.ts";

interface Undoing {
	readonly site: AppSite;
	readonly made: CreatedThing;
	readonly restoreId: string;
	readonly signal: AbortSignal;
}

/**
 * Whether nothing is in the space but the home page that Atlassian made with it, as the restore left it: deleting a space deletes
 * all in it for good.
 */
async function isEmpty(undoing: Undoing, id: string, homepageId: string | null | undefined): Promise<boolean> {
	const { site, restoreId, signal } = undoing;
	for (const [path, status] of [
		["/wiki/api/v2/spaces/{id}/pages", ["current", "archived"]],
		["/wiki/api/v2/spaces/{id}/blogposts", ["current"]],
	] as const) {
		const call = { method: "GET", path, parameters: { id }, query: { status, limit: 2 }, signal } as const;
		const found = (await collect(itemsOfPages(cursorPages(site.client, call)))).map(readContent);
		const ours = ({ version }: ContentRecord): boolean => version.number === 1 || carriesMark(version.message, restoreId);
		if (found.some((page) => page.id !== homepageId || !ours(page))) return false;
	}
	if (homepageId == null) return true;
	for (const list of ["direct-children", "attachments", "footer-comments", "inline-comments"]) {
		const path = `/wiki/api/v2/pages/{id}/${list}`;
		const { json } = await site.client.call({ method: "GET", path, parameters: { id: homepageId }, query: { limit: 1 }, signal });
		if (listAt(json, "results").length > 0) return false;
	}
	return true;
}

/** Whether a hit of the search is there: what was put into the trash a moment ago may still be found. */
async function isThere({ site, signal }: Undoing, hit: JsonValue): Promise<boolean> {
	const id = idAt(hit, "id") ?? "";
	const tree = treeFlavours.find(({ type }) => type === textAt(hit, "type"));
	if (tree !== undefined) return await isLivingTreeObject(site.client, tree, id);
	const parts = await fetchCustomContent(site.client, id, signal);
	return parts !== undefined && textAt(parts.get("") ?? null, "status") === "current";
}

/** Whether anything is in the space that no list of it names: folders and boards, content of apps, templates. */
async function holdsUnlisted(undoing: Undoing, key: string): Promise<boolean> {
	const { site, signal } = undoing;
	const templates = await listTemplates(site.client, { path: "/wiki/rest/api/template/page", spaceKey: key }, signal);
	if (templates === undefined || templates.length > 0) return true;
	const cql = `space = ${JSON.stringify(key)} and type not in (page,blogpost,comment,attachment)`;
	const call = { method: "GET", path: "/wiki/rest/api/content/search", query: { cql, limit: listLimit }, signal } as const;
	for await (const page of cursorPages(site.client, call)) {
		for (const hit of page.items) if (await isThere(undoing, hit)) return true;
	}
	return false;
}

/** Deletes a space that the restore made, as long as nobody put anything into it; takes away a property that it wrote. */
export async function undoCreatedSpace(undoing: Undoing): Promise<"undone" | "kept"> {
	const { site, made, restoreId, signal } = undoing;
	const { id } = made.ref;
	if (made.part.startsWith("property/")) {
		await removeProperty(spaceProperties(site, id, signal), made.part.slice("property/".length));
		return "undone";
	}
	const call = { method: "GET", path: "/wiki/api/v2/spaces/{id}", parameters: { id }, accept: [404], signal } as const;
	const { status, json } = await site.client.call(call);
	if (status === 404) return "undone";
	const space = readSpace(json);
	if (space.status === "trashed") return "undone";
	const mark = await readMark(spaceProperties(site, id, signal));
	// One that was cut off between making and marking has no mark; it is in the journal all the same.
	const ours = mark.restoreId === restoreId || mark.restoreId === undefined;
	if (!ours || !(await isEmpty(undoing, id, space.homepageId)) || (await holdsUnlisted(undoing, space.key))) return "kept";
	const path = "/wiki/rest/api/space/{spaceKey}";
	await site.client.call({ method: "DELETE", path, parameters: { spaceKey: space.key }, accept: [404], signal });
	return "undone";
}
