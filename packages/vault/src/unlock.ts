import { AppError, isAppError } from "@skyeworx/core";
import { openSlot, readSlot } from "./crypto/slots.ts";
import { type DomainKeys, type DomainRef, domainKeys, mainDomain, type RootKeys, unwrapDomainKey } from "./crypto/vault-keys.ts";
import { damaged } from "./damage.ts";
import type { Store } from "./stores/store.ts";
import type { Unlock } from "./vault.ts";

const slotPrefix = "keys/slots/";
const domainPrefix = "keys/domains/";

/** Names of the stored slots. */
export async function listSlots(store: Store): Promise<string[]> {
	const names: string[] = [];
	for await (const { name } of store.list(slotPrefix)) names.push(name);
	return names.sort();
}

interface Locked {
	readonly store: Store;
	readonly vaultId: string;
	readonly unlock: Unlock;
}

/**
 * Finds the slot that the key opens. A damaged slot does not keep another one from opening the vault.
 * @throws AppError `vault-key-wrong` when no slot opens, `vault-damaged` when only a damaged slot could have
 */
export async function openRootKey({ store, vaultId, unlock }: Locked): Promise<Uint8Array> {
	let damage: unknown;
	let ofType = 0;
	for (const name of await listSlots(store)) {
		try {
			const slot = readSlot(name, await store.read(name));
			if (slot.vaultId !== vaultId) throw damaged({ object: name, what: "name", detail: "it belongs to another vault" });
			const opened = await openSlot(slot, unlock);
			if (opened !== "other-type") ofType++;
			if (opened instanceof Uint8Array) return opened;
		} catch (error) {
			if (!isAppError(error, "vault-damaged") && !isAppError(error, "store-object-missing")) throw error;
			damage ??= error;
		}
	}
	if (damage !== undefined) throw damage;
	throw new AppError(
		"vault-key-wrong",
		ofType === 0 ? `The vault can't be opened with a ${unlock.type}` : `This ${unlock.type} does not open the vault`,
		{
			facts: { type: unlock.type, slotsOfThisType: ofType },
			hint: "Try the recovery kit that was printed when the vault was made.",
		},
	);
}

interface DomainLocation {
	readonly store: Store;
	readonly vaultId: string;
	readonly roots: RootKeys;
}

/** Opens all generations of the vault's content key. @throws AppError `vault-damaged` */
export async function openDomainKeys({ store, vaultId, roots }: DomainLocation): Promise<DomainKeys> {
	const generations = new Map<number, Uint8Array>();
	for await (const { name } of store.list(`${domainPrefix}${mainDomain}.`)) {
		const match = /^keys\/domains\/\d+\.(\d+)\.json$/.exec(name);
		if (match?.[1] === undefined) continue;
		const generation = Number(match[1]);
		generations.set(generation, unwrapDomainKey(await store.read(name), { vaultId, domain: mainDomain, generation, roots }));
	}
	const ref: DomainRef = { domain: mainDomain, generation: Math.max(0, ...generations.keys()) };
	return domainKeys(ref, generations);
}
