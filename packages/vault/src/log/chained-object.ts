import { aeadOpen, aeadSeal } from "../crypto/aead.ts";
import { damaged, unsupported } from "../damage.ts";
import { concat, sameBytes, utf8, view } from "../format/bytes.ts";
import { pack, unpack } from "../format/codec.ts";

/*
 * [Note: Chained object]
 * A log entry and a checkpoint have one form: a plain header of 64 bytes, then the sealed JSON.
 * 0 magic "SXL1" or "SXC1" | 4 u8 version | 5 u8 codec | 6 u16 suite | 8 u64 seq | 16 hash[32] | 48 nonce[12] | 60 u32 rawLen
 * The header is the seal's additional data. `hash` is, of a log entry, the SHA-256 of the object before it (of the first: of
 * vault.json); of a checkpoint, the SHA-256 of the log object `seq`.
 */

const headerLength = 64;
const version = 1;
const suite = 1;
const maxBody = 256 * 1024 * 1024;
const magics = { log: utf8("SXL1"), checkpoint: utf8("SXC1") } as const;

export interface ChainedObject {
	readonly kind: keyof typeof magics;
	readonly seq: number;
	/** 32 bytes. */
	readonly hash: Uint8Array;
	readonly body: Uint8Array;
}

export function sealChained({ kind, seq, hash, body }: ChainedObject, key: Uint8Array, nonce: Uint8Array): Uint8Array {
	const packed = pack(body);
	const header = new Uint8Array(headerLength);
	header.set(magics[kind], 0);
	header[4] = version;
	header[5] = packed.codec;
	view(header).setUint16(6, suite);
	view(header).setBigUint64(8, BigInt(seq));
	header.set(hash, 16);
	header.set(nonce, 48);
	view(header).setUint32(60, body.length);
	return concat(header, aeadSeal({ key, nonce, aad: header, bytes: packed.bytes }));
}

interface Expected {
	readonly object: string;
	readonly kind: ChainedObject["kind"];
	readonly seq: number;
	readonly key: Uint8Array;
}

/** @throws AppError `vault-damaged` saying what is wrong, `vault-unsupported` for a newer version */
export function openChained(bytes: Uint8Array, { object, kind, seq, key }: Expected): ChainedObject {
	if (bytes.length < headerLength) throw damaged({ object, what: "size", detail: "it is shorter than its header" });
	const header = bytes.subarray(0, headerLength);
	if (!sameBytes(header.subarray(0, 4), magics[kind])) throw damaged({ object, what: "magic", detail: "it does not begin as it should" });
	if (header[4] !== version || view(header).getUint16(6) !== suite) throw unsupported(object, `its version is ${header[4]}`);
	const found = Number(view(header).getBigUint64(8));
	if (found !== seq) throw damaged({ object, what: "name", detail: `it holds number ${found}` });
	const packed = aeadOpen({ key, nonce: header.subarray(48, 60), aad: header, bytes: bytes.subarray(headerLength) });
	if (packed === undefined) throw damaged({ object, what: "tag", detail: "it was changed" });
	const body = unpack(header[5] ?? 0, packed, view(header).getUint32(60), maxBody);
	if (body === undefined) throw damaged({ object, what: "codec", detail: "it does not unpack" });
	return { kind, seq, hash: header.slice(16, 48), body };
}
