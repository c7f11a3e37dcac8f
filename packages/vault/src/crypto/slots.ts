import { type ScryptOptions, scrypt } from "node:crypto";
import { promisify } from "node:util";
import { AppError, type JsonObject, type Random } from "@skyeworx/core";
import { damaged } from "../damage.ts";
import { fromBase64, plain, sameBytes, toBase64 } from "../format/bytes.ts";
import { withCheck } from "../format/stored-json.ts";
import type { Unlock } from "../vault.ts";
import { hkdf } from "./derive.ts";
import { asksKeyService, keyServiceOf } from "./key-services/key-service.ts";
import { recoverySecret } from "./recovery-kit.ts";
import { type KnownSlot, readSlot, type ScryptParameters, type Slot, slotName } from "./slot-format.ts";
import { unwrapKey, wrapKey } from "./wrapped-key.ts";

const scryptAsync = promisify<string, Uint8Array, number, ScryptOptions, Buffer>(scrypt);
const scryptDefaults = { name: "scrypt", n: 2 ** 17, r: 8, p: 1 } as const;

/** What a slot holds beside its name that its key comes from. */
interface KeyOrigin {
	readonly kdf?: ScryptParameters;
	/** What the key service wrapped, opened. */
	readonly secret?: Uint8Array;
}

async function slotSecret(unlock: Unlock, { kdf, secret }: KeyOrigin): Promise<Uint8Array> {
	switch (unlock.type) {
		case "passphrase": {
			if (kdf === undefined) throw new AppError("internal", "A passphrase slot has no key derivation");
			const { n, r, p, salt } = kdf;
			const options = { N: n, r, p, maxmem: 256 * n * r * p };
			return plain(await scryptAsync(unlock.passphrase.normalize("NFKC"), fromBase64(salt), 32, options));
		}
		case "key-file":
			if (unlock.key.length !== 32) {
				throw new AppError("bad-input", "A vault key has 32 bytes", {
					facts: { bytes: unlock.key.length },
					hint: "Choose the key file that was made for this vault.",
				});
			}
			return unlock.key;
		case "recovery-kit":
			return recoverySecret(unlock.code);
		case "kms-aws":
		case "kms-azure":
			if (secret === undefined) throw new AppError("internal", "A key service's slot has no secret");
			return secret;
	}
}

function wrappingKey(secret: Uint8Array, slot: { readonly type: string; readonly vaultId: string; readonly slotId: string }): Uint8Array {
	return hkdf(secret, `skyeworx/1/slot/${slot.type}/${slot.vaultId}/${slot.slotId}`);
}

export interface NewSlot {
	readonly vaultId: string;
	readonly rootKey: Uint8Array;
	readonly unlock: Unlock;
	readonly random: Random;
	readonly now: Date;
}

/**
 * Wraps the root key for one more way to open the vault, and opens it again: a slot that was never opened is a hope.
 * @throws AppError what a key service refuses with
 */
export async function makeSlot({
	vaultId,
	rootKey,
	unlock,
	random,
	now,
}: NewSlot): Promise<{ readonly slotId: string; readonly bytes: Uint8Array }> {
	const slotId = Buffer.from(random.bytes(8)).toString("hex");
	const origin = await newOrigin(unlock, random, { vaultId, slotId });
	const fields: JsonObject = {
		format: "skyeworx-slot/1",
		vaultId,
		slotId,
		createdAt: now.toISOString(),
		type: unlock.type,
		...origin.fields,
	};
	const key = wrappingKey(await slotSecret(unlock, origin), { type: unlock.type, vaultId, slotId });
	const bytes = withCheck({ ...fields, ...wrapKey(rootKey, { wrappingKey: key, about: fields, random }) });
	origin.secret?.fill(0);
	const again = await openSlot(readSlot(slotName(slotId), bytes), unlock);
	if (!(again instanceof Uint8Array) || !sameBytes(again, rootKey)) throw new AppError("internal", "A new key slot does not open");
	again.fill(0);
	return { slotId, bytes };
}

async function newOrigin(
	unlock: Unlock,
	random: Random,
	context: { readonly vaultId: string; readonly slotId: string },
): Promise<KeyOrigin & { readonly fields: JsonObject }> {
	if (unlock.type === "passphrase") {
		const kdf = { ...scryptDefaults, salt: toBase64(random.bytes(32)) };
		return { kdf, fields: { kdf } };
	}
	if (!asksKeyService(unlock)) return { fields: {} };
	const secret = random.bytes(32);
	const { keyId, sealedSecret } = await keyServiceOf(unlock).wrap(secret, context);
	return { secret, fields: { keyId, sealedSecret: toBase64(sealedSecret) } };
}

/**
 * Tries one slot: the root key, or why not.
 * @throws AppError `vault-damaged` when the key is right and the slot is not; what a key service refuses with
 */
export async function openSlot(slot: Slot, unlock: Unlock): Promise<Uint8Array | "other-type" | "wrong-key"> {
	if (slot.type !== unlock.type) return "other-type";
	const known = slot as KnownSlot;
	const secret = await wrappedSecret(known, unlock);
	if (secret === "wrong-key") return "wrong-key";
	const { nonce, commit, wrapped, check: _check, ...fields } = known;
	const kdf = known.type === "passphrase" ? { kdf: known.kdf } : {};
	const key = wrappingKey(await slotSecret(unlock, { ...kdf, ...(secret === undefined ? {} : { secret }) }), known);
	secret?.fill(0);
	const opened = unwrapKey({ nonce, commit, wrapped }, { wrappingKey: key, about: fields as JsonObject });
	if (opened === "damaged")
		throw damaged({ object: slotName(slot.slotId), what: "tag", detail: "the key fits, the wrapped root key does not open" });
	return opened;
}

async function wrappedSecret(slot: KnownSlot, unlock: Unlock): Promise<Uint8Array | undefined | "wrong-key"> {
	if (!asksKeyService(unlock) || !("sealedSecret" in slot)) return undefined;
	const service = keyServiceOf(unlock);
	if (!service.isKey(slot.keyId)) return "wrong-key";
	const { vaultId, slotId, keyId } = slot;
	const secret = await service.unwrap({ keyId, sealedSecret: fromBase64(slot.sealedSecret) }, { vaultId, slotId });
	if (secret === undefined)
		throw damaged({ object: slotName(slotId), what: "key", detail: "its secret was wrapped by another key or for another slot" });
	return secret;
}
