import { AppError, type Random } from "@skyeworx/core";
import { sha256 } from "./derive.ts";

// Crockford's alphabet has no I, L, O, U: none of its signs can be misread for another on paper.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const secretLength = 20;
const checkLength = 4;
const groupLength = 4;

function check(secret: Uint8Array): string {
	return encode(sha256(secret).subarray(0, 3)).slice(0, checkLength);
}

function encode(bytes: Uint8Array): string {
	let out = "";
	let value = 0;
	let bits = 0;
	for (const byte of bytes) {
		value = ((value << 8) | byte) & 0xffff;
		bits += 8;
		while (bits >= 5) {
			bits -= 5;
			out += alphabet[(value >> bits) & 31];
		}
	}
	return bits > 0 ? out + alphabet[(value << (5 - bits)) & 31] : out;
}

function decode(text: string): Uint8Array | undefined {
	const out: number[] = [];
	let value = 0;
	let bits = 0;
	for (const sign of text) {
		const digit = alphabet.indexOf(sign);
		if (digit < 0) return undefined;
		value = ((value << 5) | digit) & 0xffff;
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			out.push((value >> bits) & 255);
		}
	}
	return Uint8Array.from(out);
}

/**
 * Makes a new recovery code to print: 160 random bits and a checksum, nine groups of four signs.
 * @example newRecoveryKit(systemRandom) // "7Q2M-0KDX-…-V3HT"
 */
export function newRecoveryKit(random: Random): string {
	const secret = random.bytes(secretLength);
	const text = encode(secret) + check(secret);
	return text.match(new RegExp(`.{${groupLength}}`, "g"))?.join("-") ?? text;
}

/**
 * Reads a code as a person typed it: small letters, spaces, O for 0, I and L for 1 are understood.
 * @throws AppError `bad-input` when a sign is missing or wrong
 */
export function recoverySecret(code: string): Uint8Array {
	const text = code.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
	const secretSigns = (secretLength * 8) / 5;
	const secret = text.length === secretSigns + checkLength ? decode(text.slice(0, secretSigns)) : undefined;
	if (secret === undefined || check(secret) !== text.slice(secretSigns)) {
		throw new AppError("bad-input", "The recovery code has a typing error", {
			hint: "Compare it with the printed recovery kit: nine groups of four letters and digits.",
		});
	}
	return secret;
}
