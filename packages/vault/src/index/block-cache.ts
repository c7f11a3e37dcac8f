/** Keeps the blocks that were read last, over all segments that share it; 8 KB each. */
export class BlockCache {
	readonly #capacity: number;
	/** By owner and block in one number: a string for each look-up would be the larger part of its garbage. */
	readonly #blocks = new Map<number, Uint8Array>();
	readonly #owners = new WeakMap<object, number>();
	#lastOwner = 0;

	/** @param capacity number of blocks */
	constructor(capacity = 1024) {
		this.#capacity = capacity;
	}

	#place(owner: object, block: number): number {
		let number = this.#owners.get(owner);
		if (number === undefined) {
			number = ++this.#lastOwner;
			this.#owners.set(owner, number);
		}
		return number * 2 ** 24 + block;
	}

	get(owner: object, block: number): Uint8Array | undefined {
		const place = this.#place(owner, block);
		const entries = this.#blocks.get(place);
		if (entries === undefined) return undefined;
		this.#blocks.delete(place);
		this.#blocks.set(place, entries);
		return entries;
	}

	clear(): void {
		this.#blocks.clear();
	}

	/** @param block below 2^24 */
	set(owner: object, block: number, entries: Uint8Array): void {
		this.#blocks.set(this.#place(owner, block), entries);
		if (this.#blocks.size <= this.#capacity) return;
		const oldest = this.#blocks.keys().next();
		if (oldest.done !== true) this.#blocks.delete(oldest.value);
	}
}
