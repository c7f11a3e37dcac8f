import { AppError, isAppError } from "@skyeworx/core";
import { readSlot, slotInfo, slotName, slotPrefix } from "../crypto/slot-format.ts";
import { makeSlot } from "../crypto/slots.ts";
import { retrying } from "../stores/retrying.ts";
import { listSlots } from "../unlock.ts";
import type { SlotInfo, Unlock } from "../vault.ts";
import { deleteForGood, type KeyParts } from "./key-parts.ts";

/** The slots that open the vault, oldest first; those that can't be read come last. */
export async function presentSlots({ store, vaultLog, vaultId }: KeyParts): Promise<readonly SlotInfo[]> {
	const found: SlotInfo[] = [];
	for (const name of await listSlots(store)) {
		const slotId = name.slice(slotPrefix.length).replace(/\.json$/, "");
		if (vaultLog.state.removedSlots.has(slotId)) continue;
		try {
			const slot = readSlot(name, await store.read(name));
			found.push(slot.vaultId === vaultId ? slotInfo(slot) : { slotId, type: "unreadable", offline: false });
		} catch (error) {
			if (isAppError(error, "store-object-missing")) continue;
			if (!isAppError(error, "vault-damaged")) throw error;
			found.push({ slotId, type: "unreadable", offline: false });
		}
	}
	return found.sort((a, b) => (a.createdAt?.getTime() ?? Number.POSITIVE_INFINITY) - (b.createdAt?.getTime() ?? Number.POSITIVE_INFINITY));
}

/** Wraps the root key once more; the slot was opened before it is stored. */
export async function addSlot(parts: KeyParts, unlock: Unlock): Promise<string> {
	parts.requireWritable();
	await parts.vaultLog.refresh();
	const { store, clock, random, vaultId, ring, vaultLog } = parts;
	// A copy: the ring's own bytes may be overwritten while a key service is asked.
	const rootKey = ring.rootKey.slice();
	try {
		const { slotId, bytes } = await retrying(clock, () => makeSlot({ vaultId, rootKey, unlock, random, now: clock.now() }));
		await store.create(slotName(slotId), bytes);
		await vaultLog.append(() => ({ op: "slot", action: "added", slotId, type: unlock.type }));
		return slotId;
	} finally {
		rootKey.fill(0);
	}
}

/** Takes a slot away: first in the log, which every reader obeys, then in the store. Doing it again ends what was interrupted. */
export async function removeSlot(parts: KeyParts, slotId: string): Promise<void> {
	parts.requireWritable();
	await parts.vaultLog.appendIf(async (state) => {
		if (state.removedSlots.has(slotId)) return undefined;
		const slots = await presentSlots(parts);
		const slot = requireSlot(slots, slotId);
		requireEnough(slots.filter((other) => other !== slot));
		return { op: "slot", action: "removed", slotId, type: slot.type };
	});
	await deleteForGood(parts.store, slotName(slotId));
}

/** Another slot in the place of one; there is no moment at which neither opens the vault. */
export async function rotateSlot(parts: KeyParts, slotId: string, unlock: Unlock): Promise<string> {
	await parts.vaultLog.refresh();
	const slots = await presentSlots(parts);
	const old = requireSlot(slots, slotId);
	const offline = unlock.type !== "kms-aws" && unlock.type !== "kms-azure";
	requireEnough([...slots.filter((other) => other !== old), { slotId: "", type: unlock.type, offline }]);
	const own = parts.ring.slotId === slotId;
	const added = await addSlot(parts, unlock);
	if (own) parts.useUnlock(unlock);
	await removeSlot(parts, slotId);
	return added;
}

function requireSlot(slots: readonly SlotInfo[], slotId: string): SlotInfo {
	const slot = slots.find((one) => one.slotId === slotId);
	if (slot === undefined) {
		throw new AppError("not-found", `The vault has no key slot ${slotId}`, {
			facts: { slotId },
			hint: "List the slots with `skyeworx vault slot list`.",
		});
	}
	return slot;
}

/** @throws AppError `conflict` unless what stays opens the vault, with a key service and without one */
function requireEnough(staying: readonly SlotInfo[]): void {
	if (staying.some((slot) => slot.offline)) return;
	const last = !staying.some((slot) => slot.type === "kms-aws" || slot.type === "kms-azure");
	throw new AppError("conflict", last ? "This is the last key slot" : "This is the last key slot that needs no key service", {
		hint: "Add a passphrase, a key file or a recovery kit first: without one, the vault is lost when the key service is.",
	});
}
