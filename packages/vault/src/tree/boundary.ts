import { sharedPrefix } from "./bytes.ts";

/*
 * [Note: Where nodes end]
 * Whether a node ends after an entry depends on the keys since the node's start and on nothing else: not on values (an
 * edit must not move boundaries), not on history (equal content must give equal trees). Sizes are therefore nominal:
 * what the key adds after prefix compression, plus a fixed weight for a usual value.
 */

/** Added to the mean by the minimum: nodes are about 1.4 KB. */
const target = 1024;
const minimum = 384;
const maximum = 6144;
/** Flags, two numbers, one content id, lengths. */
const leafWeight = 34;
/** Child id, count, size, lengths. */
const innerWeight = 28;

/** MurmurHash3 x86 32-bit: 32 well mixed bits from short keys, the same in every language. */
export function hash32(bytes: Uint8Array, seed: number): number {
	let hash = seed | 0;
	const end = bytes.length & ~3;
	for (let index = 0; index < end; index += 4) {
		const word = (bytes[index] ?? 0) | ((bytes[index + 1] ?? 0) << 8) | ((bytes[index + 2] ?? 0) << 16) | ((bytes[index + 3] ?? 0) << 24);
		hash ^= scramble(word);
		hash = (hash << 13) | (hash >>> 19);
		hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
	}
	let tail = 0;
	for (let index = bytes.length - 1; index >= end; index--) tail = (tail << 8) | (bytes[index] ?? 0);
	if (end < bytes.length) hash ^= scramble(tail);
	hash ^= bytes.length;
	hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
	return (hash ^ (hash >>> 16)) >>> 0;
}

function scramble(word: number): number {
	const spread = Math.imul(word, 0xcc9e2d51);
	return Math.imul((spread << 15) | (spread >>> 17), 0x1b873593);
}

/** Decides, key by key, where the nodes of one level end. */
export class BoundaryRule {
	readonly #seed: number;
	readonly #entryWeight: number;
	/** Inner nodes have two children at least, or a tree could grow without end. */
	readonly #leastEntries: number;
	#weight = 0;
	#entries = 0;
	#previous: Uint8Array | undefined;

	constructor(level: number) {
		this.#seed = Math.imul(level + 1, 0x9e3779b1);
		this.#entryWeight = level === 0 ? leafWeight : innerWeight;
		this.#leastEntries = level === 0 ? 1 : 2;
	}

	/** Takes in the next key; true when the node ends after it, and the next key begins a new one. */
	endsAfter(key: Uint8Array): boolean {
		const weight = key.length - (this.#previous === undefined ? 0 : sharedPrefix(this.#previous, key)) + this.#entryWeight;
		this.#previous = key;
		this.#weight += weight;
		this.#entries++;
		if (!this.#decide(key, weight)) return false;
		this.#previous = undefined;
		this.#weight = 0;
		this.#entries = 0;
		return true;
	}

	#decide(key: Uint8Array, weight: number): boolean {
		if (this.#entries < this.#leastEntries || this.#weight < minimum) return false;
		return this.#weight >= maximum || hash32(key, this.#seed) < (2 ** 32 / target) * weight;
	}
}
