import { canonicalBytes, type JsonObject } from "@skyeworx/core";
import { z } from "zod";
import { hmac } from "../crypto/derive.ts";
import { damaged, unsupported } from "../damage.ts";
import { fromUtf8, toHex } from "./bytes.ts";
import { parseStored } from "./stored-json.ts";

/** Where the vault describes itself. */
export const vaultJsonName = "vault.json";

const format = "skyeworx-vault/1";

const vaultJsonSchema = z.strictObject({
	format: z.literal(format),
	vaultId: z.string().regex(/^[a-z2-7]{26}$/),
	createdAt: z.iso.datetime(),
	suite: z.literal("aes-256-gcm/hkdf-sha256/hmac-sha256/zstd"),
	idLength: z.literal(20),
	tool: z.string(),
	mac: z.string().regex(/^[0-9a-f]{64}$/),
});
export type VaultJson = z.infer<typeof vaultJsonSchema>;

interface NewVaultJson {
	readonly vaultId: string;
	readonly createdAt: string;
	readonly macKey: Uint8Array;
}

/** The vault's plaintext self-description, with a MAC under a key from the root key. */
export function writeVaultJson({ vaultId, createdAt, macKey }: NewVaultJson): Uint8Array {
	const fields: JsonObject = {
		format,
		vaultId,
		createdAt,
		suite: "aes-256-gcm/hkdf-sha256/hmac-sha256/zstd",
		idLength: 20,
		tool: "skyeworx vault; see README.txt beside this file",
	};
	return canonicalBytes({ ...fields, mac: macOf(fields, macKey) });
}

/** Parses vault.json before any key is known. @throws AppError `vault-unsupported` for another format */
export function readVaultJson(bytes: Uint8Array): VaultJson {
	let found: string | undefined;
	try {
		found = (JSON.parse(fromUtf8(bytes)) as { format?: string }).format;
	} catch (cause) {
		throw damaged({ object: vaultJsonName, what: "schema", detail: "it is not JSON", cause });
	}
	if (typeof found === "string" && found !== format && /^skyeworx-vault\/\d+$/.test(found))
		throw unsupported(vaultJsonName, `its format is ${found}`);
	return parseStored({ schema: vaultJsonSchema, bytes, object: vaultJsonName });
}

/** @throws AppError `vault-damaged` when a field is not as it was written */
export function requireVaultMac(json: VaultJson, macKey: Uint8Array): void {
	const { mac, ...fields } = json;
	if (macOf(fields, macKey) !== mac) throw damaged({ object: vaultJsonName, what: "mac", detail: "its fields do not fit its MAC" });
}

function macOf(fields: JsonObject, key: Uint8Array): string {
	return toHex(hmac(key, canonicalBytes(fields)));
}
