import { type ItemRef, isJsonObject, itemRefText, type JsonObject } from "@skyeworx/core";
import type { RestoreReceipt } from "@skyeworx/engine";
import type { SiteBench } from "../site-bench.ts";

/** The kinds that a restore brings back. */
export const restorable = ["jira.work-item", "confluence.page", "confluence.blog-post"] as const;

const objects = (list: unknown): readonly JsonObject[] => (Array.isArray(list) ? list.filter(isJsonObject) : []);

/** All spaces of the site, as the rogue script's form names them. */
export async function damagedSpaces(bench: SiteBench): Promise<readonly string[]> {
	const projects = await bench.call("GET", "/rest/api/3/project/search?maxResults=50");
	const spaces = await bench.call("GET", "/wiki/api/v2/spaces?limit=50");
	return [...objects(projects.values).map(({ id }) => `jira:${id}`), ...objects(spaces.results).map(({ id }) => `confluence:${id}`)];
}

/** Sends the form on the simulator's home page that edits and deletes in one space. */
export async function runRogueScript(bench: SiteBench, space: string): Promise<void> {
	const address = `${bench.simulator.url}/_simulator/pages/rogue-script`;
	const answer = await fetch(address, { method: "POST", redirect: "manual", body: new URLSearchParams({ space }) });
	if (answer.status !== 303) throw new Error(`the rogue script answered ${answer.status}`);
}

/** All items of a snapshot that can be restored. */
async function everything(bench: SiteBench, snapshotId: number): Promise<readonly ItemRef[]> {
	const refs: ItemRef[] = [];
	for (const kind of restorable) for (const id of (await bench.items(kind, snapshotId)).keys()) refs.push({ kind, id });
	return refs;
}

/** Restores all that a snapshot holds, in place. */
export async function restoreEverything(bench: SiteBench, snapshotId: number): Promise<RestoreReceipt> {
	const selection = (await everything(bench, snapshotId)).map((ref) => ({ ref, snapshotId }));
	return await bench.restore(selection, { target: { type: "in-place" }, ifExists: "overwrite" });
}

/** What did not come back: one line a field or item. */
export function failedFields(receipt: RestoreReceipt): readonly string[] {
	return receipt.items.flatMap((item) => [
		...(item.outcome === "failed" ? [`${itemRefText(item.ref)}: ${item.reason ?? "failed"}`] : []),
		...item.fields
			.filter((field) => field.result === "failed")
			.map((field) => `${itemRefText(item.ref)} ${field.field}: ${field.reason ?? "failed"}`),
	]);
}
