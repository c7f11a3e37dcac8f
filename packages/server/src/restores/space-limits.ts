import type { RestoreTargetBody } from "@skyeworx/contract";
import type { KindDefinition } from "@skyeworx/engine";
import { sql } from "kysely";
import { spaceName } from "../access/limits.ts";
import { noSuch, type Principal, spacesWithin } from "../access/principal.ts";
import { isWithin, spaceNameOf } from "../items/limited-catalog.ts";
import type { SiteView } from "../items/site-view.ts";
import type { SiteRuntime } from "../sites/site-runtimes.ts";
import type { PlanRequest } from "./plan-body.ts";

/** What stands for the lack of a space: nobody who is limited to spaces sees it. */
const nowhere = "";
const liveBatch = 100;

/** The spaces that chosen versions lie in, kept beside plans and restores: they say who may see those. */
export function spaceNamesOf({ catalog }: Pick<SiteRuntime, "catalog">, selection: PlanRequest["selection"]): string[] {
	const names = selection.map(({ ref, snapshotId }) => {
		const item = catalog.item(ref, snapshotId) ?? catalog.item(ref);
		return item === undefined ? nowhere : (spaceNameOf(ref, item) ?? nowhere);
	});
	return [...new Set(names)].sort();
}

/** Whether somebody may see a plan or a restore: all of its items lie in spaces that they may see. */
export function maySeeSpaces(
	principal: Principal,
	row: { readonly site_id: string; readonly space_names: readonly string[] | null },
): boolean {
	const within = spacesWithin(principal, row.site_id);
	return within === null || (row.space_names?.every((name) => within.has(name)) ?? false);
}

/** The same as a condition on `restores`; undefined when everything may be seen. */
export function visibleRestores({ spaces }: Principal) {
	if (spaces === null) return undefined;
	const sites = [...spaces].map(
		([siteId, names]) => sql<boolean>`(restores.site_id = ${siteId}::uuid and restores.space_names <@ ${[...names]}::text[])`,
	);
	return sites.length === 0 ? sql<boolean>`false` : sql<boolean>`(${sql.join(sites, sql` or `)})`;
}

/**
 * Whoever is limited to spaces may restore only what lies in them, then and now, and only into them.
 * @throws AppError `not-found`: what lies elsewhere looks like what does not exist
 */
export function requireSelectable(view: SiteView, { selection, target }: Pick<PlanRequest, "selection" | "target">): void {
	const { within, catalog } = view;
	if (within === null) return;
	for (const { ref, snapshotId } of selection) {
		if (catalog.item(ref) === undefined || catalog.item(ref, snapshotId) === undefined) throw noSuch("item");
		requireTarget(within, ref.kind, target);
	}
}

function requireTarget(within: ReadonlySet<string>, kind: string, target: RestoreTargetBody): void {
	const spaceId = "spaceId" in target ? target.spaceId : undefined;
	if (spaceId !== undefined && !within.has(spaceName(kind.split(".")[0] ?? "", spaceId))) throw noSuch("space");
}

/** The items may have been moved since the last backup: a plan would show, and change, them where they are now. @throws AppError `not-found` */
export async function requireLiveWithin(
	ports: { readonly kinds: readonly KindDefinition[] },
	runtime: SiteRuntime,
	within: ReadonlySet<string> | null,
	selection: PlanRequest["selection"],
): Promise<void> {
	if (within === null) return;
	const refs = selection.map(({ ref }) => runtime.catalog.lineage(ref).at(-1) ?? ref);
	for (let start = 0; start < refs.length; start += liveBatch) {
		for (const live of await runtime.live.readLive(refs.slice(start, start + liveBatch))) {
			if (live.state === "absent") continue;
			const kind = ports.kinds.find((known) => known.id === live.ref.kind);
			if (kind === undefined || !isWithin(within, live.ref, kind.describe(live.item, { url: runtime.url }))) throw noSuch("item");
		}
	}
}
