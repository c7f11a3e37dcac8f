import type { RestorePlanInput } from "@skyeworx/contract";
import { maxPlanItems } from "@skyeworx/contract";
import { AppError, type ItemRef } from "@skyeworx/core";
import type { RestoreSelection } from "@skyeworx/engine";
import type { SiteRuntime } from "../sites/site-runtimes.ts";

type Query = NonNullable<RestorePlanInput["query"]>;
const pageSize = 200;

/** Names the items and versions that a request means. @throws AppError `bad-input` when there are none, or too many */
export function selectItems(runtime: SiteRuntime, input: Pick<RestorePlanInput, "items" | "query">): RestoreSelection[] {
	if (input.items !== undefined) {
		return input.items.map(({ kind, id, version }) => ({ ref: { kind, id }, snapshotId: version }));
	}
	const found = queried(runtime, input.query ?? {});
	if (found.length === 0) {
		throw new AppError("bad-input", "The query matches no item that can be restored", { hint: "Try the same query in the search first." });
	}
	return found;
}

function queried(runtime: SiteRuntime, query: Query): RestoreSelection[] {
	const { q, kinds, spaceId, state, changedSince, asOf } = query;
	const found: RestoreSelection[] = [];
	let cursor: string | undefined;
	do {
		const page = runtime.catalog.search({
			limit: pageSize,
			order: "key",
			...(q !== undefined && { text: q }),
			...(kinds !== undefined && { kinds }),
			...(spaceId !== undefined && { spaceId }),
			...(state !== undefined && { state }),
			...(changedSince !== undefined && { changedSince }),
			...(cursor !== undefined && { cursor }),
		});
		for (const hit of page.hits) {
			const snapshotId = versionAt(runtime, hit.ref, asOf);
			if (snapshotId !== undefined) found.push({ ref: hit.ref, snapshotId });
		}
		cursor = page.nextCursor;
		if (found.length > maxPlanItems) {
			throw new AppError("bad-input", `The query matches more than ${maxPlanItems} items`, {
				hint: "Narrow it, for example to one space.",
			});
		}
	} while (cursor !== undefined);
	return found;
}

/** The newest version that exists at or before `asOf`: for a deleted item, the one before its deletion. */
function versionAt(runtime: SiteRuntime, ref: ItemRef, asOf: number | undefined): number | undefined {
	return runtime.catalog
		.versions(ref)
		.findLast((version) => version.state !== "deleted" && (asOf === undefined || version.snapshotId <= asOf))?.snapshotId;
}
