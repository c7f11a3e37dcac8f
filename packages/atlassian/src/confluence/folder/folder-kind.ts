import type { FieldDifference, KindDefinition, StoredItem } from "@skyeworx/engine";
import { readFolder } from "./folder-record.ts";

function fields(item: StoredItem | undefined): ReadonlyMap<string, readonly [label: string, value: string]> {
	if (item === undefined) return new Map();
	const folder = readFolder(item.parts.get("") ?? null);
	return new Map([
		["title", ["Title", folder.title]],
		["parent", ["Parent", folder.parentId == null ? "none" : `${folder.parentType ?? "page"} ${folder.parentId}`]],
	]);
}

function value(entry: readonly [string, string] | undefined): FieldDifference["before"] {
	return entry === undefined ? undefined : { type: "text", text: entry[1] };
}

/** Folders of a page tree: kept for the tree's sake. */
export const folderKind: KindDefinition = {
	id: "confluence.folder",
	app: "confluence",
	names: ["folder", "folders"],
	scopes: { read: ["read:folder:confluence"], restore: [] },
	fidelity: [],
	describe(item, site) {
		const folder = readFolder(item.parts.get("") ?? null);
		return {
			app: "confluence",
			title: folder.title,
			type: "folder",
			...(folder.parentId == null
				? {}
				: { parent: { kind: folder.parentType === "folder" ? "confluence.folder" : "confluence.page", id: folder.parentId } }),
			...(folder.position == null ? {} : { position: folder.position }),
			...(folder.createdAt == null ? {} : { createdAt: folder.createdAt }),
			...(folder.version?.createdAt == null ? {} : { updatedAt: folder.version.createdAt }),
			text: "",
			people: [],
			url: `${site.url}/wiki/pages/viewpage.action?pageId=${folder.id}`,
			references: [],
			files: [],
		};
	},
	compare(before, after) {
		const [was, is] = [fields(before), fields(after)];
		return [...new Set([...was.keys(), ...is.keys()])]
			.filter((field) => was.get(field)?.[1] !== is.get(field)?.[1])
			.map((field) => ({
				field,
				label: (is.get(field) ?? was.get(field))?.[0] ?? field,
				before: value(was.get(field)),
				after: value(is.get(field)),
			}));
	},
};
