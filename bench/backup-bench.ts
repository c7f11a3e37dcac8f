import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Catalog, openCatalog } from "@skyeworx/catalog";
import { quietLog, type RunId, systemClock, systemRandom } from "@skyeworx/core";
import { type BackupResult, type Connector, followVault, runBackup } from "@skyeworx/engine";
import { createVault, folderStore, sealingThread, type Vault } from "@skyeworx/vault";

export interface BenchVault {
	readonly vault: Vault;
	readonly catalog: Catalog;
	backup(connector: Connector): Promise<BackupResult>;
	follow(connector: Connector, url: string): Promise<void>;
	remove(): Promise<void>;
}

/** Makes a vault in a new folder of the machine's disk, with its catalog beside it: as the server has them. */
export async function benchVault(): Promise<BenchVault> {
	const folder = await mkdtemp(join(tmpdir(), "skyeworx-bench-"));
	const ports = { clock: systemClock, random: systemRandom, log: quietLog };
	const store = folderStore(join(folder, "vault"));
	const sealing = sealingThread();
	const vault = await createVault({ ...ports, store, sealing, slots: [{ type: "key-file", key: systemRandom.bytes(32) }] });
	const catalog = openCatalog({ path: join(folder, "catalog.db"), key: vault.deriveKey("catalog") });
	return {
		vault,
		catalog,
		backup: async (connector) =>
			await runBackup({ ...ports, vault, connector }, { runId: "bench" as RunId, signal: new AbortController().signal }),
		follow: async (connector, url) => await followVault({ vault, catalog, kinds: connector.kinds, site: { url } }),
		async remove() {
			catalog.close();
			await vault.close();
			await sealing.close();
			await rm(folder, { recursive: true, maxRetries: 10, retryDelay: 100 });
		},
	};
}
