import type { ItemRef, JsonValue } from "@skyeworx/core";
import { idAt, listAt, textAt } from "../../record/json-access.ts";
import { assetObjectRef } from "../assets/object/object-record.ts";

/** The objects of Assets that a field's value names; none for other values. */
export function assetRefs(value: JsonValue): readonly ItemRef[] {
	const objects = listAt(value).map((one) => (textAt(one, "workspaceId") === undefined ? undefined : idAt(one, "objectId")));
	return objects.every((id) => id !== undefined) ? objects.map(assetObjectRef) : [];
}
