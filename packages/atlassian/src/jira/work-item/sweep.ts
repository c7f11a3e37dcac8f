import { canonicalJson, type JsonValue } from "@skyeworx/core";
import type { BackupRequest } from "@skyeworx/engine";
import { bulkFetchLimit, type FetchOptions, fetchItems } from "./fetch-items.ts";
import { IdList } from "./id-list.ts";
import { type WorkItemRecord, workItemRef } from "./record.ts";

/** What a sweep found, and how far it went. */
export interface Sweep {
	/** Items that differ from what the vault holds though nothing said that they changed. */
	readonly changed: IdList;
	/** The highest id looked at; 0 after the last one, to begin anew. */
	readonly upTo: number;
}

export interface SweepSetup {
	readonly options: FetchOptions;
	readonly request: Pick<BackupRequest, "known">;
	readonly census: IdList;
	/** Read in this run anyway. */
	readonly wanted: IdList;
	/** Where the last run's sweep ended. */
	readonly after: number;
}

/**
 * Looks at the next hundred items of the site, whether or not anything says that they changed: a link does not move `updated` on
 * both sides, and an index may lose a change for good. One request a run, so that whatever was missed is found in time.
 */
export async function sweep(setup: SweepSetup): Promise<Sweep> {
	const [ids = []] = setup.census.slices(bulkFetchLimit, setup.after);
	const unread = ids.filter((id) => !setup.wanted.has(Number(id)));
	const upTo = ids.length < bulkFetchLimit ? 0 : Number(ids.at(-1));
	if (unread.length === 0) return { changed: new IdList([]), upTo };
	const { items } = await fetchItems(setup.options, unread);
	const changed: number[] = [];
	for (const item of items) if (await differs(setup, item)) changed.push(Number(item.id));
	return { changed: new IdList(changed), upTo };
}

async function differs({ request }: SweepSetup, item: WorkItemRecord): Promise<boolean> {
	const ref = workItemRef(item.id);
	const parts: readonly (readonly [string, JsonValue])[] = [
		["", item.main],
		["comments", item.comments],
		["worklogs", item.worklogs],
	];
	for (const [part, value] of parts) {
		const known = await request.known(ref, part);
		const held = known === undefined || known === "file" ? [] : known;
		if (canonicalJson(held) !== canonicalJson(value)) return true;
	}
	return false;
}
