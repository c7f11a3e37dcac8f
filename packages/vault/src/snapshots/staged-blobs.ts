import { AppError } from "@skyeworx/core";
import { idLength } from "../crypto/blob-id.ts";
import { sameBytes, uint32At, view } from "../format/bytes.ts";
import type { Placed } from "../format/pack-builder.ts";
import { HashTable } from "./hash-table.ts";

const recordLength = 32;
const pageRecords = 2 ** 11;

/** Where a blob of this run was put; `pack` counts the run's packs. */
export interface StagedBlob extends Placed {
	readonly pack: number;
	readonly rawLength: number;
}

/** Blobs that the run stored itself, and those it took over from older packs: about 45 bytes each. */
export class StagedBlobs {
	readonly #pages: Uint8Array[] = [];
	#count = 0;
	// Ids are uniformly random: four of their bytes are a hash.
	readonly #table = new HashTable((number) => uint32At(this.#record(number), 0));

	get count(): number {
		return this.#count;
	}

	has(id: Uint8Array): boolean {
		return this.#table.find(uint32At(id, 0), (number) => sameBytes(this.#record(number).subarray(0, idLength), id)) >= 0;
	}

	add(id: Uint8Array, blob: StagedBlob): void {
		const number = this.#count++;
		if (number % pageRecords === 0) this.#pages.push(new Uint8Array(pageRecords * recordLength));
		const record = this.#record(number);
		record.set(id, 0);
		view(record).setUint32(20, blob.pack);
		view(record).setUint16(24, blob.frame);
		view(record).setUint16(26, blob.slot);
		view(record).setUint32(28, blob.rawLength);
		this.#table.add(uint32At(id, 0), number);
	}

	*entries(): Generator<{ readonly id: Uint8Array; readonly blob: StagedBlob }> {
		for (let number = 0; number < this.#count; number++) {
			const record = this.#record(number);
			const numbers = view(record);
			const blob = {
				pack: numbers.getUint32(20),
				frame: numbers.getUint16(24),
				slot: numbers.getUint16(26),
				rawLength: numbers.getUint32(28),
			};
			yield { id: record.slice(0, idLength), blob };
		}
	}

	#record(number: number): Uint8Array {
		const page = this.#pages[Math.floor(number / pageRecords)];
		if (page === undefined) throw new AppError("internal", "No such staged blob");
		const start = (number % pageRecords) * recordLength;
		return page.subarray(start, start + recordLength);
	}
}
