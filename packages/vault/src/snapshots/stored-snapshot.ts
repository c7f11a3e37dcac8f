import { AppError, type JsonValue, parseJson } from "@skyeworx/core";
import type { BlobReader } from "../blobs/blob-reader.ts";
import { idLength } from "../crypto/blob-id.ts";
import { damaged } from "../damage.ts";
import { fromHex, fromUtf8 } from "../format/bytes.ts";
import type { SnapshotRecord } from "../log/operation.ts";
import type { VaultState } from "../log/state.ts";
import { encodeEntryKey, itemRange, keyAfter, kindRange } from "../tree/entry.ts";
import type { NodeStore } from "../tree/node-store.ts";
import { lookup, scan } from "../tree/tree.ts";
import { contentOf, entryFacts } from "./entry-facts.ts";
import type { EntryFacts, EntryKey, ReadOptions, SnapshotInfo, SnapshotReader } from "./snapshot.ts";

/** A committed snapshot's record in the port's words. */
export function snapshotInfo(
	id: number,
	record: SnapshotRecord & { readonly at: string },
	marks: Pick<VaultState, "pins" | "holds"> = { pins: new Map(), holds: new Map() },
): SnapshotInfo {
	const { at, complete, entries, size, added, parent, lockUntil } = record;
	const pin = marks.pins.get(id);
	const holds = marks.holds.get(id);
	return {
		id,
		at: new Date(at),
		complete,
		entries,
		size,
		added,
		parent: parent ?? undefined,
		...(pin === undefined ? {} : { pin }),
		...(holds === undefined ? {} : { holds: [...holds].sort() }),
		...(lockUntil === undefined ? {} : { lockUntil: new Date(lockUntil) }),
	};
}

/** Tree nodes of committed snapshots; they can't be written here. */
export function storedNodes(blobs: BlobReader): NodeStore {
	return {
		get: async (id) => (await blobs.read(id)).bytes,
		put: async () => {
			throw new AppError("internal", "A committed snapshot can't be written");
		},
	};
}

/** Splits a list blob into the ids that it holds. */
export function idsOfList(bytes: Uint8Array): Uint8Array[] {
	if (bytes.length % idLength !== 0) throw damaged({ object: "packs", what: "content", detail: "a list of chunks has a wrong length" });
	return Array.from({ length: bytes.length / idLength }, (_, i) => bytes.slice(i * idLength, (i + 1) * idLength));
}

interface StoredSnapshotParts {
	readonly info: SnapshotInfo;
	readonly record: SnapshotRecord;
	readonly blobs: BlobReader;
}

/** One committed snapshot, read through the vault's caches. */
export class StoredSnapshot implements SnapshotReader {
	readonly info: SnapshotInfo;
	readonly root: Uint8Array | undefined;
	readonly nodes: NodeStore;
	readonly #record: SnapshotRecord;
	readonly #blobs: BlobReader;

	constructor({ info, record, blobs }: StoredSnapshotParts) {
		this.info = info;
		this.#record = record;
		this.#blobs = blobs;
		this.nodes = storedNodes(blobs);
		this.root = record.root === null ? undefined : fromHex(record.root);
	}

	async descriptor(): Promise<JsonValue> {
		return parseJson(fromUtf8((await this.#blobs.read(fromHex(this.#record.descriptor))).bytes));
	}

	async facts(key: EntryKey): Promise<EntryFacts | undefined> {
		const encoded = encodeEntryKey(key);
		const value = await lookup(this.nodes, this.root, encoded);
		return value === undefined ? undefined : entryFacts(encoded, value);
	}

	async read(facts: EntryFacts, options: ReadOptions = {}): Promise<Uint8Array> {
		const out = new Uint8Array(facts.size);
		let at = 0;
		for await (const chunk of this.stream(facts, options)) {
			out.set(chunk, at);
			at += chunk.length;
		}
		return out;
	}

	async *stream(facts: EntryFacts, { signal }: ReadOptions = {}): AsyncIterable<Uint8Array> {
		const content = contentOf(facts);
		const [first] = content.ids;
		const ids = content.list && first !== undefined ? idsOfList((await this.#blobs.read(first)).bytes) : content.ids;
		let left = facts.size;
		for (const id of ids) {
			if (signal?.aborted === true) throw new AppError("cancelled", "Stopped while reading", { cause: signal.reason });
			const { bytes } = await this.#blobs.read(id);
			left -= bytes.length;
			if (left < 0) break;
			yield bytes.slice();
		}
		if (left !== 0) throw damaged({ object: "packs", what: "content", detail: "an entry's content is not as long as the tree says" });
	}

	async *entries(range: { readonly kind?: string; readonly id?: string; readonly after?: EntryKey } = {}): AsyncIterable<EntryFacts> {
		const { kind, id, after } = range;
		if (kind === undefined && id !== undefined) throw new AppError("bad-input", "Entries of one id need the kind too");
		const bounds = kind === undefined ? {} : id === undefined ? kindRange(kind) : itemRange({ kind, id });
		const resume = after === undefined ? undefined : keyAfter(encodeEntryKey(after));
		const from = resume !== undefined && (bounds.from === undefined || Buffer.compare(resume, bounds.from) > 0) ? resume : bounds.from;
		for await (const { key, value } of scan(this.nodes, this.root, { ...bounds, ...(from === undefined ? {} : { from }) })) {
			yield entryFacts(key, value);
		}
	}
}
