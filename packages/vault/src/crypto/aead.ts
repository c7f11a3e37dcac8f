import { createCipheriv, createDecipheriv, type KeyObject } from "node:crypto";
import { release } from "@skyeworx/core";
import { plain } from "../format/bytes.ts";

/** Bytes that sealing adds. */
export const tagLength = 16;

export interface AeadInput {
	/** 32 bytes; as a key object where one key seals much. */
	readonly key: Uint8Array | KeyObject;
	/** 12 bytes, never used twice with one key. */
	readonly nonce: Uint8Array;
	/** Bound to the ciphertext without being in it. */
	readonly aad: Uint8Array;
	readonly bytes: Uint8Array;
}

/** AES-256-GCM: ciphertext, then the 16 byte tag. */
export function aeadSeal(input: AeadInput): Uint8Array {
	const out = new Uint8Array(input.bytes.length + tagLength);
	aeadSealInto(out, input);
	return out;
}

/** {@link aeadSeal} into the beginning of a target, which must be long enough. */
export function aeadSealInto(target: Uint8Array, { key, nonce, aad, bytes }: AeadInput): void {
	const cipher = createCipheriv("aes-256-gcm", key, nonce);
	cipher.setAAD(aad);
	const sealed = cipher.update(bytes);
	target.set(sealed, 0);
	release(sealed);
	cipher.final();
	target.set(cipher.getAuthTag(), bytes.length);
}

/** The plaintext, or undefined when key, nonce, aad or any byte differs from what was sealed. */
export function aeadOpen({ key, nonce, aad, bytes }: AeadInput): Uint8Array | undefined {
	if (bytes.length < tagLength) return undefined;
	const body = bytes.length - tagLength;
	const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagLength });
	decipher.setAAD(aad);
	decipher.setAuthTag(bytes.subarray(body));
	const out = decipher.update(bytes.subarray(0, body));
	try {
		decipher.final();
	} catch {
		return undefined;
	}
	return plain(out);
}
