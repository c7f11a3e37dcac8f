import { AppError } from "@skyeworx/core";
import { sameBytes, uint16At, uint32At, view } from "../format/bytes.ts";
import { HashTable, hashBytes } from "./hash-table.ts";

/** A staged change: `undefined` as value removes the key. */
export interface StagedChange {
	readonly key: Uint8Array;
	readonly value: Uint8Array | undefined;
}

const pageLength = 64 * 1024;
const recordHead = 8;
const removed = 0xffff;
const none = 0;

/**
 * The changes of one run by key, last write wins. Records lie in pages of bytes, about 100 bytes each all told: a million of
 * them are no million objects.
 *
 * Record: u16 key length, u16 value length (0xffff removes), u32 number + 1 of the next record of the same item; key; value.
 */
export class StagedChanges {
	readonly #pages: Buffer[] = [];
	#pageUsed = pageLength;
	/** Where each record lies: page number times the page length, plus the offset. */
	#places = new Float64Array(1024);
	#count = 0;
	readonly #byKey = new HashTable((number) => hashBytes(this.#keyOf(number)));
	readonly #byItem = new HashTable((number) => hashBytes(itemOf(this.#keyOf(number))));

	get count(): number {
		return this.#count;
	}

	/** The staged change of a key, or undefined when there is none. */
	get(key: Uint8Array): StagedChange | undefined {
		const number = this.#find(key);
		return number < 0 ? undefined : this.#change(number);
	}

	set(key: Uint8Array, value: Uint8Array | undefined): void {
		const known = this.#find(key);
		if (known >= 0) {
			const next = this.#nextOf(known);
			this.#places[known] = this.#write(key, value, next);
			return;
		}
		const number = this.#count;
		const item = itemOf(key);
		const itemHash = hashBytes(item);
		const first = this.#byItem.find(itemHash, (candidate) => sameBytes(itemOf(this.#keyOf(candidate)), item));
		if (number === this.#places.length) {
			const larger = new Float64Array(number * 2);
			larger.set(this.#places);
			this.#places = larger;
		}
		this.#places[number] = this.#write(key, value, first < 0 ? none : this.#nextOf(first));
		this.#count++;
		this.#byKey.add(hashBytes(key), number);
		// The item's first record leads its chain; later ones are hooked in behind it.
		if (first < 0) this.#byItem.add(itemHash, number);
		else this.#setNext(first, number + 1);
	}

	/** Keys of the item that have a staged change; `item` is the key's beginning up to and with its second zero byte. */
	keysOfItem(item: Uint8Array): Uint8Array[] {
		const keys: Uint8Array[] = [];
		let number = this.#byItem.find(hashBytes(item), (candidate) => sameBytes(itemOf(this.#keyOf(candidate)), item));
		while (number >= 0) {
			keys.push(this.#keyOf(number));
			number = this.#nextOf(number) - 1;
		}
		return keys;
	}

	/** All changes in ascending key order. */
	async *sorted(): AsyncIterable<StagedChange> {
		const order = new Uint32Array(this.#count);
		for (let i = 0; i < order.length; i++) order[i] = i;
		order.sort((a, b) => this.#compare(a, b));
		for (const number of order) yield this.#change(number);
	}

	#find(key: Uint8Array): number {
		return this.#byKey.find(hashBytes(key), (number) => sameBytes(this.#keyOf(number), key));
	}

	#at(number: number): { readonly page: Buffer; readonly offset: number } {
		const place = this.#places[number] ?? 0;
		const page = this.#pages[Math.floor(place / pageLength)];
		if (page === undefined) throw new AppError("internal", "No such staged change");
		return { page, offset: place % pageLength };
	}

	#keyOf(number: number): Uint8Array {
		const { page, offset } = this.#at(number);
		return page.subarray(offset + recordHead, offset + recordHead + uint16At(page, offset));
	}

	#change(number: number): StagedChange {
		const { page, offset } = this.#at(number);
		const keyEnd = offset + recordHead + uint16At(page, offset);
		const length = uint16At(page, offset + 2);
		const key = page.subarray(offset + recordHead, keyEnd);
		return { key, value: length === removed ? undefined : page.subarray(keyEnd, keyEnd + length) };
	}

	#nextOf(number: number): number {
		const { page, offset } = this.#at(number);
		return uint32At(page, offset + 4);
	}

	#setNext(number: number, next: number): void {
		const { page, offset } = this.#at(number);
		view(page).setUint32(offset + 4, next);
	}

	#write(key: Uint8Array, value: Uint8Array | undefined, next: number): number {
		const length = recordHead + key.length + (value?.length ?? 0);
		if (this.#pageUsed + length > pageLength) {
			this.#pages.push(Buffer.alloc(pageLength));
			this.#pageUsed = 0;
		}
		const page = this.#pages.at(-1);
		if (page === undefined) throw new AppError("internal", "No page for a staged change");
		const offset = this.#pageUsed;
		view(page).setUint16(offset, key.length);
		view(page).setUint16(offset + 2, value === undefined ? removed : value.length);
		view(page).setUint32(offset + 4, next);
		page.set(key, offset + recordHead);
		if (value !== undefined) page.set(value, offset + recordHead + key.length);
		this.#pageUsed += length;
		return (this.#pages.length - 1) * pageLength + offset;
	}

	#compare(a: number, b: number): number {
		const [one, other] = [this.#at(a), this.#at(b)];
		const [start, otherStart] = [one.offset + recordHead, other.offset + recordHead];
		const [end, otherEnd] = [start + uint16At(one.page, one.offset), otherStart + uint16At(other.page, other.offset)];
		return one.page.compare(other.page, otherStart, otherEnd, start, end);
	}
}

function itemOf(key: Uint8Array): Uint8Array {
	return key.subarray(0, key.indexOf(0, key.indexOf(0) + 1) + 1);
}
