import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { AppError, quietLog, systemClock, systemRandom } from "@skyeworx/core";
import { openStore, openVault, parseStoreAddress, type Unlock, type Vault } from "@skyeworx/vault";
import type { CliPorts } from "../session.ts";

export interface KeyOptions {
	readonly keyFile?: string;
	readonly recoveryKit?: string;
	readonly passphraseFile?: string;
}

/** Opens the vault in a folder, a bucket or a container for reading, with no server and no database; closes it afterwards. */
export async function withVault(
	{ address, keys, env }: { readonly address: string; readonly keys: KeyOptions; readonly env: CliPorts["env"] },
	work: (vault: Vault) => Promise<void>,
): Promise<void> {
	const ports = { clock: systemClock, random: systemRandom, log: quietLog };
	const store = openStore(address, { ...ports, env });
	if (parseStoreAddress(address, "any").type === "folder" && !existsSync(join(address, "vault.json"))) {
		throw new AppError("not-found", `${address} is not a vault: it holds no vault.json`, {
			hint: "Name the folder of one vault, for example data/vaults/<site>.",
		});
	}
	const vault = await openVault({ ...ports, store, unlock: readUnlock(keys) });
	try {
		await work(vault);
	} finally {
		await vault.close();
	}
}

function readUnlock({ keyFile, recoveryKit, passphraseFile }: KeyOptions): Unlock {
	const given = [keyFile, recoveryKit, passphraseFile].filter((path) => path !== undefined).length;
	if (given !== 1) {
		throw new AppError("bad-input", given === 0 ? "No key" : "More than one key", {
			hint: "Give exactly one of --key-file, --recovery-kit, --passphrase-file.",
		});
	}
	if (keyFile !== undefined) return { type: "key-file", key: readKey(keyFile) };
	if (recoveryKit !== undefined) return { type: "recovery-kit", code: codeIn(readText(recoveryKit)) };
	return { type: "passphrase", passphrase: readText(passphraseFile ?? "").replace(/\r?\n$/, "") };
}

/** The file may hold the code alone or the whole printed kit. */
function codeIn(kit: string): string {
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
