import { createHash } from "node:crypto";
import { AppError } from "@skyeworx/core";
import { toHex } from "./bytes.ts";
import { encodeEntryValue } from "./entry.ts";
import type { NodeStore } from "./node-store.ts";

/** A node store in memory that counts what is read and written; for tests. */
export class MemoryNodes implements NodeStore {
	readonly #nodes = new Map<string, Uint8Array>();
	reads = 0;
	/** Bytes of nodes that were not there yet. */
	addedBytes = 0;
	addedNodes = 0;

	async get(id: Uint8Array): Promise<Uint8Array> {
		this.reads++;
		const bytes = this.#nodes.get(toHex(id));
		if (bytes === undefined) throw new AppError("vault-damaged", "A node is missing");
		return bytes;
	}

	async put(bytes: Uint8Array): Promise<Uint8Array> {
		const id = createHash("sha256").update(bytes).digest().subarray(0, 20);
		const name = toHex(id);
		if (!this.#nodes.has(name)) {
			this.#nodes.set(name, bytes);
			this.addedBytes += bytes.length;
			this.addedNodes++;
		}
		return id;
	}

	remove(id: Uint8Array): void {
		this.#nodes.delete(toHex(id));
	}

	resetCounts(): void {
		this.reads = 0;
		this.addedBytes = 0;
		this.addedNodes = 0;
	}
}

/** A leaf value with one content id made of the number. */
export function sampleValue(content: number, size = 10): Uint8Array {
	const id = createHash("sha256").update(String(content)).digest().subarray(0, 20);
	return encodeEntryValue({ stale: false, updatedAt: 1_700_000_000_000 + content, size, list: false, ids: [id] });
}

export async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
	yield* items;
}

/** Everything an iteration yields. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
	const all: T[] = [];
	for await (const item of items) all.push(item);
	return all;
}
