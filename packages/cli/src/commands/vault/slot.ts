import { systemRandom } from "@skyeworx/core";
import type { SlotInfo } from "@skyeworx/vault";
import type { Command } from "commander";
import { withVault } from "../../offline/open-offline.ts";
import { makeNewKey, type NewKeyOptions } from "../../offline/vault-keys.ts";
import { moment } from "../../output/human.ts";
import { print } from "../../output/printer.ts";
import { drawTable } from "../../output/table.ts";
import type { CliPorts } from "../../session.ts";
import { type VaultOptions, withVaultArguments } from "./vault-arguments.ts";

type SlotOptions = VaultOptions & NewKeyOptions;

/** `skyeworx vault slot list|add|remove|rotate VAULT` */
export function registerVaultSlots(vault: Command, ports: CliPorts): void {
	const slot = vault.command("slot").description("the ways to open a vault");
	withVaultArguments(slot.command("list").description("list the ways to open a vault"), ports).action(
		async (address: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<SlotOptions>();
			await withVault({ address, keys: options, env: ports.env }, async (opened) => {
				print(ports, options.json, { items: await opened.keys.slots() }, ({ items }) => drawSlots(items));
			});
		},
	);
	withNewKey(withVaultArguments(slot.command("add").description("add another way to open a vault"), ports)).action(
		async (address: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<SlotOptions>();
			await withVault({ address, keys: options, env: ports.env }, async (opened) => {
				const slotId = await opened.keys.addSlot(makeNewKey(options, systemRandom));
				print(ports, options.json, { slotId }, (done) => `Slot ${done.slotId} opens the vault now\n`);
			});
		},
	);
	withVaultArguments(slot.command("remove").description("take a way to open a vault away; never the last one"), ports)
		.argument("<slot>", "the slot's id")
		.action(async (address: string, slotId: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<SlotOptions>();
			await withVault({ address, keys: options, env: ports.env }, async (opened) => {
				await opened.keys.removeSlot(slotId);
				print(ports, options.json, { slotId }, (done) => `Slot ${done.slotId} opens the vault no more\n`);
			});
		});
	withNewKey(
		withVaultArguments(slot.command("rotate").description("put another key in the place of a slot's"), ports).argument(
			"<slot>",
			"the slot's id",
		),
	).action(async (address: string, slotId: string, _options: unknown, command: Command) => {
		const options = command.optsWithGlobals<SlotOptions>();
		await withVault({ address, keys: options, env: ports.env }, async (opened) => {
			const added = await opened.keys.rotateSlot(slotId, makeNewKey(options, systemRandom));
			print(
				ports,
				options.json,
				{ slotId: added, removed: slotId },
				(done) => `Slot ${done.slotId} opens the vault in the place of ${done.removed}\n`,
			);
		});
	});
}

function withNewKey(command: Command): Command {
	return command
		.option("--new-key-file <file>", "draws a key and writes it into this new file")
		.option("--new-recovery-kit <file>", "draws a recovery code and writes it into this new file, to be printed")
		.option("--new-passphrase-file <file>", "reads a passphrase from this file")
		.option("--new-kms <key>", "a key of AWS KMS (its ARN) or of Azure Key Vault (its https identifier)");
}

function drawSlots(slots: readonly SlotInfo[]): string {
	return drawTable(
		["slot", "type", "since", "without a key service", "key"],
		slots.map(({ slotId, type, createdAt, offline, keyId }) => [
			slotId,
			type,
			createdAt === undefined ? "" : moment(createdAt.toISOString()),
			offline ? "yes" : "no",
			keyId ?? "",
		]),
	);
}
