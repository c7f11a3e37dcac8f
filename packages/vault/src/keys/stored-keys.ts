import type { KeysDestroyed, SlotInfo, Unlock, VaultKeys } from "../vault.ts";
import { addSlot, presentSlots, removeSlot, rotateSlot } from "./change-slots.ts";
import { destroyKeys, rotateDomainKey, shredDomain } from "./destroy-keys.ts";
import type { KeyParts } from "./key-parts.ts";

/** The keys of an open vault, as its store has them. */
export function storedKeys(parts: KeyParts): VaultKeys {
	return {
		async slots(): Promise<readonly SlotInfo[]> {
			await parts.vaultLog.refresh();
			return presentSlots(parts);
		},
		addSlot: (unlock: Unlock): Promise<string> => addSlot(parts, unlock),
		removeSlot: (slotId: string): Promise<void> => removeSlot(parts, slotId),
		rotateSlot: (slotId: string, unlock: Unlock): Promise<string> => rotateSlot(parts, slotId, unlock),
		rotateDomainKey: (): Promise<number> => rotateDomainKey(parts),
		shredDomain: (): Promise<KeysDestroyed> => shredDomain(parts),
		destroyKeys: (): Promise<KeysDestroyed> => destroyKeys(parts),
	};
}
