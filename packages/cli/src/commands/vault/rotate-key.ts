import { AppError } from "@skyeworx/core";
import type { Command } from "commander";
import { withVault } from "../../offline/open-offline.ts";
import { print } from "../../output/printer.ts";
import type { CliPorts } from "../../session.ts";
import { type VaultOptions, withVaultArguments } from "./vault-arguments.ts";

/** `skyeworx vault rotate-key VAULT` and `skyeworx vault shred VAULT --vault-id ID` */
export function registerVaultKeys(vault: Command, ports: CliPorts): void {
	withVaultArguments(vault.command("rotate-key").description("seal what is new under a new key; what is old stays readable"), ports).action(
		async (address: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<VaultOptions>();
			await withVault({ address, keys: options, env: ports.env }, async (opened) => {
				const generation = await opened.keys.rotateDomainKey();
				print(
					ports,
					options.json,
					{ generation },
					(done) => `New contents are sealed under generation ${done.generation} of the key now\n`,
				);
			});
		},
	);
	withVaultArguments(
		vault.command("shred").description("destroy the key of a vault's contents: nothing in it can ever be read again, by anybody"),
		ports,
	)
		.requiredOption("--vault-id <id>", "the vault's id, as vault.json says it: nothing is asked again")
		.action(async (address: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<VaultOptions & { readonly vaultId: string }>();
			await withVault({ address, keys: options, env: ports.env }, async (opened) => {
				if (opened.id !== options.vaultId) {
					throw new AppError("bad-input", "This vault has another id", { hint: "Look into its vault.json, and be sure." });
				}
				print(
					ports,
					options.json,
					await opened.keys.shredDomain(),
					({ deleted }) => `Destroyed, in every version: ${deleted.join(", ")}\n`,
				);
			});
		});
}
