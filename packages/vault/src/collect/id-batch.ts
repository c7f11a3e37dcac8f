import { AppError } from "@skyeworx/core";
import { idLength } from "../crypto/blob-id.ts";

/** Room for an id's number beside 32 bits of it in a double's 53 bits. */
const numberRoom = 2 ** 21;
const firstRoom = 2 ** 12;

/** Many blob ids on their way to be looked up together: 20 bytes each, and 12 more while they are sorted. */
export class IdBatch {
	readonly #capacity: number;
	#bytes = new Uint8Array(firstRoom * idLength);
	#count = 0;

	/** @param capacity at most 2^21 ids */
	constructor(capacity: number = 2 ** 20) {
		this.#capacity = Math.min(capacity, numberRoom);
	}

	get count(): number {
		return this.#count;
	}

	get isFull(): boolean {
		return this.#count >= this.#capacity;
	}

	add(id: Uint8Array): void {
		if (this.isFull) throw new AppError("internal", "A batch of ids is full");
		if ((this.#count + 1) * idLength > this.#bytes.length) {
			const larger = new Uint8Array(this.#bytes.length * 2);
			larger.set(this.#bytes);
			this.#bytes = larger;
		}
		this.#bytes.set(id, this.#count++ * idLength);
	}

	/** A view of one id. */
	id(number: number): Uint8Array {
		return this.#bytes.subarray(number * idLength, (number + 1) * idLength);
	}

	/** Numbers of the ids, ordered by their first 32 bits: near enough to read an index forward. */
	sorted(): Uint32Array {
		const words = new DataView(this.#bytes.buffer);
		const keys = new Float64Array(this.#count);
		for (let number = 0; number < this.#count; number++) keys[number] = words.getUint32(number * idLength) * numberRoom + number;
		keys.sort();
		const order = new Uint32Array(this.#count);
		for (let at = 0; at < order.length; at++) order[at] = (keys[at] ?? 0) % numberRoom;
		return order;
	}

	clear(): void {
		this.#count = 0;
	}
}
