import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { AppError } from "@skyeworx/core";

const version = 1;
const nonceLength = 12;
const tagLength = 16;

/**
 * Seals bytes for one place in the database with AES-256-GCM: version byte, nonce, ciphertext, tag. The place (table,
 * column, row) is authenticated, so that a sealed value can't be moved to another row.
 */
export function seal(key: Uint8Array, place: string, bytes: Uint8Array): Buffer {
	const nonce = randomBytes(nonceLength);
	const cipher = createCipheriv("aes-256-gcm", key, nonce);
	cipher.setAAD(Buffer.from(`${version}:${place}`));
	return Buffer.concat([Buffer.of(version), nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

/** Opens what {@link seal} made. @throws AppError `vault-key-wrong` when the key or the place is another, or a byte was changed */
export function unseal(key: Uint8Array, place: string, sealed: Uint8Array): Buffer {
	const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
	try {
		if (bytes[0] !== version) throw new Error("unknown version");
		const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(1, 1 + nonceLength));
		decipher.setAAD(Buffer.from(`${version}:${place}`));
		decipher.setAuthTag(bytes.subarray(bytes.length - tagLength));
		return Buffer.concat([decipher.update(bytes.subarray(1 + nonceLength, bytes.length - tagLength)), decipher.final()]);
	} catch (cause) {
		throw new AppError("vault-key-wrong", "A sealed value of the database does not open with this server's key", {
			cause,
			facts: { place: place.split("/")[0] },
			hint: "Start the server with the master key that the data was made with.",
		});
	}
}

/** 32 bytes for one purpose. */
export function deriveKey(key: Uint8Array, purpose: string): Uint8Array {
	return new Uint8Array(hkdfSync("sha256", key, new Uint8Array(0), `skyeworx/${purpose}`, 32));
}
