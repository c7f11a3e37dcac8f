import type { ItemRef, KindId } from "@skyeworx/core";
import type { HttpClient } from "../../http/http-client.ts";
import type { PropertyOwner } from "../restore/property-owner.ts";

/** What stands in page trees beside pages; templates are the official documents' own. */
export interface TreeFlavour {
	readonly kind: KindId;
	readonly names: readonly [string, string];
	/** How answers and CQL call it. */
	readonly type: "folder" | "whiteboard" | "database" | "embed";
	readonly path: string;
	/** Placeholder of its own in the template of one property. */
	readonly ownerName: string;
	/** Why what is in it can't be kept; undefined when there is nothing in it. */
	readonly blind?: string;
}

const flavour = (type: TreeFlavour["type"], kind: KindId, names: TreeFlavour["names"], blind?: string): TreeFlavour => ({
	kind,
	names,
	type,
	path: `/wiki/api/v2/${type}s`,
	ownerName: `${type}-id`,
	...(blind === undefined ? {} : { blind }),
});

export const treeFlavours: readonly TreeFlavour[] = [
	flavour("folder", "confluence.folder", ["folder", "folders"]),
	flavour(
		"whiteboard",
		"confluence.whiteboard",
		["whiteboard", "whiteboards"],
		"Of whiteboards the title, the place and properties are kept: Atlassian's API does not give what is drawn on them.",
	),
	flavour(
		"database",
		"confluence.database",
		["database", "databases"],
		"Of Confluence databases the title, the place and properties are kept: Atlassian's API does not give their rows.",
	),
	flavour("embed", "confluence.smart-link", ["smart link", "smart links"]),
];

/** The flavour of a reference, or undefined for other kinds. */
export function treeFlavourOf(ref: Pick<ItemRef, "kind">): TreeFlavour | undefined {
	return treeFlavours.find((one) => one.kind === ref.kind);
}

/** The kind of what a `parentType` names: pages where nothing is said. */
export function kindOfParent(parentType: string | null | undefined): KindId {
	return treeFlavours.find((one) => one.type === parentType)?.kind ?? "confluence.page";
}

/** The object as the owner of its properties. */
export function treeProperties(client: HttpClient, tree: TreeFlavour, id: string, signal?: AbortSignal): PropertyOwner {
	return {
		client,
		id,
		list: `${tree.path}/{id}/properties`,
		listName: "id",
		one: `${tree.path}/{${tree.ownerName}}/properties/{property-id}`,
		oneName: tree.ownerName,
		signal,
	};
}
