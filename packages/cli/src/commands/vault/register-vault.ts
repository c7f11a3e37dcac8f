import type { Command } from "commander";
import { exportVault } from "../../offline/export-vault.ts";
import { listVault } from "../../offline/list-vault.ts";
import { withVault } from "../../offline/open-folder.ts";
import { verifyVault } from "../../offline/verify-vault.ts";
import { bytes, moment } from "../../output/human.ts";
import { print, progressLine } from "../../output/printer.ts";
import { drawTable } from "../../output/table.ts";
import type { CliPorts, GlobalOptions } from "../../session.ts";
import { oneOf, wholeNumber } from "../option-parsers.ts";

interface VaultOptions extends GlobalOptions {
	readonly keyFile?: string;
	readonly recoveryKit?: string;
	readonly passphraseFile?: string;
	readonly snapshot?: number;
	readonly kind?: string;
	readonly level: "log" | "structure" | "keyless" | "data";
	readonly to: string;
}

/** `skyeworx vault ls|verify|export FOLDER` */
export function registerVaultCommands(vault: Command, ports: CliPorts): void {
	withKeyOptions(vault.command("ls").description("list the snapshots of a vault, or the items of one"), ports)
		.option("--snapshot <number>", "list the items of this snapshot", wholeNumber(0, Number.MAX_SAFE_INTEGER))
		.option("--kind <kind>", "only items of this kind")
		.action(async (folder: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<VaultOptions>();
			await withVault(folder, options, async (opened) => {
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
	withKeyOptions(vault.command("verify").description("check a vault, down to every byte"), ports)
		.option("--level <level>", "log, structure, keyless or data", oneOf(["log", "structure", "keyless", "data"]), "data")
		.action(async (folder: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<VaultOptions>();
			await withVault(folder, options, async (opened) => {
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
	withKeyOptions(
		vault.command("export").description("write the items of a snapshot as files: records as JSON, attachments as they were"),
		ports,
	)
		.option("--snapshot <number>", "the newest complete one when left out", wholeNumber(0, Number.MAX_SAFE_INTEGER))
		.option("--kind <kind>", "only items of this kind")
		.requiredOption("--to <folder>", "a folder that does not exist yet or is empty")
		.action(async (folder: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<VaultOptions>();
			await withVault(folder, options, async (opened) => {
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

function withKeyOptions(command: Command, ports: CliPorts): Command {
	return command
		.argument("<folder>", "the vault's folder: the one that holds vault.json")
		.option("--key-file <file>", "opens the vault with its key file", ports.env.SKYEWORX_KEY_FILE)
		.option(
			"--recovery-kit <file>",
			"opens it with the code of the recovery kit, read from this file",
			ports.env.SKYEWORX_RECOVERY_KIT_FILE,
		)
		.option("--passphrase-file <file>", "opens it with a passphrase, read from this file", ports.env.SKYEWORX_PASSPHRASE_FILE);
}
