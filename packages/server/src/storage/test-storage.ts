import type { StorageChange, StorageTest } from "@skyeworx/contract";
import { AppError, isAppError, type Random } from "@skyeworx/core";
import { probeStore } from "@skyeworx/vault";
import type { Principal } from "../access/principal.ts";
import type { RuntimePorts } from "../sites/site-runtimes.ts";
import { type AllowedPlaces, requireAllowedKey, requireAllowedStore } from "./require-allowed.ts";
import { type OpenedKey, splitKey, unlockOf } from "./service-key.ts";
import { describeStore, locationOf, type OpenedPlace, splitStore } from "./store-place.ts";
import { loadChosen } from "./stored-choice.ts";

export interface TryPorts extends RuntimePorts, AllowedPlaces {
	readonly random: Random;
}

/** A store and a key that somebody names, or has chosen. */
interface Wanted {
	readonly externalId: string;
	readonly store: OpenedPlace | undefined;
	/** `built-in` needs no trial. */
	readonly key: OpenedKey | "built-in" | undefined;
}

/**
 * Tries a store and a key and says of each need whether it is met. Without either, what the organization has chosen is tried.
 * @throws AppError `bad-input` for an address that the server may not be led to
 */
export async function testStorage(ports: TryPorts, principal: Principal, change: StorageChange): Promise<StorageTest> {
	const chosen = await loadChosen(ports, principal.organizationId);
	const none = change.store === undefined && change.key === undefined;
	const ownFolder: OpenedPlace = { place: { type: "folder", folder: null }, secret: undefined };
	return await tryWanted(ports, {
		externalId: chosen.externalId,
		store: none ? (chosen.store ?? ownFolder) : allowedStore(ports, change),
		key: none ? (chosen.key ?? "built-in") : allowedKey(ports, change),
	});
}

/** The store of a change, when it may be used here. */
export function allowedStore(ports: AllowedPlaces, { store }: StorageChange): OpenedPlace | undefined {
	if (store === undefined) return undefined;
	const split = splitStore(store);
	requireAllowedStore(ports, split.place);
	return split;
}

/** The key of a change, when it may be used here. */
export function allowedKey(ports: AllowedPlaces, { key }: StorageChange): OpenedKey | "built-in" | undefined {
	if (key === undefined) return undefined;
	const split = splitKey(key);
	if (split !== undefined) requireAllowedKey(ports, split.key);
	return split ?? "built-in";
}

/** Tries both; nothing of what was found is hidden. */
export async function tryWanted(ports: TryPorts, { externalId, store, key }: Wanted): Promise<StorageTest> {
	const storeTried = store === undefined ? null : await tryStore(ports, store, externalId);
	const keyTried = key === undefined ? null : await tryKey(ports, key, externalId);
	return { ok: (storeTried?.ok ?? true) && (keyTried?.ok ?? true), store: storeTried, key: keyTried };
}

async function tryStore(ports: TryPorts, store: OpenedPlace, externalId: string): Promise<NonNullable<StorageTest["store"]>> {
	const location = locationOf(store, { path: "", externalId, vaultFolder: ports.vaultFolder });
	const findings = await probeStore(ports.backends.openStore(location), ports);
	return {
		description: describeStore(store.place),
		ok: findings.every(({ ok }) => ok),
		findings: findings.map(({ need, ok, message, hint }) => ({ need, ok, message, hint: hint ?? null })),
	};
}

async function tryKey(ports: TryPorts, key: OpenedKey | "built-in", externalId: string): Promise<NonNullable<StorageTest["key"]>> {
	if (key === "built-in") return { description: "Built-in key", ok: true, findings: [] };
	const description = key.key.type === "kms-aws" ? key.key.keyArn : key.key.keyId;
	const need = "wrap and unwrap";
	try {
		await ports.backends.probeKey(unlockOf(key, externalId));
		return { description, ok: true, findings: [{ need, ok: true, message: "", hint: null }] };
	} catch (error) {
		if (!isAppError(error) || error.code === "cancelled") throw error;
		const permission = typeof error.facts.permission === "string" ? error.facts.permission : need;
		return { description, ok: false, findings: [{ need: permission, ok: false, message: error.message, hint: error.hint ?? null }] };
	}
}

/** @throws AppError `store-unsuitable` or `vault-key-unavailable` with the first need that is not met */
export function requireGood({ store, key }: StorageTest): void {
	const unmet = store?.findings.find(({ ok }) => !ok);
	if (unmet !== undefined) {
		throw new AppError(unmet.need === "reach" ? "store-unreachable" : "store-unsuitable", unmet.message, withHint(unmet));
	}
	const refused = key?.findings.find(({ ok }) => !ok);
	if (refused !== undefined) throw new AppError("vault-key-unavailable", refused.message, withHint(refused));
}

function withHint({ need, hint }: { readonly need: string; readonly hint: string | null }) {
	return { facts: { need }, ...(hint !== null && { hint }) };
}
