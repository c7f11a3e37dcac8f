/** Keeps the blocks that were read last, over all segments that share it; 32 KB each. */
export class BlockCache {
	readonly #capacity: number;
	readonly #blocks = new Map<string, Uint8Array>();
	readonly #owners = new WeakMap<object, number>();
	#lastOwner = 0;

	/** @param capacity number of blocks */
	constructor(capacity = 128) {
		this.#capacity = capacity;
	}

	#name(owner: object, block: number): string {
		let number = this.#owners.get(owner);
		if (number === undefined) {
			number = ++this.#lastOwner;
			this.#owners.set(owner, number);
		}
		return `${number}/${block}`;
	}

	get(owner: object, block: number): Uint8Array | undefined {
		const name = this.#name(owner, block);
		const entries = this.#blocks.get(name);
		if (entries === undefined) return undefined;
		this.#blocks.delete(name);
		this.#blocks.set(name, entries);
		return entries;
	}

	set(owner: object, block: number, entries: Uint8Array): void {
		this.#blocks.set(this.#name(owner, block), entries);
		if (this.#blocks.size <= this.#capacity) return;
		const oldest = this.#blocks.keys().next();
		if (oldest.done !== true) this.#blocks.delete(oldest.value);
	}
}
