import { readFileSync, statSync, writeFileSync } from "node:fs";
import { AppError, type Random } from "@skyeworx/core";
import { newRecoveryKit, parseKeyAddress, type Unlock } from "@skyeworx/vault";

/** Paths of files that hold a key, or the name of a key service's key. */
export interface KeyOptions {
	readonly keyFile?: string;
	readonly recoveryKit?: string;
	readonly passphraseFile?: string;
	readonly kms?: string;
}

/** The key that opens a vault. @throws AppError `bad-input` unless exactly one is named */
export function readUnlock({ keyFile, recoveryKit, passphraseFile, kms }: KeyOptions): Unlock {
	requireOne([keyFile, recoveryKit, passphraseFile, kms], "--key-file, --recovery-kit, --passphrase-file, --kms");
	if (kms !== undefined) return parseKeyAddress(kms);
	if (keyFile !== undefined) return { type: "key-file", key: readKey(keyFile) };
	if (recoveryKit !== undefined) return { type: "recovery-kit", code: kitCodeIn(recoveryKit) };
	return { type: "passphrase", passphrase: passphraseIn(passphraseFile ?? "") };
}

/** What a new slot is made of: a key and a code are drawn and written into a new file, a passphrase is read from one. */
export interface NewKeyOptions {
	readonly newKeyFile?: string;
	readonly newRecoveryKit?: string;
	readonly newPassphraseFile?: string;
	readonly newKms?: string;
}

/**
 * Makes the key of a new slot. What is drawn is in its file before anything depends on it, and stays there whatever comes of the
 * slot: a key too many harms nobody.
 * @throws AppError `bad-input` unless exactly one is named, `conflict` when the file is there
 */
export function makeNewKey(options: NewKeyOptions, random: Random): Unlock {
	const { newKeyFile, newRecoveryKit: kitFile, newPassphraseFile, newKms } = options;
	requireOne([newKeyFile, kitFile, newPassphraseFile, newKms], "--new-key-file, --new-recovery-kit, --new-passphrase-file, --new-kms");
	if (newKms !== undefined) return parseKeyAddress(newKms);
	if (newPassphraseFile !== undefined) return { type: "passphrase", passphrase: passphraseIn(newPassphraseFile) };
	if (newKeyFile !== undefined) {
		const key = random.bytes(32);
		writeNew(newKeyFile, Buffer.from(key).toString("hex"));
		return { type: "key-file", key };
	}
	const code = newRecoveryKit(random);
	writeNew(kitFile ?? "", code);
	return { type: "recovery-kit", code };
}

function requireOne(given: readonly (string | undefined)[], names: string): void {
	const count = given.filter((one) => one !== undefined).length;
	if (count !== 1) throw new AppError("bad-input", count === 0 ? "No key" : "More than one key", { hint: `Give exactly one of ${names}.` });
}

function writeNew(path: string, text: string): void {
	try {
		writeFileSync(path, `${text}\n`, { flag: "wx", mode: 0o600, flush: true });
	} catch (cause) {
		throw new AppError("conflict", `The new key can't be written to ${path}`, { cause, hint: "Name a file that does not exist yet." });
	}
}

function passphraseIn(path: string): string {
	const passphrase = readText(path).replace(/\r?\n$/, "");
	if (passphrase === "")
		throw new AppError("bad-input", `${path} holds no passphrase`, { hint: "Write the passphrase into it, on one line." });
	return passphrase;
}

/** The recovery code in a file that holds it alone, or the whole printed kit. @throws AppError `bad-input` when it can't be read */
export function kitCodeIn(path: string): string {
	const kit = readText(path);
	return /\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){5,}\b/.exec(kit)?.[0] ?? kit.trim();
}

function readText(path: string): string {
	try {
		if (statSync(path).size > 100_000) throw new Error("far too large for a key");
		return readFileSync(path, "utf8");
	} catch (cause) {
		throw new AppError("bad-input", `The key can't be read from ${path}`, { cause, hint: "Look whether the file is there and readable." });
	}
}

/** A key file holds 32 bytes as 64 hexadecimal digits. */
function readKey(path: string): Uint8Array {
	const text = readText(path).trim();
	if (!/^[0-9a-f]{64}$/i.test(text)) {
		throw new AppError("bad-input", `${path} is not a key file`, { hint: "A key file holds 64 hexadecimal digits." });
	}
	return Buffer.from(text, "hex");
}
