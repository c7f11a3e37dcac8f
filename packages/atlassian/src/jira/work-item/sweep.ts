import { canonicalJson, type JsonValue } from "@skyeworx/core";
import type { BackupRequest } from "@skyeworx/engine";
import { listAt } from "../../record/json-access.ts";
import { stable } from "../../record/stable-record.ts";
import { bulkFetchLimit, type FetchOptions, fetchItems } from "./fetch-items.ts";
import { IdList } from "./id-list.ts";
import { listsToAsk, readLists, tellsOfRemoteLinks } from "./item-lists.ts";
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
	for (const [index, item] of items.entries()) {
		if ((await differs(setup, item)) || (index < listsASweep && (await listsDiffer(setup, item)))) changed.push(Number(item.id));
	}
	return { changed: new IdList(changed), upTo };
}

/** A watcher who went and another who came leave the same number behind: some lists are looked at, too. */
const listsASweep = 10;

async function listsDiffer({ options, request }: SweepSetup, item: WorkItemRecord): Promise<boolean> {
	const ref = workItemRef(item.id);
	const history = await request.known(ref, "history");
	const lists = await readLists(options, item, listsToAsk(item, tellsOfRemoteLinks(history === "file" ? [] : listAt(history)), options));
	for (const name of lists.known) {
		const [now, held] = [lists.parts.get(name), await request.known(ref, name)];
		if (canonicalJson(now ?? null) !== canonicalJson(held ?? null)) return true;
	}
	return false;
}

async function differs({ request }: SweepSetup, item: WorkItemRecord): Promise<boolean> {
	const ref = workItemRef(item.id);
	const parts: readonly (readonly [string, JsonValue])[] = [
		["", item.main],
		["comments", item.comments],
		["worklogs", item.worklogs],
		...(item.properties === undefined ? [] : [["properties", stable(item.properties)] as const]),
	];
	for (const [part, value] of parts) {
		const known = await request.known(ref, part);
		const held = known === undefined || known === "file" ? [] : known;
		if (canonicalJson(held) !== canonicalJson(value)) return true;
	}
	return false;
}
