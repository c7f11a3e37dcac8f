import type { ItemRef, JsonValue } from "@skyeworx/core";
import type { ApplyContext, ItemPlan, StoredItem } from "@skyeworx/engine";
import { at, idAt, listAt, objectAt } from "../../../record/json-access.ts";

const sprintKind = "jira.sprint";

/** Whether a field's value names sprints. */
function isSprints(value: JsonValue | undefined): boolean {
	const list = listAt({ value: value ?? null }, "value");
	return list.length > 0 && list.every((one) => at(one, "boardId") !== undefined);
}

/** Sprints that are restored together with a work item which was in them come first. */
export function afterSprints(plan: ItemPlan, item: StoredItem, selection: readonly { readonly ref: ItemRef }[]): ItemPlan {
	const values = Object.values(objectAt(item.parts.get(""), "fields")).filter(isSprints);
	const ids = new Set(values.flatMap((value) => listAt({ value }, "value").flatMap((sprint) => idAt(sprint, "id") ?? [])));
	const first = selection.map(({ ref }) => ref).filter((ref) => ref.kind === sprintKind && ids.has(ref.id));
	return first.length === 0 ? plan : { ...plan, after: [...plan.after, ...first] };
}

/** A field's value with the sprints under the numbers that they have now; others are as they were. */
export function sprintsNow(value: JsonValue | undefined, mapped: ApplyContext["mapped"]): JsonValue | undefined {
	if (!isSprints(value)) return value;
	return listAt({ value: value ?? null }, "value").map((sprint) => {
		const now = mapped({ kind: sprintKind, id: idAt(sprint, "id") ?? "" })?.ref.id;
		return now === undefined ? sprint : { ...objectAt(sprint), id: Number(now) };
	});
}
