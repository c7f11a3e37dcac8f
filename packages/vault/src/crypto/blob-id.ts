import { hash } from "node:crypto";
import { AppError } from "@skyeworx/core";
import { plain } from "../format/bytes.ts";

/** What a blob is; part of its id, so that one kind can never be taken for another. */
export const blobTypes = { record: 1, chunk: 2, node: 3, descriptor: 4, list: 5 } as const;
export type BlobType = (typeof blobTypes)[keyof typeof blobTypes];

/** Bytes of a blob id. */
export const idLength = 20;

const blockLength = 64;
const digestLength = 32;

/** Computes keyed ids: equal bytes have equal ids within one vault only. */
export interface BlobIds {
	(type: BlobType, bytes: Uint8Array): Uint8Array;
	/** Overwrites what it knows of the key; it computes nothing afterwards. */
	wipe?(): void;
}

/**
 * HMAC-SHA256(idKey, type byte then plaintext), first 20 bytes. It is put together from two one-shot hashes over a scratch
 * buffer, which gives the bytes of `createHmac` at twice its speed for records of some kilobytes.
 */
export function blobIds(idKey: Uint8Array): BlobIds {
	let inner = new Uint8Array(blockLength + 1 + 64 * 1024);
	const outer = new Uint8Array(blockLength + digestLength);
	for (let i = 0; i < blockLength; i++) outer[i] = (idKey[i] ?? 0) ^ 0x5c;
	const pad = (buffer: Uint8Array) => {
		for (let i = 0; i < blockLength; i++) buffer[i] = (idKey[i] ?? 0) ^ 0x36;
	};
	pad(inner);
	let wiped = false;
	const ids: BlobIds = (type, bytes) => {
		if (wiped) throw new AppError("internal", "A key was used after it was put away");
		const length = blockLength + 1 + bytes.length;
		if (length > inner.length) {
			inner = new Uint8Array(Math.max(length, Math.min(inner.length * 2, 8 * 1024 * 1024)));
			pad(inner);
		}
		inner[blockLength] = type;
		inner.set(bytes, blockLength + 1);
		outer.set(hash("sha256", inner.subarray(0, length), "buffer"), blockLength);
		return plain(hash("sha256", outer, "buffer")).slice(0, idLength);
	};
	ids.wipe = () => {
		wiped = true;
		inner.fill(0);
		outer.fill(0);
	};
	return ids;
}
