import type { Command } from "commander";
import type { CliPorts, GlobalOptions } from "../../session.ts";
import { wholeNumber } from "../option-parsers.ts";

/** What every command on a vault without a server is given. */
export interface VaultOptions extends GlobalOptions {
	readonly keyFile?: string;
	readonly recoveryKit?: string;
	readonly passphraseFile?: string;
	readonly kms?: string;
	readonly snapshot?: number;
	readonly kind?: string;
}

/** Adds the vault's address and the ways to open it. */
export function withVaultArguments(command: Command, ports: CliPorts): Command {
	return command
		.argument("<vault>", "a folder, s3://bucket/folder?region=..., or azure://account/container/folder")
		.option("--key-file <file>", "opens the vault with its key file", ports.env.SKYEWORX_KEY_FILE)
		.option(
			"--recovery-kit <file>",
			"opens it with the code of the recovery kit, read from this file",
			ports.env.SKYEWORX_RECOVERY_KIT_FILE,
		)
		.option("--passphrase-file <file>", "opens it with a passphrase, read from this file", ports.env.SKYEWORX_PASSPHRASE_FILE)
		.option(
			"--kms <key>",
			"opens it with a key of AWS KMS (its ARN) or of Azure Key Vault (its https identifier)",
			ports.env.SKYEWORX_KMS_KEY,
		);
}

/** Adds `--snapshot` with the given meaning. */
export function withSnapshot(command: Command, text: string): Command {
	return command.option("--snapshot <number>", text, wholeNumber(0, Number.MAX_SAFE_INTEGER));
}
