import type { KindDefinition, KindRestore } from "@skyeworx/engine";
import { textAt } from "../../record/json-access.ts";
import { differences } from "../fields.ts";
import { kindOfParent, type TreeFlavour } from "./tree-flavour.ts";
import { treeObjectFidelity } from "./tree-object-fidelity.ts";
import { treeObjectFields } from "./tree-object-fields.ts";
import { listingPart, readTreeObject } from "./tree-object-record.ts";

/** The definition of folders, whiteboards, databases or smart links; without `restore` it can describe and compare only. */
export function treeObjectKind(tree: TreeFlavour, restore?: KindRestore): KindDefinition {
	const scope = (verb: string): string => `${verb}:${tree.type}:confluence`;
	return {
		id: tree.kind,
		app: "confluence",
		names: tree.names,
		scopes: {
			read: [scope("read")],
			restore: [scope("read"), scope("write"), scope("delete"), "read:hierarchical-content:confluence", "read:space:confluence"],
		},
		fidelity: treeObjectFidelity(tree),
		describedBy: ["", listingPart],
		beside: [listingPart],
		describe(item, site) {
			const one = readTreeObject(item.parts.get("") ?? null);
			// Its record names the space by id alone.
			const key = textAt(item.parts.get(listingPart), "space") ?? one.spaceId ?? "";
			return {
				app: "confluence",
				title: one.title,
				type: tree.names[0],
				...(one.parentId == null ? {} : { parent: { kind: kindOfParent(one.parentType), id: one.parentId } }),
				...(one.position == null ? {} : { position: one.position }),
				...(one.createdAt == null ? {} : { createdAt: one.createdAt }),
				...(one.version?.createdAt == null ? {} : { updatedAt: one.version.createdAt }),
				...(one.spaceId == null ? {} : { space: { id: one.spaceId, key, name: key } }),
				text: one.embedUrl ?? "",
				people: [],
				url: `${site.url}/wiki/pages/viewpage.action?pageId=${one.id}`,
				references: [],
				files: [],
			};
		},
		compare: (before, after) =>
			differences(before === undefined ? [] : treeObjectFields(before), after === undefined ? [] : treeObjectFields(after)),
		...(restore === undefined ? {} : { restore }),
	};
}
