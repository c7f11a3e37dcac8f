import type { Command } from "commander";
import { listVault } from "../../offline/list-vault.ts";
import { withVault } from "../../offline/open-offline.ts";
import { bytes, moment } from "../../output/human.ts";
import { print } from "../../output/printer.ts";
import { drawTable } from "../../output/table.ts";
import type { CliPorts } from "../../session.ts";
import { type VaultOptions, withSnapshot, withVaultArguments } from "./vault-arguments.ts";

/** `skyeworx vault ls VAULT` */
export function registerVaultList(vault: Command, ports: CliPorts): void {
	const list = withVaultArguments(vault.command("ls").description("list the snapshots of a vault, or the items of one"), ports);
	withSnapshot(list, "list the items of this snapshot")
		.option("--kind <kind>", "only items of this kind")
		.action(async (address: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<VaultOptions>();
			await withVault({ address, keys: options, env: ports.env }, async (opened) => {
				if (options.snapshot === undefined) {
					print(ports, options.json, { items: opened.snapshots() }, ({ items }) =>
						drawTable(
							["snapshot", "at", "state", "records", "size", "added"],
							items.map((row) => [
								row.id,
								moment(row.at.toISOString()),
								row.complete ? "complete" : "checkpoint",
								row.entries,
								bytes(row.size),
								bytes(row.added),
							]),
						),
					);
					return;
				}
				await listVault(opened, {
					snapshotId: options.snapshot,
					...(options.kind === undefined ? {} : { kind: options.kind }),
					json: options.json === true,
					out: ports.out,
				});
			});
		});
}
