import { AppError, isAppError } from "@skyeworx/core";
import { sha256Hex } from "./crypto/derive.ts";
import { rootKeys } from "./crypto/vault-keys.ts";
import { readVaultJson, requireVaultMac, vaultJsonName } from "./format/vault-json.ts";
import { VaultLog } from "./log/vault-log.ts";
import { OpenedVault } from "./opened-vault.ts";
import { patientStore } from "./stores/retrying.ts";
import type { Store } from "./stores/store.ts";
import { openDomainKeys, openRootKey } from "./unlock.ts";
import type { OpenVaultOptions, Vault } from "./vault.ts";

/**
 * Opens a vault with one of its keys.
 * @throws AppError `not-found` when there is none, `vault-key-wrong`, `vault-damaged` naming the object, `vault-rolled-back`,
 *   `vault-unsupported` when a newer version wrote something that must be understood
 */
export async function openVault(options: OpenVaultOptions): Promise<Vault> {
	const { clock, random, log, unlock, expectHead } = options;
	const store = patientStore(options.store, clock);
	const bytes = await readVaultFile(store);
	const json = readVaultJson(bytes);
	const { vaultId } = json;
	const rootKey = await openRootKey({ store, vaultId, unlock });
	const roots = rootKeys(rootKey, vaultId);
	requireVaultMac(json, roots.mac);
	const logPorts = { store, clock, random, log, logKey: roots.log, checkpointKey: roots.checkpoint, genesis: sha256Hex(bytes) };
	const vaultLog = await VaultLog.load(logPorts, expectHead);
	const keys = await openDomainKeys({ store, vaultId, roots });
	const vault = new OpenedVault({ ...options, store, vaultId, rootKey, roots, keys, vaultLog, logPorts });
	vault.requireReadable();
	return vault;
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
