import { openConnector } from "@skyeworx/atlassian";
import { openCatalog } from "@skyeworx/catalog";
import { AppError, type Clock, type Log, type Random } from "@skyeworx/core";
import { createVault, folderStore, newRecoveryKit, openVault, sealingThread } from "@skyeworx/vault";
import type { SiteBackends, VaultPlace } from "./backends.ts";

export interface RealBackendPorts {
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Log;
}

/** Vaults in folders, catalogs in files, and Atlassian Cloud. */
export function realBackends(ports: RealBackendPorts): SiteBackends {
	const sealing = sealingThread();
	const vaultPorts = (place: VaultPlace) => ({ ...ports, store: folderStore(place.folder), cacheFolder: place.cacheFolder, sealing });
	return {
		kinds: kindsWithRestore(ports),
		createVault: (place, slots) => createVault({ ...vaultPorts(place), slots }),
		openVault: (place, unlock, expectHead) => openVault({ ...vaultPorts(place), unlock, ...(expectHead !== undefined && { expectHead }) }),
		openStore: (place) => folderStore(place.folder),
		openCatalog,
		connect: (connection, credentials, budget) =>
			openConnector({ connection, credentials, ports, ...(budget !== undefined && { budget }) }),
		newRecoveryKit: () => newRecoveryKit(ports.random),
	};
}

/** Only an open connector's kinds say what can be restored; this one is never asked for anything else. */
function kindsWithRestore(ports: RealBackendPorts) {
	const nowhere = async (): Promise<never> => {
		throw new AppError("internal", "A connector without a site was used");
	};
	return openConnector({
		connection: { siteUrl: "https://nowhere.invalid", type: "api-token" },
		credentials: { load: nowhere, replace: nowhere, exclusive: nowhere },
		ports,
	}).kinds;
}
