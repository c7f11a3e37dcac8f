import type { JsonObject, JsonValue } from "@skyeworx/core";
import { isJsonObject } from "@skyeworx/core";
import type { RestoreReceipt, StoredItem } from "@skyeworx/engine";
import type { SiteBench } from "../site-bench.ts";

/** The members of an item's main record and its other parts, side by side. */
export function treeOf(item: StoredItem | undefined): JsonObject {
	const tree: Record<string, JsonValue> = {};
	for (const [part, value] of item?.parts ?? []) {
		if (part === "") Object.assign(tree, value);
		else tree[part] = value;
	}
	return tree;
}

/** The item of a snapshot that bears a name. */
export async function named(bench: SiteBench, kind: string, snapshotId: number, name: string): Promise<StoredItem> {
	for (const item of (await bench.items(kind, snapshotId)).values()) {
		const tree = treeOf(item);
		if (tree.name === name || tree.key === name) return item;
	}
	throw new Error(`no ${kind} named ${name} in snapshot ${snapshotId}`);
}

/** Restores items to their places. */
export async function restored(bench: SiteBench, snapshotId: number, ...items: readonly StoredItem[]): Promise<RestoreReceipt> {
	const selection = items.map(({ ref }) => ({ ref, snapshotId }));
	return await bench.restore(selection, { target: { type: "in-place" }, ifExists: "overwrite" });
}

/** What a receipt says of each field that is not as it was. */
export function lessThanExact(receipt: RestoreReceipt): readonly string[] {
	return receipt.items.flatMap((item) => [
		...(item.outcome === "failed" ? [`${item.ref.kind} failed: ${item.reason}`] : []),
		...item.fields.filter((field) => field.result !== "exact").map((field) => `${item.ref.kind} ${field.field}: ${field.result}`),
		...item.problems.map((problem) => `${item.ref.kind} ${problem.field}: ${problem.reason}`),
	]);
}

/** The entries of a list by their names. */
export function byName(list: JsonValue | undefined): ReadonlyMap<string, JsonObject> {
	return new Map((Array.isArray(list) ? list : []).filter(isJsonObject).map((one) => [String(one.name), one]));
}
