import { createHash } from "node:crypto";
import type { Random } from "@skyeworx/core";

/** A new secret of 256 random bits, with a prefix that tells what it is. */
export function newSecret(random: Random, prefix: string): string {
	return `${prefix}${Buffer.from(random.bytes(32)).toString("base64url")}`;
}

/** What is stored of a secret. One plain SHA-256 is enough for 256 random bits: there is nothing to guess. */
export function secretHash(secret: string): Buffer {
	return createHash("sha256").update(secret).digest();
}
