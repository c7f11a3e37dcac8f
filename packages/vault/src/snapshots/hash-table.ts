/** FNV-1a over a part of a buffer. */
export function hashBytes(bytes: Uint8Array, from = 0, to = bytes.length): number {
	let hash = 0x811c9dc5;
	for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
	return (hash ^ (hash >>> 15)) >>> 0;
}

/** Maps hashes to small numbers that the caller compares: 4 bytes a place, at most half full. */
export class HashTable {
	#places = new Uint32Array(1024);
	#count = 0;
	readonly #hashOf: (number: number) => number;

	/** @param hashOf the hash of a number already in the table */
	constructor(hashOf: (number: number) => number) {
		this.#hashOf = hashOf;
	}

	/** The first number with this hash that matches, or -1. */
	find(hash: number, matches: (number: number) => boolean): number {
		const mask = this.#places.length - 1;
		for (let at = hash & mask; ; at = (at + 1) & mask) {
			const held = this.#places[at] ?? 0;
			if (held === 0) return -1;
			if (matches(held - 1)) return held - 1;
		}
	}

	/** Adds a number that is not in the table. */
	add(hash: number, number: number): void {
		if ((this.#count + 1) * 2 > this.#places.length) this.#grow();
		this.#insert(hash, number);
		this.#count++;
	}

	#insert(hash: number, number: number): void {
		const mask = this.#places.length - 1;
		let at = hash & mask;
		while (this.#places[at] !== 0) at = (at + 1) & mask;
		this.#places[at] = number + 1;
	}

	#grow(): void {
		const old = this.#places;
		this.#places = new Uint32Array(old.length * 2);
		for (const held of old) if (held !== 0) this.#insert(this.#hashOf(held - 1), held - 1);
	}
}
