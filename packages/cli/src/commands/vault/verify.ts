import type { VerifyLevel } from "@skyeworx/vault";
import type { Command } from "commander";
import { withVault } from "../../offline/open-offline.ts";
import { verifyVault } from "../../offline/verify-vault.ts";
import { print, progressLine } from "../../output/printer.ts";
import type { CliPorts } from "../../session.ts";
import { oneOf } from "../option-parsers.ts";
import { type VaultOptions, withVaultArguments } from "./vault-arguments.ts";

/** `skyeworx vault verify VAULT` */
export function registerVaultVerify(vault: Command, ports: CliPorts): void {
	withVaultArguments(vault.command("verify").description("check a vault, down to every byte"), ports)
		.option("--level <level>", "log, structure, keyless or data", oneOf(["log", "structure", "keyless", "data"]), "data")
		.action(async (address: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<VaultOptions & { readonly level: VerifyLevel }>();
			await withVault({ address, keys: options, env: ports.env }, async (opened) => {
				const line = progressLine(ports, options.json);
				await verifyVault(opened, options.level, {
					signal: ports.signal,
					onProgress: (done, total) => line.say(`verifying ${done} of ${total}`),
					report: (report, draw) => {
						line.end();
						print(ports, options.json, report, draw);
					},
				});
			});
		});
}
