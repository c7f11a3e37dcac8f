import type { Catalog, CatalogVersion } from "@skyeworx/catalog";
import type { ItemRef } from "@skyeworx/core";
import { spaceName } from "../access/limits.ts";

interface Placed {
	readonly app: string;
	readonly space?: { readonly id: string };
}

/** The space that an item lies in, as `jira:10001`; a space lies in itself. Undefined for what belongs to a whole site. */
export function spaceNameOf(ref: ItemRef, { app, space }: Placed): string | undefined {
	const id = ref.kind.endsWith(".space") ? ref.id : space?.id;
	return id === undefined ? undefined : spaceName(app, id);
}

/** Whether somebody who is limited to spaces (null: to none) may see an item that lies where `placed` says. */
export function isWithin(within: ReadonlySet<string> | null, ref: ItemRef, placed: Placed): boolean {
	if (within === null) return true;
	const name = spaceNameOf(ref, placed);
	return name !== undefined && within.has(name);
}

/**
 * A catalog in which only what lies in some spaces exists. Each version of an item is judged by the space that it lay in then: what
 * was moved away is not seen where it is now, and what came from elsewhere is not seen as it was there.
 */
export function limitCatalog(catalog: Catalog, within: ReadonlySet<string>): Catalog {
	const item: Catalog["item"] = (ref, asOf) => {
		const found = catalog.item(ref, asOf);
		return found !== undefined && isWithin(within, ref, found) ? found : undefined;
	};
	const seen = (ref: ItemRef) => item(ref) !== undefined;
	return {
		...pass(catalog),
		search: (query) => catalog.search({ ...query, within: [...within] }),
		item,
		findByKey: (key) => catalog.findByKey(key).filter((found) => isWithin(within, found.ref, found)),
		versions: (ref) => catalog.versions(ref).filter((version) => item(ref, judgedAt(catalog, ref, version)) !== undefined),
		spaces: (asOf) => catalog.spaces(asOf).filter((space) => within.has(spaceName(space.app, space.id))),
		sample: (wanted, random) => {
			const both = wanted.within === undefined ? [...within] : wanted.within.filter((name) => within.has(name));
			return catalog.sample({ ...wanted, within: both }, random);
		},
		referencedBy: (ref) => catalog.referencedBy(ref).filter(seen),
		lineage: (ref) => catalog.lineage(ref).filter(seen),
	};
}

/** A deletion is judged by what was deleted. */
function judgedAt(catalog: Catalog, ref: ItemRef, version: CatalogVersion): number {
	if (version.state !== "deleted") return version.snapshotId;
	const before = catalog.versions(ref).findLast((other) => other.snapshotId < version.snapshotId && other.state !== "deleted");
	return before?.snapshotId ?? version.snapshotId;
}

function pass(catalog: Catalog): Pick<Catalog, "position" | "apply" | "retain" | "recordLineage" | "counts" | "close"> {
	return {
		position: () => catalog.position(),
		apply: async (snapshot, changes) => await catalog.apply(snapshot, changes),
		retain: async (snapshots) => await catalog.retain(snapshots),
		recordLineage: (from, to) => catalog.recordLineage(from, to),
		counts: (asOf) => catalog.counts(asOf),
		close: () => catalog.close(),
	};
}
