import { isAppError } from "@skyeworx/core";
import { aeadOpen, aeadSeal } from "../crypto/aead.ts";
import type { DomainKeys } from "../crypto/vault-keys.ts";
import { damaged } from "../damage.ts";
import { type FileKey, headerLength, partAad, partNonce, readFileKey } from "../format/pack-header.ts";
import type { ReadRange } from "../format/pack-reader.ts";
import { BlobIndex, BlockCache } from "../index/index.ts";
import { type BlockCipher, Segment } from "../index/segment.ts";
import type { SegmentRecord } from "../log/operation.ts";
import type { VaultState } from "../log/state.ts";

/** Name of the object that holds an index segment. */
export function segmentName(sha256: string): string {
	return `idx/${sha256}`;
}

/** Seals a segment's blocks as a pack's frames are sealed. */
export function segmentCipher(object: string, { key, header }: FileKey): BlockCipher {
	const part = (block: number) => ({ key, nonce: partNonce(block), aad: partAad(header, "F", block) });
	return {
		seal: (block, bytes) => aeadSeal({ ...part(block), bytes }),
		open(block, bytes) {
			const opened = aeadOpen({ ...part(block), bytes });
			if (opened === undefined) throw damaged({ object, what: "tag", detail: "one of its blocks was changed" });
			return opened;
		},
	};
}

export interface LiveIndexPorts {
	readonly vaultId: string;
	readonly keys: DomainKeys;
	readonly state: () => Readonly<VaultState>;
	readonly readRange: (object: string) => ReadRange;
}

/** Opens one segment. @throws AppError `vault-damaged` naming it, `store-object-missing` */
async function openSegment(ports: Omit<LiveIndexPorts, "state">, record: SegmentRecord, cache: BlockCache): Promise<Segment> {
	const object = segmentName(record.sha256);
	const read = ports.readRange(object);
	const header = await read(0, headerLength);
	const cipher = segmentCipher(object, readFileKey(object, header, { vaultId: ports.vaultId, class: "I", keys: ports.keys }));
	try {
		const segment = await Segment.open({ size: record.size, read, cipher, cache });
		if (segment.count !== record.entries) throw damaged({ object, what: "segment", detail: "it has not the entries that the log says" });
		return segment;
	} catch (cause) {
		if (!isAppError(cause, "vault-damaged") || cause.facts.object !== undefined) throw cause;
		throw damaged({ object, what: "segment", detail: "its trailer or its table does not fit", cause });
	}
}

/** The index over the segments that the log names at this moment; opens new ones as they come. */
export class LiveIndex {
	readonly #ports: LiveIndexPorts;
	readonly #cache = new BlockCache(2048);
	readonly #open = new Map<string, Promise<Segment>>();
	#of: readonly SegmentRecord[] | undefined;
	#index = new BlobIndex([]);

	constructor(ports: LiveIndexPorts) {
		this.#ports = ports;
	}

	async current(): Promise<BlobIndex> {
		const records = this.#ports.state().segments;
		if (this.#of === records) return this.#index;
		const segments = await Promise.all(records.map((record) => this.segment(record)));
		const names = new Set(records.map((record) => record.sha256));
		for (const name of this.#open.keys()) if (!names.has(name)) this.#open.delete(name);
		this.#of = records;
		this.#index = new BlobIndex(segments);
		return this.#index;
	}

	/** Forgets what was read, and keys that came from keys. */
	clear(): void {
		this.#open.clear();
		this.#cache.clear();
		this.#of = undefined;
	}

	/** One segment, opened once. @throws AppError `vault-damaged` naming it, `store-object-missing` */
	segment(record: SegmentRecord): Promise<Segment> {
		const known = this.#open.get(record.sha256);
		if (known !== undefined) return known;
		const opening = openSegment(this.#ports, record, this.#cache);
		this.#open.set(record.sha256, opening);
		opening.catch(() => this.#open.delete(record.sha256));
		return opening;
	}
}
