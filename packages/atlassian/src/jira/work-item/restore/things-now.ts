import type { ItemRef, JsonValue } from "@skyeworx/core";
import type { ApplyContext, ItemPlan, StoredItem } from "@skyeworx/engine";
import { idAt, listAt, objectAt, textAt } from "../../../record/json-access.ts";
import { assetObjectKind } from "../../assets/object/object-record.ts";
import { assetRefs } from "../asset-field.ts";
import { afterOrganizations } from "./organizations-now.ts";
import { afterSprints, sprintsNow } from "./sprints-now.ts";

/** What is restored together with a work item that names it comes first: its sprints, its organizations, and the objects of its fields. */
export function afterThings(plan: ItemPlan, item: StoredItem, selection: readonly { readonly ref: ItemRef }[]): ItemPlan {
	const after = afterOrganizations(afterSprints(plan, item, selection), item, selection);
	const named = new Set(Object.values(objectAt(item.parts.get(""), "fields")).flatMap((value) => assetRefs(value).map(({ id }) => id)));
	const first = selection.map(({ ref }) => ref).filter((ref) => ref.kind === assetObjectKind && named.has(ref.id));
	return first.length === 0 ? after : { ...after, after: [...after.after, ...first] };
}

/** A field's value with sprints and objects under the numbers that they have now; others are as they were. */
export function thingsNow(value: JsonValue | undefined, mapped: ApplyContext["mapped"]): JsonValue | undefined {
	const moved = sprintsNow(value, mapped);
	if (moved === undefined || assetRefs(moved).length === 0) return moved;
	return listAt(moved).map((object) => {
		const [ref] = assetRefs([object]);
		const now = ref === undefined ? undefined : mapped(ref)?.ref.id;
		if (now === undefined || now === idAt(object, "objectId")) return object;
		return { ...objectAt(object), objectId: now, id: `${textAt(object, "workspaceId") ?? ""}:${now}` };
	});
}
