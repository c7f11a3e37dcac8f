import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { AppError, type Random } from "@skyeworx/core";

/**
 * Reads the key that seals organizations' keys, or makes it when there is none. 64 hex digits, mode 0600.
 * @throws AppError `vault-key-wrong` when the file holds something else
 */
export function loadMasterKey(path: string, random: Random): Uint8Array {
	if (!existsSync(path)) {
		mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
		writeFileSync(path, `${Buffer.from(random.bytes(32)).toString("hex")}\n`, { mode: 0o600, flag: "wx" });
	}
	const text = readFileSync(path, "utf8").trim();
	if (!/^[0-9a-f]{64}$/.test(text)) {
		throw new AppError("vault-key-wrong", `${path} does not hold a master key`, {
			hint: "Put the right file back: 64 hexadecimal digits.",
		});
	}
	return Uint8Array.from(Buffer.from(text, "hex"));
}
