import type { Catalog } from "@skyeworx/catalog";
import { type ItemRef, itemRefText } from "@skyeworx/core";
import type { MappedItem } from "../connector/kind-restore.ts";

/** Nothing has another name: for putting things back exactly as they were. */
export const sameNames: Pick<ReferenceMap, "mapped" | "mappedKey"> = { mapped: () => undefined, mappedKey: () => undefined };

/**
 * What the items of a snapshot are called on the site now: those of this restore first, then those that an earlier restore
 * created again. Knows ids and keys, so that bodies can be rewritten.
 */
export class ReferenceMap {
	readonly #items = new Map<string, MappedItem>();
	readonly #keys = new Map<string, string>();
	readonly #catalog: Catalog | undefined;

	/** Without a catalog it knows what it is told and nothing else: on another site nothing else has a name. */
	constructor(catalog: Catalog | undefined) {
		this.#catalog = catalog;
	}

	/** Says that an item (known by a key and in bodies by a name) is now `to`. */
	add(from: { readonly ref: ItemRef; readonly key?: string; readonly name?: string }, to: MappedItem): void {
		this.#items.set(itemRefText(from.ref), to);
		if (from.key !== undefined && to.key !== undefined) this.#keys.set(from.key, to.key);
		if (from.name !== undefined && to.name !== undefined) this.#keys.set(from.name, to.name);
	}

	/** What the item is called now; undefined when it kept its name. */
	readonly mapped = (ref: ItemRef): MappedItem | undefined => {
		const known = this.#items.get(itemRefText(ref));
		if (known !== undefined || this.#catalog === undefined) return known;
		const newest = this.#catalog.lineage(ref).at(-1);
		if (newest === undefined || newest.id === ref.id) return undefined;
		const key = this.#catalog.item(newest)?.key;
		return { ref: newest, ...(key === undefined ? {} : { key }) };
	};

	/** The key that an item answers to now; undefined when the key still stands. */
	readonly mappedKey = (key: string): string | undefined => {
		const known = this.#keys.get(key);
		if (known !== undefined) return known === key ? undefined : known;
		const item = this.#catalog?.findByKey(key)[0];
		const now = item === undefined ? undefined : this.mapped(item.ref)?.key;
		return now === key ? undefined : now;
	};
}
