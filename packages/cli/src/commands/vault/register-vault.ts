import type { Command } from "commander";
import type { CliPorts } from "../../session.ts";
import { registerVaultCollect } from "./collect.ts";
import { registerVaultExport } from "./export.ts";
import { registerVaultFind } from "./find.ts";
import { registerVaultLog } from "./log.ts";
import { registerVaultList } from "./ls.ts";
import { registerVaultProbe } from "./probe.ts";
import { registerVaultRepair } from "./repair.ts";
import { registerVaultKeys } from "./rotate-key.ts";
import { registerVaultShow } from "./show.ts";
import { registerVaultSlots } from "./slot.ts";
import { registerVaultVerify } from "./verify.ts";

/** `skyeworx vault ls|find|show|verify|export|probe|slot|rotate-key|shred VAULT`: none of them needs a server. */
export function registerVaultCommands(vault: Command, ports: CliPorts): void {
	registerVaultList(vault, ports);
	registerVaultFind(vault, ports);
	registerVaultShow(vault, ports);
	registerVaultVerify(vault, ports);
	registerVaultLog(vault, ports);
	registerVaultCollect(vault, ports);
	registerVaultRepair(vault, ports);
	registerVaultExport(vault, ports);
	registerVaultSlots(vault, ports);
	registerVaultKeys(vault, ports);
	registerVaultProbe(vault, ports);
}
