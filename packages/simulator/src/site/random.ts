/** A deterministic source of randomness (xorshift over 32 bits): the same seed gives the same site. */
export class SeededRandom {
	#state: number;

	constructor(seed: number) {
		this.#state = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) | 0 || 0x6d2b_79f5;
		for (let round = 0; round < 4; round += 1) this.#next();
	}

	/** Goes on where another source was when its `state` was read. */
	static from(state: number): SeededRandom {
		const random = new SeededRandom(0);
		random.#state = state;
		return random;
	}

	/** Where the source stands. */
	get state(): number {
		return this.#state;
	}

	#next(): number {
		let x = this.#state;
		x ^= x << 13;
		x ^= x >>> 17;
		x ^= x << 5;
		this.#state = x | 0;
		return x >>> 0;
	}

	/** A number in [0, 1). */
	fraction(): number {
		return this.#next() / 0x1_0000_0000;
	}

	/** An integer in [from, to], both included. */
	integer(from: number, to: number): number {
		return from + Math.floor(this.fraction() * (to - from + 1));
	}

	/** True with the given probability. */
	chance(probability: number): boolean {
		return this.fraction() < probability;
	}

	/** One of the items. @throws when there is none. */
	pick<T>(items: readonly T[]): T {
		const item = items[this.integer(0, items.length - 1)];
		if (item === undefined) throw new Error("nothing to pick from");
		return item;
	}

	/** Up to `count` different items, in their order. */
	sample<T>(items: readonly T[], count: number): T[] {
		const indexes = new Set<number>();
		for (let tries = 0; indexes.size < Math.min(count, items.length) && tries < count * 8; tries += 1) {
			indexes.add(this.integer(0, items.length - 1));
		}
		return [...indexes].sort((a, b) => a - b).map((index) => items[index] as T);
	}

	/** `count` lowercase hexadecimal digits. */
	hex(count: number): string {
		let text = "";
		while (text.length < count) text += this.#next().toString(16).padStart(8, "0");
		return text.slice(0, count);
	}

	/** A version-4 UUID. */
	uuid(): string {
		const h = this.hex(32);
		return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20)}`;
	}

	/** An independent source that depends only on this one's state now. */
	fork(): SeededRandom {
		return new SeededRandom(this.#next());
	}
}
