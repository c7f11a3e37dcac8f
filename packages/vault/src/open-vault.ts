import { AppError, isAppError } from "@skyeworx/core";
import { sha256Hex } from "./crypto/derive.ts";
import { readVaultJson, requireVaultMac, vaultJsonName } from "./format/vault-json.ts";
import { ringLogPorts, vaultRing } from "./keys/vault-ring.ts";
import { VaultLog } from "./log/vault-log.ts";
import { OpenedVault } from "./opened-vault.ts";
import { patientStore } from "./stores/retrying.ts";
import type { Store } from "./stores/store.ts";
import { openRootKey } from "./unlock.ts";
import type { OpenVaultOptions, Vault } from "./vault.ts";

/**
 * Opens a vault with one of its keys.
 * @throws AppError `not-found` when there is none, `vault-key-wrong`, `vault-key-revoked`, `vault-damaged` naming the object, `vault-rolled-back`,
 *   `vault-unsupported` when a newer version wrote something that must be understood
 */
export async function openVault(options: OpenVaultOptions): Promise<Vault> {
	const { clock, random, log, unlock, expectHead } = options;
	const store = patientStore(options.store, clock);
	const bytes = await readVaultFile(store);
	const json = readVaultJson(bytes);
	const { vaultId } = json;
	let loaded: VaultLog | undefined;
	const place = { store, clock, vaultId, unlock, lifetime: options.keyLifetime, log: () => loaded };
	const { ring, useUnlock } = vaultRing(place, await openRootKey(place));
	try {
		requireVaultMac(json, ring.roots.mac);
		const logPorts = ringLogPorts({ store, clock, random, log, genesis: sha256Hex(bytes) }, ring);
		const vaultLog = await VaultLog.load(logPorts, { expectHead, lostEnd: options.lostLogEnd });
		loaded = vaultLog;
		// The log may have removed the slot that was just used.
		await ring.ready();
		await ring.loadContent();
		const vault = new OpenedVault({
			...options,
			store,
			vaultId,
			ring,
			useUnlock,
			roots: ring.roots,
			keys: ring.content,
			vaultLog,
			logPorts,
		});
		vault.requireReadable();
		return vault;
	} catch (error) {
		ring.close();
		throw error;
	}
}

async function readVaultFile(store: Store): Promise<Uint8Array> {
	try {
		return await store.read(vaultJsonName);
	} catch (error) {
		if (!isAppError(error, "store-object-missing")) throw error;
		throw new AppError("not-found", `There is no vault in ${store.description}`, {
			hint: "Check the place; a vault has a file vault.json at its top.",
			cause: error,
		});
	}
}
