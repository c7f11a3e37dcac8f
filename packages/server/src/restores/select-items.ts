import type { RestorePlanInput } from "@skyeworx/contract";
import { maxPlanItems } from "@skyeworx/contract";
import { AppError, type ItemRef } from "@skyeworx/core";
import { type BlastRadius, blastRadius, type RestoreSelection } from "@skyeworx/engine";
import type { SiteRuntime } from "../sites/site-runtimes.ts";

type Query = NonNullable<RestorePlanInput["query"]>;
const pageSize = 200;

/** Names the items and versions that a request means. @throws AppError `bad-input` when there are none, or too many */
export async function selectItems(
	runtime: SiteRuntime,
	input: Pick<RestorePlanInput, "items" | "query" | "changedBy">,
): Promise<{ readonly selection: readonly RestoreSelection[]; readonly kept?: BlastRadius["kept"] }> {
	if (input.changedBy !== undefined) return await changedBy(runtime, input.changedBy);
	if (input.items === undefined) return { selection: found(runtime, input.query) };
	const selection = input.items.flatMap(({ kind, id, version, tree, fields }) => {
		const item = { ref: { kind, id }, snapshotId: version };
		const own = fields === undefined ? item : { ...item, fields };
		return tree === true ? [own, ...below(runtime, item)] : [own];
	});
	return { selection: limited(selection) };
}

async function changedBy(
	{ vault, catalog, live }: SiteRuntime,
	{ accountId, from, to, deletions }: NonNullable<RestorePlanInput["changedBy"]>,
) {
	const times = { from: new Date(from), to: new Date(to) };
	const query = { accountId, ...times, ...(deletions === true && { deletions }) };
	const radius = await blastRadius({ vault, catalog, kinds: live.kinds }, query);
	if (radius.selection.length > 0) return { selection: limited(radius.selection), kept: radius.kept };
	throw new AppError("bad-input", "This account changed nothing in that time that can be taken back", {
		hint: radius.kept[0]?.reason ?? "Check the account id and the times.",
	});
}

/** Everything below an item, as the chosen snapshot has it. */
function below(runtime: SiteRuntime, top: RestoreSelection): RestoreSelection[] {
	const tree: RestoreSelection[] = [];
	const open: ItemRef[] = [top.ref];
	for (let parent = open.shift(); parent !== undefined; parent = open.shift()) {
		let cursor: string | undefined;
		do {
			const asked = { parent, asOf: top.snapshotId, state: "any", order: "key", limit: pageSize } as const;
			const page = runtime.catalog.search(cursor === undefined ? asked : { ...asked, cursor });
			for (const { ref } of page.hits) {
				if (tree.some((known) => known.ref.id === ref.id && known.ref.kind === ref.kind)) continue;
				tree.push({ ref, snapshotId: top.snapshotId });
				open.push(ref);
			}
			cursor = page.nextCursor;
			limited(tree);
		} while (cursor !== undefined);
	}
	return tree;
}

function limited<T>(selection: readonly T[]): readonly T[] {
	if (selection.length <= maxPlanItems) return selection;
	throw new AppError("bad-input", `The selection holds more than ${maxPlanItems} items`, { hint: "Narrow it, for example to one space." });
}

function found(runtime: SiteRuntime, query: Query | undefined): RestoreSelection[] {
	const matches = queried(runtime, query ?? {});
	if (matches.length === 0) {
		throw new AppError("bad-input", "The query matches no item that can be restored", { hint: "Try the same query in the search first." });
	}
	return matches;
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
		limited(found);
	} while (cursor !== undefined);
	return found;
}

/** The newest version that exists at or before `asOf`: for a deleted item, the one before its deletion. */
function versionAt(runtime: SiteRuntime, ref: ItemRef, asOf: number | undefined): number | undefined {
	return runtime.catalog
		.versions(ref)
		.findLast((version) => version.state !== "deleted" && (asOf === undefined || version.snapshotId <= asOf))?.snapshotId;
}
