import { AppError, type Random, release } from "@skyeworx/core";
import type { BlobType } from "../crypto/blob-id.ts";
import type { DomainKeys } from "../crypto/vault-keys.ts";
import { PackBuilder, packName } from "../format/pack-builder.ts";
import type { PackClass } from "../format/pack-sealer.ts";
import type { Sealing } from "../format/sealing.ts";
import type { PackRecord } from "../log/operation.ts";
import type { Store } from "../stores/store.ts";

export interface UploadPorts {
	readonly store: Store;
	readonly random: Random;
	readonly vaultId: string;
	readonly keys: DomainKeys;
	readonly sealing?: Sealing | undefined;
	readonly signal?: AbortSignal | undefined;
	/** Locks what is uploaded until then, where the store has locks. */
	readonly retainUntil?: Date | undefined;
}

/** Full packs on their way to the store: each holds about 16 MB of memory. */
const maxInFlight = 2;

interface OpenPack {
	readonly number: number;
	readonly builder: PackBuilder;
}

/** Fills one pack per class and uploads full ones while the run goes on. */
export class PackUploads {
	readonly #ports: UploadPorts;
	readonly #open = new Map<PackClass, OpenPack>();
	readonly #inFlight = new Set<Promise<void>>();
	/** By pack number; undefined until it is closed. */
	readonly #records: (PackRecord | undefined)[] = [];
	#failure: unknown;

	constructor(ports: UploadPorts) {
		this.#ports = ports;
	}

	/** Appends a blob to the open pack of its class. */
	add(
		cls: PackClass,
		type: BlobType,
		id: Uint8Array,
		bytes: Uint8Array,
	): { readonly pack: number; readonly frame: number; readonly slot: number } {
		const open = this.#open.get(cls) ?? this.#begin(cls);
		const placed = open.builder.add(id, type, bytes);
		if (open.builder.full) this.#close(cls, open);
		return { pack: open.number, ...placed };
	}

	/** Waits until few enough packs are on their way and few enough frames wait to be sealed. @throws what either failed with */
	async ready(): Promise<void> {
		for (const { builder } of this.#open.values()) await builder.caughtUp();
		while (this.#inFlight.size >= maxInFlight) await Promise.race(this.#inFlight);
		if (this.#failure !== undefined) throw this.#failure;
	}

	/** Closes what is open and waits until all of it is in the store. */
	async flush(): Promise<void> {
		for (const [cls, open] of this.#open) {
			this.#close(cls, open);
			await this.ready();
		}
		await Promise.all(this.#inFlight);
		if (this.#failure !== undefined) throw this.#failure;
	}

	/** Waits until nothing is on its way any more, whatever came of it. */
	async settle(): Promise<void> {
		for (const { builder } of this.#open.values()) builder.abandon();
		this.#open.clear();
		await Promise.all(this.#inFlight);
	}

	/** The packs of the run, in the order of their numbers; only after {@link flush}. */
	packs(): readonly PackRecord[] {
		return this.#records.map((record) => {
			if (record === undefined) throw new AppError("internal", "A pack is not closed yet");
			return record;
		});
	}

	#begin(cls: PackClass): OpenPack {
		const { vaultId, keys, random, sealing } = this.#ports;
		const builder = new PackBuilder({ class: cls, vaultId, keys, salt: random.bytes(32), sealing });
		const open = { number: this.#records.length, builder };
		this.#records.push(undefined);
		this.#open.set(cls, open);
		return open;
	}

	#close(cls: PackClass, { number, builder }: OpenPack): void {
		this.#open.delete(cls);
		const upload = this.#upload(cls, { number, builder }).catch((error: unknown) => {
			this.#failure ??= error;
		});
		this.#inFlight.add(upload);
		void upload.finally(() => this.#inFlight.delete(upload));
	}

	async #upload(cls: PackClass, { number, builder }: OpenPack): Promise<void> {
		const { store, signal, retainUntil } = this.#ports;
		const { sha256, bytes } = await builder.finish();
		this.#records[number] = { class: cls, sha256, size: bytes.length };
		// "exists" is as good: the name is the hash of the bytes.
		await store.create(packName(cls, sha256), bytes, { sha256, signal, retainUntil });
		release(bytes);
	}
}
