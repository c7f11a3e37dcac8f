import { type ItemRef, itemRefText } from "@skyeworx/core";
import type { KindCounts } from "./descriptor.ts";

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

/** Counts items, not parts: an item observed in five parts is one. Memory follows what changed. */
export class Tally {
	readonly #counts: Map<string, Mutable<KindCounts>>;
	readonly #changed = new Set<string>();

	constructor(start: Readonly<Record<string, KindCounts>> = {}) {
		this.#counts = new Map(Object.entries(start).map(([kind, counts]) => [kind, { ...counts }]));
	}

	#of(kind: string): Mutable<KindCounts> {
		let counts = this.#counts.get(kind);
		if (counts === undefined) {
			counts = { seen: 0, created: 0, changed: 0, deleted: 0, unreadable: 0 };
			this.#counts.set(kind, counts);
		}
		return counts;
	}

	seen(kind: string): void {
		this.#of(kind).seen += 1;
	}
	created(kind: string): void {
		this.#of(kind).created += 1;
	}
	/** However often it is said of one item, it counts once. */
	changed(ref: ItemRef): void {
		const text = itemRefText(ref);
		if (this.#changed.has(text)) return;
		this.#changed.add(text);
		this.#of(ref.kind).changed += 1;
	}
	deleted(kind: string): void {
		this.#of(kind).deleted += 1;
	}
	unreadable(kind: string): void {
		this.#of(kind).unreadable += 1;
	}
	counts(): Record<string, KindCounts> {
		return Object.fromEntries([...this.#counts].map(([kind, counts]) => [kind, { ...counts }]));
	}
}
