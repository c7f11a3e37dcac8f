import { canonicalJson, isJsonObject, type JsonValue } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { listAt, textAt } from "../../record/json-access.ts";
import { type Field, textField } from "../fields.ts";
import { restoreProperty } from "../restore/property-owner.ts";
import { readTreeObject } from "./tree-object-record.ts";

/** The properties that are kept of an object. */
export function propertiesOfObject(item: StoredItem): readonly { readonly key: string; readonly value: JsonValue }[] {
	return listAt(item.parts.get("properties"))
		.map((property) => ({
			key: textAt(property, "key") ?? "",
			value: (isJsonObject(property) ? property.value : undefined) ?? null,
		}))
		.filter(({ key }) => key !== restoreProperty);
}

/** The fields of a folder, whiteboard, database or smart link; `parent` tells what its parent is called today. */
export function treeObjectFields(item: StoredItem, parent: (type: string, id: string) => string = (_type, id) => id): readonly Field[] {
	const { title, parentId, parentType, embedUrl, spaceId } = readTreeObject(item.parts.get("") ?? null);
	const type = parentType ?? "page";
	return [
		textField("title", "Title", title),
		textField("parent", "Parent", parentId == null ? "none" : `${type} ${parent(type, parentId)}`),
		textField("space", "Space", spaceId ?? ""),
		...(embedUrl == null ? [] : [textField("embedUrl", "Address", embedUrl)]),
		...propertiesOfObject(item).map(({ key, value }) => textField(`properties/${key}`, `Property ${key}`, canonicalJson(value))),
	];
}
