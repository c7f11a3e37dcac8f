import type { JsonValue } from "@skyeworx/core";
import { at, idAt, listAt, textAt } from "../../record/json-access.ts";

/** One link of a work item to another. */
export interface ItemLink {
	readonly id: string;
	readonly typeId: string;
	readonly typeName: string;
	/** `outward`: this item blocks the other; `inward`: it is blocked by it. */
	readonly direction: "inward" | "outward";
	/** `blocks`, `is blocked by`. */
	readonly phrase: string;
	readonly otherId: string;
	readonly otherKey: string;
}

/** Reads `fields.issuelinks`. */
export function linksOf(main: JsonValue | undefined): readonly ItemLink[] {
	return listAt(main, "fields", "issuelinks").flatMap((link) => {
		const direction = at(link, "outwardIssue") === undefined ? "inward" : "outward";
		const other = at(link, `${direction}Issue`);
		const [id, typeId, otherId] = [idAt(link, "id"), idAt(link, "type", "id"), idAt(other, "id")];
		if (id === undefined || typeId === undefined || otherId === undefined) return [];
		const typeName = textAt(link, "type", "name") ?? "";
		const otherKey = textAt(other, "key") ?? "";
		return [{ id, typeId, typeName, direction, phrase: textAt(link, "type", direction) ?? typeName, otherId, otherKey }];
	});
}
