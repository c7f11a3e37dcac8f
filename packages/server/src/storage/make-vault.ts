import { existsSync, readdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { AppError, isAppError, type Random } from "@skyeworx/core";
import { requireSuitableStore, type Store, type Unlock, type Vault } from "@skyeworx/vault";
import { withOrganization } from "../data/database.ts";
import type { SiteStorage } from "../data/storage-tables.ts";
import type { StoreLocation } from "../sites/backends.ts";
import { type RuntimePorts, vaultPlace } from "../sites/site-runtimes.ts";
import { makeKitCheck } from "./kit-proof.ts";
import { type AllowedPlaces, requireAllowedFolder } from "./require-allowed.ts";
import { unlockOf } from "./service-key.ts";
import { addressOf } from "./store-place.ts";
import { type Chosen, loadChosen, locateVault, readStore, secretPlaces, storageFor } from "./stored-choice.ts";

export interface MakePorts extends RuntimePorts, AllowedPlaces {
	readonly random: Random;
}

export interface MadeVault {
	readonly vault: Vault;
	readonly storage: SiteStorage;
	/** What goes into the site's row of keys. */
	readonly keys: {
		readonly sealed_key: Buffer | null;
		readonly key_service_id: string | null;
		readonly sealed_kit_check: Buffer;
	};
	readonly keyFile: { readonly name: string; readonly content: string } | null;
	readonly recoveryKit: { readonly code: string; readonly text: string; readonly proofGroup: number };
	/** Takes everything away again. */
	discard(): Promise<void>;
}

interface NewVault {
	readonly organizationId: string;
	readonly siteId: string;
	/** Of the site, for the printed kit. */
	readonly url: string;
	/** A folder that the caller names instead of the organization's store. */
	readonly folder: string | undefined;
}

/**
 * Makes a site's vault in the store and under the key that its organization has chosen.
 * @throws AppError `store-unsuitable`, `store-unreachable` before anything is made; `vault-key-revoked` and its like from the key service
 */
export async function makeVault(ports: MakePorts, wanted: NewVault): Promise<MadeVault> {
	const { organizationId, siteId, url } = wanted;
	const chosen = await loadChosen(ports, organizationId);
	const sealer = await ports.keys.sealer(organizationId);
	const storage = storageOf(ports, chosen, wanted);
	const location = await withOrganization(ports.database, organizationId, (scoped) => locateVault(scoped, sealer, storage));
	const store = ports.backends.openStore(location);
	await requireSuitableStore(store, ports);
	const random = ports.random.bytes(32);
	const file = chosen.key === undefined ? random : undefined;
	const recoveryCode = ports.backends.newRecoveryKit();
	const daily: Unlock = chosen.key === undefined ? { type: "key-file", key: random } : unlockOf(chosen.key, chosen.externalId);
	const discard = async () => await discardVault(store, location);
	try {
		const vault = await ports.backends.createVault(vaultPlace(ports.dataFolder, siteId, location), [
			daily,
			{ type: "recovery-kit", code: recoveryCode },
		]);
		const check = makeKitCheck(ports.random, recoveryCode);
		return {
			vault,
			storage,
			keys: {
				sealed_key: file === undefined ? null : sealer.bytes(secretPlaces.siteKey(siteId), file),
				key_service_id: chosen.key?.id ?? null,
				sealed_kit_check: sealer.json(secretPlaces.kitCheck(siteId), check),
			},
			keyFile: file === undefined ? null : { name: `skyeworx-${vault.id}.key`, content: `${Buffer.from(file).toString("hex")}\n` },
			recoveryKit: {
				code: recoveryCode,
				text: await writeKit(ports, { organizationId, storage, url, vaultId: vault.id, code: recoveryCode }),
				proofGroup: check.group,
			},
			discard,
		};
	} catch (error) {
		// A vault that was there already is somebody's.
		if (!isAppError(error, "conflict")) await discard().catch(() => {});
		throw error;
	}
}

interface PrintedKit {
	readonly organizationId: string;
	readonly storage: SiteStorage;
	readonly url: string;
	readonly vaultId: string;
	readonly code: string;
}

/** What is printed and kept apart from the backups. */
export async function writeKit(ports: MakePorts, { organizationId, storage, url, vaultId, code }: PrintedKit): Promise<string> {
	const chosen = await loadChosen(ports, organizationId);
	const sealer = await ports.keys.sealer(organizationId);
	const address = await withOrganization(ports.database, organizationId, async (scoped) => {
		if (storage.type === "folder") return storage.folder;
		const { place } = await readStore(scoped, sealer, storage.storeId);
		return addressOf(place, storage.path, chosen.externalId);
	});
	return kitText({ url, vaultId, recoveryCode: code, address, service: chosen.key !== undefined });
}

function storageOf(ports: MakePorts, chosen: Chosen, { siteId, folder: wanted }: NewVault): SiteStorage {
	if (wanted === undefined) return storageFor(chosen, siteId, ports);
	requireAllowedFolder(ports, wanted);
	const folder = resolve(wanted);
	if (existsSync(folder) && readdirSync(folder).length > 0) {
		throw new AppError("store-unsuitable", "That folder is not empty", { hint: "Name a folder that does not exist yet." });
	}
	return { type: "folder", folder };
}

/** Nothing was ever sealed with this vault's keys: what is there is no backup. */
async function discardVault(store: Store, location: StoreLocation): Promise<void> {
	if (location.type === "folder") {
		rmSync(location.folder, { recursive: true, force: true });
		return;
	}
	for await (const { name } of store.list("")) await store.delete(name);
}

interface Kit {
	readonly url: string;
	readonly vaultId: string;
	readonly recoveryCode: string;
	readonly address: string;
	readonly service: boolean;
}

function kitText({ url, vaultId, recoveryCode, address, service }: Kit): string {
	return [
		"Skyeworx recovery kit",
		"",
		`Site:      ${url}`,
		`Vault:     ${vaultId}`,
		`Store:     ${address}`,
		`Code:      ${recoveryCode}`,
		"",
		"Whoever has this code and the vault's files can read everything in it, without Skyeworx.",
		service
			? "Without this code and the key of your key service, nobody can. Print it, and keep it away from the backups."
			: "Without this code, the key file and this server, nobody can. Print it, and keep it away from the backups.",
		`To open the vault: npx skyeworx vault ls '${address}' --recovery-kit THIS-FILE`,
		"",
	].join("\n");
}
