import { createHmac, hash, hkdfSync } from "node:crypto";
import { plain, utf8 } from "../format/bytes.ts";

const none = new Uint8Array(0);

/** HKDF-SHA256 to 32 bytes; `info` names the purpose. */
export function hkdf(key: Uint8Array, info: string, salt: Uint8Array = none): Uint8Array {
	return new Uint8Array(hkdfSync("sha256", key, salt, utf8(info), 32));
}

/** HMAC-SHA256 of a few bytes; for many records use the blob ids' two-call form. */
export function hmac(key: Uint8Array, bytes: Uint8Array): Uint8Array {
	return plain(createHmac("sha256", key).update(bytes).digest());
}

/** SHA-256, 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
	return plain(hash("sha256", bytes, "buffer"));
}

/** SHA-256 as lower-case hex: the name of packs and segments. */
export function sha256Hex(bytes: Uint8Array): string {
	return hash("sha256", bytes, "hex");
}
