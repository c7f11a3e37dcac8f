import { AppError, type Clock, isAppError } from "@skyeworx/core";
import { readSlot, slotPrefix } from "./crypto/slot-format.ts";
import { openSlot } from "./crypto/slots.ts";
import { domainKeyName, type RootKeys, unwrapDomainKey } from "./crypto/vault-keys.ts";
import { damaged } from "./damage.ts";
import { retrying } from "./stores/retrying.ts";
import type { Store } from "./stores/store.ts";
import type { Unlock } from "./vault.ts";

/** Names of the stored slots. */
export async function listSlots(store: Store): Promise<string[]> {
	const names: string[] = [];
	for await (const { name } of store.list(slotPrefix)) names.push(name);
	return names.sort();
}

interface Locked {
	readonly store: Store;
	readonly clock: Clock;
	readonly vaultId: string;
	readonly unlock: Unlock;
	/** Slots that the log has removed: they open nothing, whatever is in the store. */
	readonly removed?: ReadonlySet<string>;
}

/** A root key and the slot that it came out of. */
export interface OpenedRoot {
	readonly slotId: string;
	readonly rootKey: Uint8Array;
}

/**
 * Finds the slot that the key opens. A damaged slot does not keep another one from opening the vault.
 * @throws AppError `vault-key-wrong` when no slot opens, `vault-damaged` when only a damaged slot could have or there is none at
 *   all; what a key service refuses with
 */
export async function openRootKey({ store, clock, vaultId, unlock, removed = new Set() }: Locked): Promise<OpenedRoot> {
	let damage: unknown;
	let ofType = 0;
	const names = await listSlots(store);
	for (const name of names) {
		try {
			const slot = readSlot(name, await store.read(name));
			if (slot.vaultId !== vaultId) throw damaged({ object: name, what: "name", detail: "it belongs to another vault" });
			if (removed.has(slot.slotId)) continue;
			const opened = await retrying(clock, () => openSlot(slot, unlock));
			if (opened !== "other-type") ofType++;
			if (opened instanceof Uint8Array) return { slotId: slot.slotId, rootKey: opened };
		} catch (error) {
			if (!isAppError(error, "vault-damaged") && !isAppError(error, "store-object-missing")) throw error;
			damage ??= error;
		}
	}
	if (damage !== undefined) throw damage;
	if (names.length === 0)
		throw damaged({ object: slotPrefix, what: "missing", detail: "there is no key slot left: the vault's keys were destroyed or removed" });
	throw wrongKey(unlock, ofType);
}

function wrongKey({ type }: Unlock, slotsOfThisType: number): AppError {
	return new AppError(
		"vault-key-wrong",
		slotsOfThisType === 0 ? `The vault can't be opened with a ${type}` : `This ${type} does not open the vault`,
		{
			facts: { type, slotsOfThisType },
			hint: "Try the recovery kit that was printed when the vault was made.",
		},
	);
}

interface DomainLocation {
	readonly store: Store;
	readonly vaultId: string;
	readonly domain: number;
	readonly roots: RootKeys;
	/** The newest generation that the log knows: all up to it must be there. */
	readonly newest: number;
}

/** Names of a domain's stored keys by their generation. */
export async function listDomainKeys(store: Store, domain: number): Promise<ReadonlyMap<number, string>> {
	const found = new Map<number, string>();
	for await (const { name } of store.list(`keys/domains/${domain}.`)) {
		const match = /^keys\/domains\/\d+\.(\d{1,10})\.json$/.exec(name);
		if (match?.[1] !== undefined) found.set(Number(match[1]), name);
	}
	return found;
}

/** Opens all generations of a domain's key. @throws AppError `vault-damaged` naming the key that is not as it was, or not there */
export async function openDomainKeys({ store, vaultId, domain, roots, newest }: DomainLocation): Promise<ReadonlyMap<number, Uint8Array>> {
	const stored = await listDomainKeys(store, domain);
	const generations = new Map<number, Uint8Array>();
	const last = Math.max(newest, ...stored.keys());
	for (let generation = 0; generation <= last; generation++) {
		const name = stored.get(generation);
		if (name === undefined)
			throw damaged({ object: domainKeyName({ domain, generation }), what: "missing", detail: "it is not in the store" });
		generations.set(generation, unwrapDomainKey(await store.read(name), { vaultId, domain, generation, roots }));
	}
	return generations;
}
