import { type ScryptOptions, scrypt } from "node:crypto";
import { promisify } from "node:util";
import { AppError, type JsonObject, type Random } from "@skyeworx/core";
import { z } from "zod";
import { damaged } from "../damage.ts";
import { fromBase64, plain, toBase64 } from "../format/bytes.ts";
import { parseStored, requireCheck, withCheck } from "../format/stored-json.ts";
import type { Unlock } from "../vault.ts";
import { hkdf } from "./derive.ts";
import { recoverySecret } from "./recovery-kit.ts";
import { unwrapKey, wrapKey } from "./wrapped-key.ts";

const scryptAsync = promisify<string, Uint8Array, number, ScryptOptions, Buffer>(scrypt);

const about = { format: z.literal("skyeworx-slot/1"), vaultId: z.string(), slotId: z.string(), createdAt: z.iso.datetime() };
const sealed = { nonce: z.base64(), commit: z.base64(), wrapped: z.base64(), check: z.string() };
// The bounds keep a hostile store from making us spend gigabytes on one guess.
const scryptSchema = z.object({
	name: z.literal("scrypt"),
	n: z.union([z.literal(2 ** 15), z.literal(2 ** 16), z.literal(2 ** 17), z.literal(2 ** 18), z.literal(2 ** 19), z.literal(2 ** 20)]),
	r: z.literal(8),
	p: z.number().int().min(1).max(4),
	salt: z.base64(),
});

/** A key slot as it is stored. The `kms-*` types are reserved: readers pass over them. */
const slotSchema = z.discriminatedUnion("type", [
	z.strictObject({ ...about, type: z.literal("passphrase"), kdf: scryptSchema, ...sealed }),
	z.strictObject({ ...about, type: z.literal("key-file"), ...sealed }),
	z.strictObject({ ...about, type: z.literal("recovery-kit"), ...sealed }),
	z.looseObject({
		...about,
		type: z.enum(["kms-aws", "kms-azure", "kms-google"]),
		keyId: z.string(),
		wrapped: z.base64(),
		check: z.string(),
	}),
]);
export type Slot = z.infer<typeof slotSchema>;
type ScryptParameters = z.infer<typeof scryptSchema>;

const scryptDefaults = { name: "scrypt", n: 2 ** 17, r: 8, p: 1 } as const;

/** Name of the object that holds a slot. */
export function slotName(slotId: string): string {
	return `keys/slots/${slotId}.json`;
}

async function wrappingKey(unlock: Unlock, slot: { readonly vaultId: string; readonly slotId: string; readonly kdf?: ScryptParameters }) {
	const info = `skyeworx/1/slot/${unlock.type}/${slot.vaultId}/${slot.slotId}`;
	switch (unlock.type) {
		case "passphrase": {
			if (slot.kdf === undefined) throw new AppError("internal", "A passphrase slot has no key derivation");
			const { n, r, p, salt } = slot.kdf;
			const options = { N: n, r, p, maxmem: 256 * n * r * p };
			return hkdf(plain(await scryptAsync(unlock.passphrase.normalize("NFKC"), fromBase64(salt), 32, options)), info);
		}
		case "key-file":
			if (unlock.key.length !== 32) {
				throw new AppError("bad-input", "A vault key has 32 bytes", {
					facts: { bytes: unlock.key.length },
					hint: "Choose the key file that was made for this vault.",
				});
			}
			return hkdf(unlock.key, info);
		case "recovery-kit":
			return hkdf(recoverySecret(unlock.code), info);
	}
}

export interface NewSlot {
	readonly vaultId: string;
	readonly rootKey: Uint8Array;
	readonly unlock: Unlock;
	readonly random: Random;
	readonly now: Date;
}

/** Wraps the root key for one more way to open the vault. */
export async function makeSlot({ vaultId, rootKey, unlock, random, now }: NewSlot): Promise<{ slotId: string; bytes: Uint8Array }> {
	const slotId = Buffer.from(random.bytes(8)).toString("hex");
	const kdf = unlock.type === "passphrase" ? { ...scryptDefaults, salt: toBase64(random.bytes(32)) } : undefined;
	const fields: JsonObject = {
		format: "skyeworx-slot/1",
		vaultId,
		slotId,
		createdAt: now.toISOString(),
		type: unlock.type,
		...(kdf === undefined ? {} : { kdf }),
	};
	const key = await wrappingKey(unlock, { vaultId, slotId, ...(kdf === undefined ? {} : { kdf }) });
	return { slotId, bytes: withCheck({ ...fields, ...wrapKey(rootKey, { wrappingKey: key, about: fields, random }) }) };
}

/** Parses a stored slot and holds it against its check sum. */
export function readSlot(object: string, bytes: Uint8Array): Slot {
	const slot = parseStored({ schema: slotSchema, bytes, object });
	requireCheck(slot, object);
	if (slotName(slot.slotId) !== object) throw damaged({ object, what: "name", detail: "it was stored under another slot's name" });
	return slot;
}

/** Tries one slot: the root key, or why not. @throws AppError `vault-damaged` when the key is right and the slot is not */
export async function openSlot(slot: Slot, unlock: Unlock): Promise<Uint8Array | "other-type" | "wrong-key"> {
	if (slot.type !== unlock.type || !("nonce" in slot)) return "other-type";
	const { nonce, commit, wrapped, check: _check, ...fields } = slot as Exclude<Slot, { keyId: string }>;
	const key = await wrappingKey(unlock, fields);
	const opened = unwrapKey({ nonce, commit, wrapped }, { wrappingKey: key, about: fields as JsonObject });
	if (opened === "damaged")
		throw damaged({ object: slotName(slot.slotId), what: "tag", detail: "the key fits, the wrapped root key does not open" });
	return opened;
}
