import type { ItemRef } from "@skyeworx/core";
import type { LiveItem, StoredFile } from "@skyeworx/engine";
import type { AppSite } from "../../app-reader.ts";
import { openAttachment } from "./attachments.ts";
import { bulkFetchLimit, type FetchOptions, fetchHistories, fetchItems } from "./fetch-items.ts";
import { partsOf } from "./read-work-items.ts";
import { attachmentsOf, type WorkItemRecord, workItemRef } from "./record.ts";

/** Reads work items as they are now, in the shape a backup stores; two requests for 100 of them. */
export async function liveWorkItems(
	site: AppSite,
	fieldNames: ReadonlyMap<string, string>,
	asked: { readonly refs: readonly ItemRef[]; readonly signal: AbortSignal | undefined },
): Promise<readonly LiveItem[]> {
	const options: FetchOptions = { client: site.client, fieldNames, signal: asked.signal };
	const live: LiveItem[] = [];
	for (let start = 0; start < asked.refs.length; start += bulkFetchLimit) {
		const ids = asked.refs.slice(start, start + bulkFetchLimit).map((ref) => ref.id);
		const { items } = await fetchItems(options, ids);
		const found = new Map(items.map((item) => [item.id, item]));
		const histories = items.length === 0 ? new Map() : await fetchHistories(options, [...found.keys()]);
		for (const id of ids) {
			const item = found.get(id);
			const ref = workItemRef(id);
			if (item === undefined) live.push({ ref, state: "absent" });
			else
				live.push({ ref, state: "live", item: { ref, parts: partsOf(item, histories.get(id) ?? [], {}), files: filesOf(options, item) } });
		}
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
