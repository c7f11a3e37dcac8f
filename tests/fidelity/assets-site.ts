import type { JsonObject, JsonValue } from "@skyeworx/core";
import { isJsonObject } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import type { SiteBench } from "../site-bench.ts";

export const schemaKind = "jsm.asset-schema";
export const objectKind = "jsm.asset-object";

/** Where the Assets of a bench's site are. */
export const assetsOf = (bench: SiteBench): string => `/jsm/assets/workspace/${bench.simulator.state.assets.workspaceId}/v1`;

/** The main record of an item. */
export function recordOf(item: StoredItem | undefined): JsonObject {
	const record = item?.parts.get("");
	if (record === undefined || !isJsonObject(record)) throw new Error("the item is not there");
	return record;
}

/** What an object says, without ids and times: comparable when it was made again. */
export function spoken(item: StoredItem | undefined): JsonObject {
	const record = recordOf(item);
	const values = Object.entries(record)
		.filter(([name]) => name.startsWith("attribute/"))
		.map(([, value]) => value as { readonly name: string; readonly values: readonly JsonObject[] })
		.map(({ name, values: list }): readonly [string, JsonValue] => [name, list.map(words).toSorted()]);
	return { label: record.label ?? null, type: (record.objectType as JsonObject).name ?? null, ...Object.fromEntries(values.toSorted()) };
}

function words(value: JsonObject): string {
	const [meant] = Object.values(value);
	return isJsonObject(meant ?? null)
		? String((meant as JsonObject).label ?? (meant as JsonObject).accountId ?? (meant as JsonObject).name)
		: String(meant);
}

/** The one object of that label. */
export async function objectCalled(bench: SiteBench, snapshotId: number, label: string): Promise<StoredItem> {
	const items = [...(await bench.items(objectKind, snapshotId)).values()];
	const found = items.find((item) => recordOf(item).label === label);
	if (found === undefined) throw new Error(`no object called ${label} in snapshot ${snapshotId}`);
	return found;
}

/** Everything of Assets as the site has it, to prove what changed. */
export const picture = ({ simulator }: SiteBench): string =>
	JSON.stringify(simulator.state.assets, (_name, value: unknown) => (value instanceof Map ? Object.fromEntries(value) : value));
