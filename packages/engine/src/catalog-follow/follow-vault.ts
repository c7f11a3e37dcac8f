import type { Catalog, CatalogChange } from "@skyeworx/catalog";
import type { ItemRef } from "@skyeworx/core";
import type { EntryChange, EntryFacts, SnapshotInfo, SnapshotReader, Vault } from "@skyeworx/vault";
import type { KindDefinition } from "../connector/connector.ts";
import { isFilePart, storedItemFrom } from "../items/read-stored-item.ts";
import { lineageKind, readLineage } from "../restore/lineage.ts";

export interface FollowOptions {
	readonly vault: Vault;
	readonly catalog: Catalog;
	readonly kinds: readonly KindDefinition[];
	readonly site: { readonly url: string };
	readonly signal?: AbortSignal;
	readonly onSnapshot?: (snapshot: SnapshotInfo) => void;
}

/**
 * Brings the catalog up to the vault's newest complete snapshot, one snapshot after another; the cost follows the
 * differences. What the vault has forgotten the catalog forgets first: nobody finds what can't be restored, and the difference is
 * taken from a snapshot that both have. Run on an empty catalog it rebuilds it.
 */
export async function followVault(options: FollowOptions): Promise<void> {
	const { vault, catalog } = options;
	const kept = vault.snapshots().filter((snapshot) => snapshot.complete);
	await catalog.retain(kept.map((snapshot) => snapshot.id));
	const position = catalog.position() ?? -1;
	let before = kept.findLast((snapshot) => snapshot.id <= position);
	for (const snapshot of kept.filter((candidate) => candidate.id > position)) {
		options.signal?.throwIfAborted();
		const reader = await vault.snapshot(snapshot.id);
		const lineage: { from: ItemRef; to: ItemRef }[] = [];
		await catalog.apply({ id: snapshot.id, at: snapshot.at }, changesOf(options, before, reader, lineage));
		for (const { from, to } of lineage) catalog.recordLineage(from, to);
		options.onSnapshot?.(snapshot);
		before = snapshot;
	}
}

async function* changesOf(
	options: FollowOptions,
	before: SnapshotInfo | undefined,
	after: SnapshotReader,
	lineage: { from: ItemRef; to: ItemRef }[],
): AsyncIterable<CatalogChange> {
	const kinds = new Map(options.kinds.map((kind) => [kind.id, kind]));
	for await (const ref of changedItems(options.vault.compare(before?.id, after.info.id))) {
		options.signal?.throwIfAborted();
		if (ref.kind === lineageKind) {
			const link = await readLineage(after, ref);
			if (link !== undefined) lineage.push(link);
			continue;
		}
		const kind = kinds.get(ref.kind);
		if (kind !== undefined) yield await changeOf(kind, after, ref, options.site);
	}
}

/** Joins the parts of an item: tree order keeps them together. */
async function* changedItems(changes: AsyncIterable<EntryChange>): AsyncIterable<ItemRef> {
	let current: ItemRef | undefined;
	for await (const { key } of changes) {
		if (current?.kind === key.kind && current.id === key.id) continue;
		current = { kind: key.kind, id: key.id };
		yield current;
	}
}

async function changeOf(
	kind: KindDefinition,
	snapshot: SnapshotReader,
	ref: ItemRef,
	site: { readonly url: string },
): Promise<CatalogChange> {
	const entries: EntryFacts[] = [];
	for await (const facts of snapshot.entries(ref)) entries.push(facts);
	if (!entries.some((facts) => facts.part === "")) return { type: "delete", ref };
	const item = await storedItemFrom(snapshot, ref, entries, kind.describedBy);
	const contentHash = entries
		.filter((facts) => !isFilePart(facts.part) && kind.beside?.includes(facts.part) !== true)
		.map((facts) => facts.contentIds.join("."))
		.join("/");
	return { type: "upsert", ref, facts: kind.describe(item, site), contentHash };
}
