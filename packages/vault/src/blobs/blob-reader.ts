import { AppError, isAppError } from "@skyeworx/core";
import type { BlobType } from "../crypto/blob-id.ts";
import type { DomainKeys } from "../crypto/vault-keys.ts";
import { damaged } from "../damage.ts";
import { toHex } from "../format/bytes.ts";
import { packName } from "../format/pack-builder.ts";
import { type OpenFrame, PackReader, type ReadRange } from "../format/pack-reader.ts";
import type { BlobLocation } from "../index/segment.ts";
import type { PackRecord } from "../log/operation.ts";
import type { VaultState } from "../log/state.ts";
import { ByteLru } from "./byte-lru.ts";
import type { LiveIndex } from "./live-index.ts";

export interface BlobReaderPorts {
	readonly vaultId: string;
	readonly keys: DomainKeys;
	readonly index: LiveIndex;
	readonly state: () => Readonly<VaultState>;
	readonly readRange: (object: string) => ReadRange;
	/** Reads what other writers did: a pack may have moved. */
	readonly refresh: () => Promise<void>;
	/** Makes sure that the keys may be used; asked before every read, also before those that memory could answer. */
	readonly ready?: () => Promise<void> | undefined;
}

export interface Blob {
	readonly type: BlobType;
	/** A view of a shared frame: copy what is kept. */
	readonly bytes: Uint8Array;
}

const frameCacheBytes = 24 * 1024 * 1024;
const tocCacheBytes = 8 * 1024 * 1024;
const blobObjectBytes = 120;
/** Frames whose blobs are found without asking the index: a scan in tree order mostly stays in the frame that it read last. */
const recentFrames = 8;

interface RecentFrame {
	readonly pack: PackReader;
	readonly frame: OpenFrame;
	readonly slots: ReadonlyMap<string, number>;
}

/** Finds, opens and verifies blobs. */
export class BlobReader {
	readonly #ports: BlobReaderPorts;
	readonly #packs = new ByteLru<PackReader>(tocCacheBytes);
	readonly #frames = new ByteLru<OpenFrame>(frameCacheBytes);
	#recent: readonly RecentFrame[] = [];

	constructor(ports: BlobReaderPorts) {
		this.#ports = ports;
	}

	/** @throws AppError `vault-damaged` naming the object that lacks it or holds it wrongly */
	async read(id: Uint8Array): Promise<Blob> {
		const wait = this.#ports.ready?.();
		if (wait !== undefined) await wait;
		const before = this.#ports.state().seq;
		const name = toHex(id);
		for (const { pack, frame, slots } of this.#recent) {
			const slot = slots.get(name);
			if (slot !== undefined) return blobAt(pack, frame, { slot, id });
		}
		try {
			return await this.#readOnce(id);
		} catch (error) {
			if (!isAppError(error, "store-object-missing") && !isAppError(error, "vault-damaged")) throw error;
			// Another process may have collected and moved packs since we last looked.
			await this.#ports.refresh();
			if (this.#ports.state().seq !== before) return this.#readOnce(id);
			throw missingAsDamage(error);
		}
	}

	async #readOnce(id: Uint8Array): Promise<Blob> {
		const places = await this.places(id);
		if (places.length === 0) {
			throw damaged({ object: "idx", what: "reference", detail: `the index does not know the blob ${toHex(id)}` });
		}
		let failure: unknown;
		for (const place of places) {
			try {
				return await this.#readAt(place, id);
			} catch (error) {
				// A second copy of the blob, from another pack, serves as well.
				failure = error;
				if (!isAppError(error, "store-object-missing") && !isAppError(error, "vault-damaged")) throw error;
			}
		}
		throw missingAsDamage(failure);
	}

	/** Forgets all plaintext, and keys that came from keys. */
	clear(): void {
		this.#packs.clear();
		this.#frames.clear();
		this.#recent = [];
	}

	/** Where the blob lies in packs that exist: first those that stay, then condemned ones, then those that were set aside. */
	async places(id: Uint8Array): Promise<readonly BlobLocation[]> {
		const before = this.#ports.state().seq;
		try {
			return await this.#placesNow(id);
		} catch (error) {
			// A segment that another process replaced may be gone by now.
			if (!isAppError(error, "store-object-missing")) throw error;
			await this.#ports.refresh();
			if (this.#ports.state().seq === before) throw error;
			return this.#placesNow(id);
		}
	}

	async #placesNow(id: Uint8Array): Promise<readonly BlobLocation[]> {
		const index = await this.#ports.index.current();
		const { packs, condemned, quarantined } = this.#ports.state();
		const all = (await index.lookupAll(id)).filter((place) => packs.has(place.pack));
		const rank = ({ pack }: BlobLocation) => (quarantined.has(pack) ? 2 : condemned.has(pack) ? 1 : 0);
		return all.length < 2 ? all : all.sort((a, b) => rank(a) - rank(b));
	}

	/** What the log says of a pack. */
	record(sha256: string): PackRecord | undefined {
		return this.#ports.state().packs.get(sha256);
	}

	/** Whether the blob lies in a pack that stays: what a new snapshot may refer to. */
	async isKept(id: Uint8Array): Promise<boolean> {
		const places = await this.places(id);
		const { condemned, quarantined } = this.#ports.state();
		return places.some(({ pack }) => !condemned.has(pack) && !quarantined.has(pack));
	}

	/** Whether something was set aside and the blob lies nowhere else. */
	async isLost(id: Uint8Array): Promise<boolean> {
		if (this.#ports.state().quarantined.size === 0) return false;
		const places = await this.places(id);
		const { quarantined } = this.#ports.state();
		return places.every(({ pack }) => quarantined.has(pack));
	}

	async #readAt(place: BlobLocation, id: Uint8Array): Promise<Blob> {
		const record = this.#ports.state().packs.get(place.pack);
		if (record === undefined) throw damaged({ object: place.pack, what: "reference", detail: "the log does not know this pack" });
		const pack = await this.pack(record);
		const frame = await this.#frames.get(
			`${place.pack}/${place.frame}`,
			() => this.#openFrame(pack, place.frame),
			(opened) => opened.raw.length + opened.blobs.length * blobObjectBytes,
		);
		return blobAt(pack, frame, { slot: place.slot, id });
	}

	async #openFrame(pack: PackReader, index: number): Promise<OpenFrame> {
		const frame = await pack.frame(index);
		const slots = new Map(frame.blobs.map((blob, slot) => [toHex(blob.id), slot]));
		this.#recent = [{ pack, frame, slots }, ...this.#recent.slice(0, recentFrames - 1)];
		return frame;
	}

	/** Opens a pack's table of contents. */
	pack(record: PackRecord): Promise<PackReader> {
		const object = packName(record.class, record.sha256);
		const { vaultId, keys, readRange } = this.#ports;
		return this.#packs.get(
			record.sha256,
			() => PackReader.open({ object, class: record.class, size: record.size, vaultId, keys, readRange: readRange(object) }),
			(pack) => pack.toc.size,
		);
	}
}

function blobAt(pack: PackReader, frame: OpenFrame, { slot, id }: { readonly slot: number; readonly id: Uint8Array }): Blob {
	const bytes = pack.blob(frame, slot, id);
	const type = frame.blobs[slot]?.type;
	if (type === undefined) throw new AppError("internal", "A verified blob has no type");
	return { type, bytes };
}

function missingAsDamage(error: unknown): unknown {
	if (!isAppError(error, "store-object-missing")) return error;
	const object = String(error.facts.object ?? "an object");
	return damaged({ object, what: "missing", detail: "it is not in the store", cause: error });
}
