import { AppError, type ItemRef } from "@skyeworx/core";
import type { EntryKey } from "../snapshots/snapshot.ts";
import { ByteReader, ByteWriter, damaged } from "./bytes.ts";

/** Longest key of an entry, in bytes. */
export const maxKeyLength = 1024;
/** With more content ids than this an entry holds the id of one list blob instead. */
export const maxInlineIds = 64;
export const idLength = 20;

const staleFlag = 1;
const listFlag = 2;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Keys in [from, to). */
export interface KeyRange {
	readonly from?: Uint8Array;
	readonly to?: Uint8Array;
}

/** What a leaf holds for one key. */
export interface EntryValue {
	readonly stale: boolean;
	/** Epoch milliseconds, 0 when the source says nothing. */
	readonly updatedAt: number;
	/** Bytes of the plaintext. */
	readonly size: number;
	/** The only id names a blob of concatenated ids. */
	readonly list: boolean;
	readonly ids: readonly Uint8Array[];
}

function checkText(text: string, name: string): void {
	if (text.includes("\0") || !text.isWellFormed()) {
		throw new AppError("bad-input", `The ${name} of an entry key has characters that can't be stored`, {
			hint: "Names of entries are Unicode text without NUL.",
		});
	}
}

/**
 * Writes a key so that bytewise order is the order of (kind, id, part).
 * @throws AppError `bad-input` for an empty kind or id, NUL, lone surrogates, or more than {@link maxKeyLength} bytes
 */
export function encodeEntryKey(key: EntryKey): Uint8Array {
	if (key.kind === "" || key.id === "") throw new AppError("bad-input", "An entry key needs a kind and an id");
	checkText(key.kind, "kind");
	checkText(key.id, "id");
	checkText(key.part, "part");
	const bytes = encoder.encode(`${key.kind}\0${key.id}\0${key.part}`);
	if (bytes.length > maxKeyLength) throw new AppError("bad-input", `An entry key is longer than ${maxKeyLength} bytes`);
	return bytes;
}

/** @throws AppError `vault-damaged` */
export function decodeEntryKey(bytes: Uint8Array): EntryKey {
	const first = bytes.indexOf(0);
	const second = first < 1 ? -1 : bytes.indexOf(0, first + 1);
	if (second < first + 2 || bytes.indexOf(0, second + 1) !== -1) throw damaged("a key has no kind, id and part");
	try {
		return {
			kind: decoder.decode(bytes.subarray(0, first)),
			id: decoder.decode(bytes.subarray(first + 1, second)),
			part: decoder.decode(bytes.subarray(second + 1)),
		};
	} catch {
		throw damaged("a key is not UTF-8");
	}
}

function prefixRange(prefix: string): KeyRange {
	checkText(prefix.replaceAll("\0", ""), "range");
	// Every key of the range has a 0x00 where `to` has 0x01.
	return { from: encoder.encode(`${prefix}\0`), to: encoder.encode(`${prefix}\u0001`) };
}

/** All entries of a kind. */
export function kindRange(kind: string): KeyRange {
	return prefixRange(kind);
}

/** All parts of one item. */
export function itemRange(ref: ItemRef): KeyRange {
	return prefixRange(`${ref.kind}\0${ref.id}`);
}

/** The smallest key after this one: for reading on after it. */
export function keyAfter(key: Uint8Array): Uint8Array {
	const next = new Uint8Array(key.length + 1);
	next.set(key);
	return next;
}

/** @throws AppError `internal` when ids have a wrong length, are too many, or do not fit the list flag */
export function encodeEntryValue(value: EntryValue): Uint8Array {
	if (value.ids.length > maxInlineIds || (value.list && value.ids.length !== 1)) {
		throw new AppError("internal", "An entry's content ids don't fit into a leaf", { facts: { ids: value.ids.length } });
	}
	const out = new ByteWriter(32 + value.ids.length * idLength);
	out.byte((value.stale ? staleFlag : 0) | (value.list ? listFlag : 0));
	out.varint(value.updatedAt);
	out.varint(value.size);
	for (const id of value.ids) {
		if (id.length !== idLength) throw new AppError("internal", "A content id has a wrong length", { facts: { length: id.length } });
		out.raw(id);
	}
	return out.finish();
}

/** @throws AppError `vault-damaged` */
export function decodeEntryValue(bytes: Uint8Array): EntryValue {
	const input = new ByteReader(bytes);
	const flags = input.byte();
	if (flags > (staleFlag | listFlag)) throw damaged("an entry has unknown flags", { flags });
	const updatedAt = input.varint();
	const size = input.varint();
	const count = input.remaining / idLength;
	const list = (flags & listFlag) !== 0;
	if (!Number.isInteger(count) || count > maxInlineIds || (list && count !== 1)) throw damaged("an entry's content ids don't fit");
	const ids = Array.from({ length: count }, () => input.raw(idLength));
	return { stale: (flags & staleFlag) !== 0, updatedAt, size, list, ids };
}

/** Reads only the plaintext size of an encoded value, for the sums in inner nodes. */
export function encodedSize(bytes: Uint8Array): number {
	const input = new ByteReader(bytes);
	input.byte();
	input.varint();
	return input.varint();
}
