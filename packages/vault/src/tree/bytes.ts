import { AppError } from "@skyeworx/core";

/** The error of every decoder here: bytes that no version of this product wrote. */
export function damaged(what: string, facts: Readonly<Record<string, string | number>> = {}): AppError {
	return new AppError("vault-damaged", `A tree node of the vault is damaged: ${what}`, {
		hint: "Run a verification of the vault to see which snapshots are affected.",
		facts,
	});
}

/** Bytewise order, shorter first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
	return Buffer.compare(a, b);
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
	return a.length === b.length && Buffer.compare(a, b) === 0;
}

export function toHex(bytes: Uint8Array): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}

/** Number of leading bytes that both have. */
export function sharedPrefix(a: Uint8Array, b: Uint8Array): number {
	const end = Math.min(a.length, b.length);
	let index = 0;
	while (index < end && a[index] === b[index]) index++;
	return index;
}

/** Appends bytes and little-endian base-128 numbers to a buffer that grows. */
export class ByteWriter {
	#bytes: Uint8Array;
	#length = 0;

	constructor(capacity = 2048) {
		this.#bytes = new Uint8Array(capacity);
	}

	#reserve(count: number): void {
		if (this.#length + count <= this.#bytes.length) return;
		const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
		larger.set(this.#bytes.subarray(0, this.#length));
		this.#bytes = larger;
	}

	byte(value: number): void {
		this.#reserve(1);
		this.#bytes[this.#length++] = value;
	}

	/** @param value an integer in [0, 2^53) */
	varint(value: number): void {
		if (!Number.isSafeInteger(value) || value < 0) throw new AppError("internal", `${value} can't be written as a varint`);
		this.#reserve(8);
		let rest = value;
		while (rest >= 128) {
			this.#bytes[this.#length++] = (rest % 128) + 128;
			rest = Math.floor(rest / 128);
		}
		this.#bytes[this.#length++] = rest;
	}

	raw(bytes: Uint8Array): void {
		this.#reserve(bytes.length);
		this.#bytes.set(bytes, this.#length);
		this.#length += bytes.length;
	}

	finish(): Uint8Array {
		return this.#bytes.slice(0, this.#length);
	}
}

/** Reads what {@link ByteWriter} wrote; every surprise is an AppError `vault-damaged`. */
export class ByteReader {
	readonly #bytes: Uint8Array;
	#position = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}

	get remaining(): number {
		return this.#bytes.length - this.#position;
	}

	byte(): number {
		const value = this.#bytes[this.#position];
		if (value === undefined) throw damaged("it ends too early");
		this.#position++;
		return value;
	}

	/** Refuses longer spellings than needed, so that every number has exactly one encoding. */
	varint(): number {
		let value = 0;
		let scale = 1;
		for (let index = 0; index < 8; index++) {
			const byte = this.byte();
			value += (byte & 127) * scale;
			if (byte < 128) {
				if (byte === 0 && index > 0) throw damaged("a number is spelled too long");
				if (!Number.isSafeInteger(value)) throw damaged("a number is too large");
				return value;
			}
			scale *= 128;
		}
		throw damaged("a number is too large");
	}

	/** A view, not a copy. */
	raw(length: number): Uint8Array {
		if (length > this.remaining) throw damaged("it ends too early");
		const view = this.#bytes.subarray(this.#position, this.#position + length);
		this.#position += length;
		return view;
	}

	/** @throws AppError `vault-damaged` when bytes are left over */
	end(): void {
		if (this.remaining !== 0) throw damaged("bytes follow its end", { count: this.remaining });
	}
}
