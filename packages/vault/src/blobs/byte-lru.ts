/** Keeps what was loaded last, up to a number of bytes; several who ask at once load once. */
export class ByteLru<V> {
	readonly #capacity: number;
	readonly #items = new Map<string, { value: Promise<V>; size: number }>();
	#size = 0;

	constructor(capacity: number) {
		this.#capacity = capacity;
	}

	get(key: string, load: () => Promise<V>, sizeOf: (value: V) => number): Promise<V> {
		const known = this.#items.get(key);
		if (known !== undefined) {
			this.#items.delete(key);
			this.#items.set(key, known);
			return known.value;
		}
		const item = { value: load(), size: 0 };
		this.#items.set(key, item);
		item.value.then(
			(value) => this.#loaded(key, item, sizeOf(value)),
			() => {
				if (this.#items.get(key) === item) this.#items.delete(key);
			},
		);
		return item.value;
	}

	/** Forgets everything; what is being loaded is answered and not kept. */
	clear(): void {
		this.#items.clear();
		this.#size = 0;
	}

	#loaded(key: string, item: { size: number }, size: number): void {
		if (this.#items.get(key) !== item) return;
		item.size = size;
		this.#size += size;
		for (const [oldest, old] of this.#items) {
			if (this.#size <= this.#capacity) return;
			if (old === item) continue;
			this.#items.delete(oldest);
			this.#size -= old.size;
		}
	}
}
