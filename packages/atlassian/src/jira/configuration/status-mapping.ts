import type { JsonObject, JsonValue } from "@skyeworx/core";
import type { ItemPlan } from "@skyeworx/engine";
import { idAt, listAt, objectAt, textAt } from "../../record/json-access.ts";
import { pagedList } from "../setting/reading.ts";
import type { Reading } from "../setting/setting-kind.ts";

/** A status as far as a mapping needs it. */
export interface MappedStatus {
	/** Its id, or the reference by which a call declares it. */
	readonly id: string;
	readonly name: string;
	/** `TODO`, `IN_PROGRESS`, `DONE` */
	readonly category: string;
}

/**
 * The status that takes over the work items of one that goes away: that of the same name, else the first of the same category,
 * else the first of all. Undefined when no status is left.
 */
export function standInFor(lost: MappedStatus, left: readonly MappedStatus[]): MappedStatus | undefined {
	const sameName = left.find(({ name }) => name.toLowerCase() === lost.name.toLowerCase());
	return sameName ?? left.find(({ category }) => category === lost.category) ?? left[0];
}

/** A move of work items from one status to another, as plans and receipts tell it. */
export function saidOf({ from, to }: { readonly from: string; readonly to: string }): string {
	return `Work items in the status "${from}", which the snapshot does not have there, are moved to "${to}". An undo leads them back, as far as the workflow's transitions let it.`;
}

/** Such a move as a plan's loss. */
export function foreseen(field: string, move: { readonly from: string; readonly to: string }): ItemPlan["losses"][number] {
	return { field, label: "Status of work items", level: "degraded", reason: saidOf(move) };
}

/** The statuses of the site: all of them by id, with their names; those that all spaces may use by lower-case name. */
export async function sharedStatuses(
	reading: Reading,
): Promise<{ readonly ids: ReadonlyMap<string, string>; readonly byName: ReadonlyMap<string, string> }> {
	const all = await pagedList(reading, { path: "/rest/api/3/statuses/search", size: 200 });
	const shared = all.filter((status) => textAt(objectAt(status, "scope"), "type") !== "PROJECT");
	const pairs = shared.map((status) => [(textAt(status, "name") ?? "").toLowerCase(), idAt(status, "id") ?? ""] as const);
	const named = all.map((status) => [idAt(status, "id") ?? "", textAt(status, "name") ?? ""] as const);
	return { ids: new Map(named), byName: new Map(pairs) };
}

/** The statuses that a workflow's record names. */
export function statusesOf(tree: JsonObject): readonly MappedStatus[] {
	return listAt(tree, "mappings").map((status: JsonValue) => ({
		id: textAt(status, "statusReference") ?? "",
		name: textAt(status, "name") ?? "",
		category: textAt(status, "statusCategory") ?? "",
	}));
}
