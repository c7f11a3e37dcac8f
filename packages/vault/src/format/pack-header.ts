import { hkdf } from "../crypto/derive.ts";
import type { DomainKeys } from "../crypto/vault-keys.ts";
import { domainKeyName } from "../crypto/vault-keys.ts";
import { commitment } from "../crypto/wrapped-key.ts";
import { damaged, unsupported } from "../damage.ts";
import { concat, fromUtf8, sameBytes, utf8, view } from "./bytes.ts";

/** R records, A attachments, M nodes and descriptors, I index segments. */
type SealedClass = "R" | "A" | "M" | "I";

export const headerLength = 64;
const saltLength = 32;
const magic = utf8("SXP1");
const version = 1;
const suite = 1;
/** The nonce of a table of contents; frames count up from 0 and never reach it. */
export const tocNonce = nonceOf(0xffffffff, 0xffffffff);

/** A file's own key and the header that binds every sealed part to it. */
export interface FileKey {
	readonly key: Uint8Array;
	/** 64 bytes: the beginning of the file, and of every part's additional data. */
	readonly header: Uint8Array;
}

function nonceOf(high: number, low: number): Uint8Array {
	const nonce = new Uint8Array(12);
	view(nonce).setUint32(4, high);
	view(nonce).setUint32(8, low);
	return nonce;
}

/** Counter nonce: four zero bytes, then the number of the part. */
export function partNonce(index: number): Uint8Array {
	return nonceOf(0, index);
}

/** Additional data of a part: header, a letter for its role, its number. */
export function partAad(header: Uint8Array, role: "F" | "T", index?: number): Uint8Array {
	if (index === undefined) return concat(header, utf8(role));
	const number = new Uint8Array(4);
	view(number).setUint32(0, index);
	return concat(header, utf8(role), number);
}

interface FileIdentity {
	readonly vaultId: string;
	readonly class: SealedClass;
	readonly keys: DomainKeys;
}

function fileKey(
	generationKey: Uint8Array,
	salt: Uint8Array,
	identity: { readonly vaultId: string; readonly class: SealedClass },
): Uint8Array {
	return hkdf(generationKey, `skyeworx/1/pack/${identity.class}/${identity.vaultId}`, salt);
}

/** Starts a file: a fresh salt, hence a key that seals this file only, and counter nonces that can't repeat. */
export function newFileKey({ vaultId, class: cls, keys, salt }: FileIdentity & { readonly salt: Uint8Array }): FileKey {
	const { domain, generation } = keys.ref;
	const generationKey = keys.generationKey(generation);
	if (generationKey === undefined) throw damaged({ object: domainKeyName(keys.ref), what: "missing", detail: "it is not there" });
	const key = fileKey(generationKey, salt, { vaultId, class: cls });
	const header = new Uint8Array(headerLength);
	header.set(magic, 0);
	header[4] = version;
	header.set(utf8(cls), 5);
	view(header).setUint16(6, suite);
	view(header).setUint32(8, domain);
	view(header).setUint32(12, generation);
	header.set(salt, 16);
	header.set(commitment(key), 16 + saltLength);
	return { key, header };
}

/** Derives a file's key from its header and holds it against the key commitment. */
export function readFileKey(object: string, header: Uint8Array, { vaultId, class: cls, keys }: FileIdentity): FileKey {
	if (header.length < headerLength) throw damaged({ object, what: "size", detail: "it is shorter than its header" });
	if (!sameBytes(header.subarray(0, 4), magic)) throw damaged({ object, what: "magic", detail: "it does not begin as a pack does" });
	if (header[4] !== version) throw unsupported(object, `its version is ${header[4]}`);
	if (fromUtf8Safe(header.subarray(5, 6)) !== cls) throw damaged({ object, what: "header", detail: `it is not of class ${cls}` });
	if (view(header).getUint16(6) !== suite) throw unsupported(object, `its cipher suite is ${view(header).getUint16(6)}`);
	const domain = view(header).getUint32(8);
	const generation = view(header).getUint32(12);
	const generationKey = domain === keys.ref.domain ? keys.generationKey(generation) : undefined;
	if (generationKey === undefined) {
		throw damaged({ object, what: "key", detail: `it is sealed for domain ${domain} generation ${generation}, whose key is not there` });
	}
	const key = fileKey(generationKey, header.subarray(16, 16 + saltLength), { vaultId, class: cls });
	if (!sameBytes(commitment(key), header.subarray(16 + saltLength, headerLength))) {
		throw damaged({ object, what: "key", detail: "its key commitment does not fit: another vault's object, or a changed header" });
	}
	return { key, header: header.slice(0, headerLength) };
}

function fromUtf8Safe(bytes: Uint8Array): string {
	return (bytes[0] ?? 128) < 128 ? fromUtf8(bytes) : "";
}
