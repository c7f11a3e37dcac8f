import { existsSync } from "node:fs";
import { join } from "node:path";
import { AppError, quietLog, systemClock, systemRandom } from "@skyeworx/core";
import { openStore, openVault, parseStoreAddress, type Vault } from "@skyeworx/vault";
import type { CliPorts } from "../session.ts";
import { type KeyOptions, readUnlock } from "./vault-keys.ts";

interface OfflineVault {
	readonly address: string;
	readonly keys: KeyOptions;
	readonly env: CliPorts["env"];
	/** For a repair: goes on although the end of the log was lost. */
	readonly lostLogEnd?: boolean;
}

/** Opens the vault in a folder, a bucket or a container for reading, with no server and no database; closes it afterwards. */
export async function withVault(
	{ address, keys, env, lostLogEnd = false }: OfflineVault,
	work: (vault: Vault) => Promise<void>,
): Promise<void> {
	const ports = { clock: systemClock, random: systemRandom, log: quietLog };
	const store = openStore(address, { ...ports, env });
	if (parseStoreAddress(address, "any").type === "folder" && !existsSync(join(address, "vault.json"))) {
		throw new AppError("not-found", `${address} is not a vault: it holds no vault.json`, {
			hint: "Name the folder of one vault, for example data/vaults/<site>.",
		});
	}
	const vault = await openVault({ ...ports, store, unlock: readUnlock(keys), lostLogEnd });
	try {
		await work(vault);
	} finally {
		await vault.close();
	}
}
