import type { CreatedThing } from "@skyeworx/engine";
import type { AppSite } from "../../../app-reader.ts";
import { listAt } from "../../../record/json-access.ts";
import { readMark, removeProperty } from "../../restore/property-owner.ts";
import { type TreeFlavour, treeProperties } from "../tree-flavour.ts";
import { fetchTreeObject, readTreeObject } from "../tree-object-record.ts";

interface Undoing {
	readonly site: AppSite;
	readonly tree: TreeFlavour;
	readonly made: CreatedThing;
	readonly restoreId: string;
	readonly signal: AbortSignal;
}

/** Puts what the restore created into the trash, unless somebody put something under it; takes away a property that it wrote. */
export async function undoCreatedTreeObject({ site, tree, made, restoreId, signal }: Undoing): Promise<"undone" | "kept"> {
	const { id } = made.ref;
	const owner = treeProperties(site.client, tree, id, signal);
	if (made.part.startsWith("property/")) {
		await removeProperty(owner, made.part.slice("property/".length));
		return "undone";
	}
	const parts = await fetchTreeObject(site.client, tree, id, signal);
	if (parts === undefined || readTreeObject(parts.get("") ?? null).status === "trashed") return "undone";
	const mark = await readMark(owner);
	const path = `${tree.path}/{id}/direct-children`;
	const { json } = await site.client.call({ method: "GET", path, parameters: { id }, query: { limit: 1 }, signal });
	const ours = mark.restoreId === restoreId || mark.restoreId === undefined;
	if (!ours || listAt(json, "results").length > 0) return "kept";
	await site.client.call({ method: "DELETE", path: `${tree.path}/{id}`, parameters: { id }, accept: [404], item: id, signal });
	return "undone";
}
