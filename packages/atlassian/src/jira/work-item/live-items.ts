import type { ItemRef, JsonValue } from "@skyeworx/core";
import type { LiveItem, StoredFile } from "@skyeworx/engine";
import type { AppSite } from "../../app-reader.ts";
import type { SiteFields } from "../site-fields.ts";
import { openAttachment } from "./attachments.ts";
import type { BulkProperties } from "./bulk-properties.ts";
import { bulkFetchLimit, type FetchOptions, fetchHistories, fetchItems } from "./fetch-items.ts";
import { listsToAsk, readLists, tellsOfRemoteLinks } from "./item-lists.ts";
import { attachmentsOf, recordsOf, type WorkItemRecord, workItemRef } from "./record.ts";

/** Reads work items as they are now, in the shape a backup stores; two requests for 100 of them, and one for each list that is not empty. */
export async function liveWorkItems(
	site: AppSite,
	fields: SiteFields,
	asked: { readonly refs: readonly ItemRef[]; readonly bulk: BulkProperties; readonly signal: AbortSignal | undefined },
): Promise<readonly LiveItem[]> {
	const options: FetchOptions = { client: site.client, fields, signal: asked.signal, bulk: asked.bulk };
	const live: LiveItem[] = [];
	for (let start = 0; start < asked.refs.length; start += bulkFetchLimit) {
		const ids = asked.refs.slice(start, start + bulkFetchLimit).map((ref) => ref.id);
		const { items } = await fetchItems(options, ids);
		const found = new Map(items.map((item) => [item.id, item]));
		const histories: ReadonlyMap<string, readonly JsonValue[]> =
			items.length === 0 ? new Map() : await fetchHistories(options, [...found.keys()]);
		live.push(
			...(await Promise.all(
				ids.map(async (id): Promise<LiveItem> => {
					const [item, ref] = [found.get(id), workItemRef(id)];
					if (item === undefined) return { ref, state: "absent" };
					const history = histories.get(id) ?? [];
					const lists = await readLists(options, item, listsToAsk(item, tellsOfRemoteLinks(history), options));
					const parts = new Map([...recordsOf(item), ...(history.length > 0 ? [["history", history] as const] : []), ...lists.parts]);
					const covers = ["comments", "worklogs", "history", ...lists.known];
					return { ref, state: "live", item: { ref, parts, files: filesOf(options, item), covers } };
				}),
			)),
		);
	}
	return live;
}

function filesOf(options: FetchOptions, item: WorkItemRecord): readonly StoredFile[] {
	return attachmentsOf(item.main).map(({ id, size }) => ({
		part: `file/${id}`,
		size,
		async *open(signal) {
			yield* await openAttachment(options.client, id, { signal });
		},
	}));
}
