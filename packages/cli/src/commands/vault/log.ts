import type { LogLine } from "@skyeworx/vault";
import type { Command } from "commander";
import { withVault } from "../../offline/open-offline.ts";
import { moment } from "../../output/human.ts";
import { print } from "../../output/printer.ts";
import { drawTable } from "../../output/table.ts";
import type { CliPorts } from "../../session.ts";
import { type VaultOptions, withVaultArguments } from "./vault-arguments.ts";

/** `skyeworx vault log VAULT` */
export function registerVaultLog(vault: Command, ports: CliPorts): void {
	withVaultArguments(vault.command("log").description("list every change of a vault, oldest first"), ports).action(
		async (address: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<VaultOptions>();
			await withVault({ address, keys: options, env: ports.env }, async (opened) => {
				const items: LogLine[] = [];
				for await (const line of opened.log()) items.push(line);
				print(ports, options.json, { items }, (answer) =>
					drawTable(
						["entry", "at", "what"],
						answer.items.map(({ seq, at, text }) => [seq, moment(at.toISOString()), text]),
					),
				);
			});
		},
	);
}
