import { z } from "zod";
import { damaged } from "../damage.ts";
import { parseStored, requireCheck } from "../format/stored-json.ts";
import type { SlotInfo } from "../vault.ts";

const about = { format: z.literal("skyeworx-slot/1"), vaultId: z.string(), slotId: z.string(), createdAt: z.iso.datetime() };
const sealed = { nonce: z.base64(), commit: z.base64(), wrapped: z.base64(), check: z.string() };
const service = { keyId: z.string().max(2048), sealedSecret: z.base64() };
// The bounds keep a hostile store from making us spend gigabytes on one guess.
const scryptSchema = z.object({
	name: z.literal("scrypt"),
	n: z.union([z.literal(2 ** 15), z.literal(2 ** 16), z.literal(2 ** 17), z.literal(2 ** 18), z.literal(2 ** 19), z.literal(2 ** 20)]),
	r: z.literal(8),
	p: z.number().int().min(1).max(4),
	salt: z.base64(),
});
export type ScryptParameters = z.infer<typeof scryptSchema>;

/** A key slot as it is stored. `kms-google` is reserved: readers pass over it. */
const slotSchema = z.discriminatedUnion("type", [
	z.strictObject({ ...about, type: z.literal("passphrase"), kdf: scryptSchema, ...sealed }),
	z.strictObject({ ...about, type: z.literal("key-file"), ...sealed }),
	z.strictObject({ ...about, type: z.literal("recovery-kit"), ...sealed }),
	z.strictObject({ ...about, type: z.literal("kms-aws"), ...service, ...sealed }),
	z.strictObject({ ...about, type: z.literal("kms-azure"), ...service, ...sealed }),
	z.looseObject({ ...about, type: z.literal("kms-google"), keyId: z.string(), wrapped: z.base64(), check: z.string() }),
]);
export type Slot = z.infer<typeof slotSchema>;
/** A slot that this version can open. */
export type KnownSlot = Exclude<Slot, { readonly type: "kms-google" }>;

/** Where slots lie. */
export const slotPrefix = "keys/slots/";

/** Name of the object that holds a slot. */
export function slotName(slotId: string): string {
	return `${slotPrefix}${slotId}.json`;
}

/** Parses a stored slot and holds it against its check sum. */
export function readSlot(object: string, bytes: Uint8Array): Slot {
	const slot = parseStored({ schema: slotSchema, bytes, object });
	requireCheck(slot, object);
	if (slotName(slot.slotId) !== object) throw damaged({ object, what: "name", detail: "it was stored under another slot's name" });
	return slot;
}

/** Whether slots of this type open a vault without a key service. */
export function isOffline(type: Slot["type"]): boolean {
	return type === "passphrase" || type === "key-file" || type === "recovery-kit";
}

/** A stored slot in the port's words. */
export function slotInfo(slot: Slot): SlotInfo {
	const { slotId, type, createdAt } = slot;
	return {
		slotId,
		type,
		createdAt: new Date(createdAt),
		offline: isOffline(type),
		...("keyId" in slot ? { keyId: slot.keyId } : {}),
	};
}
