import { canonicalBytes, type JsonObject, type Random } from "@skyeworx/core";
import { fromBase64, sameBytes, toBase64, utf8 } from "../format/bytes.ts";
import { aeadOpen, aeadSeal } from "./aead.ts";
import { hmac } from "./derive.ts";

/** One 32 byte key, sealed under another; `commit` tells a wrong key from damage. */
export interface WrappedKey {
	readonly nonce: string;
	readonly commit: string;
	readonly wrapped: string;
}

interface Wrapping {
	readonly wrappingKey: Uint8Array;
	/** The other fields of the object, bound to the ciphertext. */
	readonly about: JsonObject;
}

/** HMAC(key, "commit")[0..16): says under which key something is sealed, because GCM itself does not. */
export function commitment(key: Uint8Array): Uint8Array {
	return hmac(key, utf8("commit")).slice(0, 16);
}

export function wrapKey(key: Uint8Array, { wrappingKey, about, random }: Wrapping & { readonly random: Random }): WrappedKey {
	const nonce = random.bytes(12);
	return {
		nonce: toBase64(nonce),
		commit: toBase64(commitment(wrappingKey)),
		wrapped: toBase64(aeadSeal({ key: wrappingKey, nonce, aad: canonicalBytes(about), bytes: key })),
	};
}

/** The key, or why there is none. */
export function unwrapKey(wrapped: WrappedKey, { wrappingKey, about }: Wrapping): Uint8Array | "wrong-key" | "damaged" {
	if (!sameBytes(fromBase64(wrapped.commit), commitment(wrappingKey))) return "wrong-key";
	const nonce = fromBase64(wrapped.nonce);
	if (nonce.length !== 12) return "damaged";
	const opened = aeadOpen({ key: wrappingKey, nonce, aad: canonicalBytes(about), bytes: fromBase64(wrapped.wrapped) });
	return opened === undefined || opened.length !== 32 ? "damaged" : opened.slice();
}
