import type { Catalog, CatalogHit, CatalogItem, CatalogSpace } from "@skyeworx/catalog";
import type { Absence, ItemDetail, ItemHit, ItemSummary, RelatedItem, Space } from "@skyeworx/contract";
import type { ItemRef, KindId } from "@skyeworx/core";
import type { KindDefinition } from "@skyeworx/engine";

const relatedShown = 200;

/** What is known of items of a kind that the site does not show any more; of a kind that is not known, nothing. */
export function absenceOf(kind: Pick<KindDefinition, "absence"> | undefined): Absence {
	return kind?.absence ?? "deleted-or-hidden";
}

/** An item of the catalog as the API shows it. */
function itemSummaryBody({ siteId, kinds }: BodyPorts, item: Omit<CatalogHit, "snippet">): ItemSummary {
	const kindOf = (id: KindId) => kinds.find((kind) => kind.id === id);
	return {
		siteId,
		ref: item.ref,
		app: item.app,
		key: item.key ?? null,
		title: item.title,
		space: item.space ?? null,
		parent: item.parent ?? null,
		position: item.position ?? null,
		type: item.type ?? null,
		status: item.status ?? null,
		state: item.state,
		absence: item.state === "deleted" ? absenceOf(kindOf(item.ref.kind)) : null,
		createdAt: item.createdAt ?? null,
		updatedAt: item.updatedAt ?? null,
		updatedBy: item.updatedBy?.name ?? null,
		deletedAt: item.deletedAt ?? null,
		firstSnapshotId: item.firstSnapshotId,
		lastSnapshotId: item.lastSnapshotId,
		versions: item.versions,
		url: item.url ?? null,
		files: item.files.map((file) => ({ ...file })),
	};
}

/** What tells which items are one and the same. */
type Incarnations = Pick<Catalog, "item" | "lineage">;

export interface BodyPorts {
	readonly siteId: string;
	readonly kinds: readonly KindDefinition[];
}

export function itemHitBody(ports: BodyPorts & { readonly catalog: Incarnations }, hit: CatalogHit): ItemHit {
	return { ...itemSummaryBody(ports, hit), snippet: hit.snippet ?? null, successor: successorOf(ports.catalog, hit) };
}

/** The newest incarnation of a deleted item that is still there. */
function successorOf(catalog: Incarnations, hit: CatalogHit): ItemHit["successor"] {
	if (hit.state !== "deleted") return null;
	for (const ref of catalog.lineage(hit.ref).toReversed()) {
		const known = catalog.item(ref);
		if (known?.state === "live") return { ref, key: known.key ?? null, title: known.title };
	}
	return null;
}

export function spaceBody(space: CatalogSpace): Space {
	return { ...space };
}

/** Everything the catalog knows of an item: its history over all incarnations, and what it is related to. */
export function itemDetailBody({ catalog, ...ports }: BodyPorts & { readonly catalog: Catalog }, item: CatalogItem): ItemDetail {
	const lineage = catalog.lineage(item.ref);
	const history = lineage.flatMap((ref) => catalog.versions(ref).map((version) => ({ ref, ...version })));
	return {
		...itemSummaryBody(ports, item),
		people: [...item.people],
		history: history
			.toSorted((a, b) => b.snapshotId - a.snapshotId)
			.map((version) => ({ ...version, updatedAt: version.updatedAt ?? null, updatedBy: version.updatedBy ?? null })),
		lineage: lineage.flatMap((ref) => {
			const known = catalog.item(ref);
			return known === undefined ? [] : [{ ref, key: known.key ?? null, title: known.title, state: known.state }];
		}),
		related: relatedItems(catalog, item),
		restorable: ports.kinds.find((kind) => kind.id === item.ref.kind)?.restore !== undefined,
	};
}

function relatedItems(catalog: Catalog, item: CatalogItem): RelatedItem[] {
	const children = catalog.search({ parent: item.ref, limit: relatedShown, order: "position" }).hits.map((hit) => hit.ref);
	const groups: readonly (readonly [RelatedItem["relation"], readonly ItemRef[]])[] = [
		["parent", item.parent === undefined ? [] : [item.parent]],
		["child", children],
		["references", item.references],
		["referenced-by", catalog.referencedBy(item.ref)],
	];
	return groups.flatMap(([relation, refs]) =>
		refs.slice(0, relatedShown).flatMap((ref) => {
			const other = catalog.item(ref);
			if (other === undefined) return [];
			return [{ ref, relation, key: other.key ?? null, title: other.title, type: other.type ?? null, state: other.state }];
		}),
	);
}
