import type { ItemRef } from "@skyeworx/core";
import type { KindRestore, LiveItem } from "@skyeworx/engine";
import type { AppSite } from "../../../../app-reader.ts";
import { ask, findWorkspace, openAssets } from "../../workspace.ts";
import { fetchObjectsNow, idOf } from "../read-objects.ts";
import { applyObject, finishObject } from "./apply-object.ts";
import { objectReceipt } from "./object-receipt.ts";
import { planObjects } from "./plan-objects.ts";
import { SchemasNow } from "./schema-now.ts";

/** The restore half of asset objects: values first, then references, so that objects may refer to each other in circles. */
export function assetObjectRestore(site: AppSite): KindRestore {
	const schemas = new SchemasNow();
	return {
		reachesOtherSites: true,
		finishesUndo: true,
		plan: (wanted, live, options, selection = []) => planObjects(site, { wanted, live, options, selection }),
		apply: (context, plan, wanted) => applyObject(site, schemas, { context, plan, wanted }),
		finish: (context, plan, wanted, result) => finishObject(site, schemas, { context, plan, wanted }, result),
		async undoCreated({ ref, part }, { signal }) {
			if (part !== "") return "kept";
			const assets = await openAssets(site.client, signal);
			await ask(assets, { method: "DELETE", path: "object/{id}", parameters: { id: ref.id }, accept: [404] });
			return "undone";
		},
		receipt: objectReceipt,
	};
}

/** Reads objects as they are now: one request for each hundred. */
export async function liveAssetObjects(
	site: AppSite,
	{ refs, signal }: { readonly refs: readonly ItemRef[]; readonly signal: AbortSignal | undefined },
): Promise<readonly LiveItem[]> {
	const workspaceId = await findWorkspace(site.client, signal);
	if (workspaceId === undefined) return refs.map((ref) => ({ ref, state: "absent" }));
	const assets = { client: site.client, workspaceId, signal };
	const ids = refs.map(({ id }) => id);
	const there = new Map((await fetchObjectsNow(assets, ids)).map((record) => [idOf(record), record]));
	return refs.map((ref): LiveItem => {
		const record = there.get(ref.id);
		if (record === undefined) return { ref, state: "absent" };
		return { ref, state: "live", item: { ref, parts: new Map([["", record]]), files: [] } };
	});
}
