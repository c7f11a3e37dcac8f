import type { Command } from "commander";
import { exportVault } from "../../offline/export-vault.ts";
import { withVault } from "../../offline/open-offline.ts";
import { print } from "../../output/printer.ts";
import type { CliPorts } from "../../session.ts";
import { type VaultOptions, withSnapshot, withVaultArguments } from "./vault-arguments.ts";

/** `skyeworx vault export VAULT --to FOLDER` */
export function registerVaultExport(vault: Command, ports: CliPorts): void {
	const exporting = withVaultArguments(
		vault.command("export").description("write the items of a snapshot as files: records as JSON, attachments as they were"),
		ports,
	);
	withSnapshot(exporting, "the newest complete one when left out")
		.option("--kind <kind>", "only items of this kind")
		.requiredOption("--to <folder>", "a folder that does not exist yet or is empty")
		.action(async (address: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<VaultOptions & { readonly to: string }>();
			await withVault({ address, keys: options, env: ports.env }, async (opened) => {
				const answer = await exportVault(opened, {
					to: options.to,
					signal: ports.signal,
					...(options.snapshot === undefined ? {} : { snapshotId: options.snapshot }),
					...(options.kind === undefined ? {} : { kind: options.kind }),
				});
				print(
					ports,
					options.json,
					answer,
					(done) => `${done.items} items and ${done.files} files of snapshot ${done.snapshotId} written to ${done.folder}\n`,
				);
			});
		});
}
