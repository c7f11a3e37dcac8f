import type { Command } from "commander";
import { chooseSnapshot } from "../../offline/choose-snapshot.ts";
import { withVault } from "../../offline/open-offline.ts";
import { drawItem, showItem } from "../../offline/show-item.ts";
import { print } from "../../output/printer.ts";
import type { CliPorts } from "../../session.ts";
import { type VaultOptions, withSnapshot, withVaultArguments } from "./vault-arguments.ts";

/** `skyeworx vault show VAULT ITEM` */
export function registerVaultShow(vault: Command, ports: CliPorts): void {
	const show = withVaultArguments(
		vault.command("show").description("print one item without a server; with --json all that Atlassian answered"),
		ports,
	);
	withSnapshot(show, "as it was in this snapshot; the newest complete one when left out")
		.argument("<item>", "kind/id, a key, an id or the exact title")
		.action(async (address: string, item: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<VaultOptions>();
			await withVault({ address, keys: options, env: ports.env }, async (opened) => {
				const snapshot = await chooseSnapshot(opened, options.snapshot);
				print(ports, options.json, await showItem(snapshot, item, ports.signal), drawItem);
			});
		});
}
