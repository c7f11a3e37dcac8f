import { randomBytes } from "node:crypto";
import { AppError } from "@skyeworx/core";
import { concat } from "../format/bytes.ts";
import { aeadOpen, aeadSeal, tagLength } from "./aead.ts";

const version = 1;
const nonceLength = 12;

/**
 * Seals a small secret for a place outside the vault (a label, a token, a journal) with AES-256-GCM and a random nonce:
 * version byte, nonce, ciphertext, tag. One key must not seal more than 2^32 texts (NIST SP 800-38D).
 */
export function seal(key: Uint8Array, bytes: Uint8Array): Uint8Array {
	const nonce = randomBytes(nonceLength);
	return concat(Uint8Array.of(version), nonce, aeadSeal({ key, nonce, aad: Uint8Array.of(version), bytes }));
}

/**
 * Opens what {@link seal} made.
 * @throws AppError `vault-unsupported` for a newer version, `vault-key-wrong` when the key is another or a byte was changed
 */
export function unseal(key: Uint8Array, sealed: Uint8Array): Uint8Array {
	if (sealed[0] !== version) {
		throw new AppError("vault-unsupported", "A sealed value has a version that this program does not know", {
			facts: { version: sealed[0] },
			hint: "Use the version of Skyeworx that wrote it, or a newer one.",
		});
	}
	const nonce = sealed.subarray(1, 1 + nonceLength);
	const bytes = sealed.subarray(1 + nonceLength);
	const opened = sealed.length < 1 + nonceLength + tagLength ? undefined : aeadOpen({ key, nonce, aad: sealed.subarray(0, 1), bytes });
	if (opened === undefined) {
		throw new AppError("vault-key-wrong", "A sealed value does not open with this key, or its bytes were changed");
	}
	return opened;
}
