import type { Command } from "commander";
import { print } from "../../output/printer.ts";
import { type CliPorts, type GlobalOptions, openClient } from "../../session.ts";
import { drawRestore, waitForRestore } from "./run.ts";

/** `skyeworx restore cancel RESTORE` */
export function registerRestoreCancel(restore: Command, ports: CliPorts): void {
	restore
		.command("cancel")
		.description("stop a restore that waits or runs, and take back what it did so far")
		.argument("<restore>", "its id")
		.action(async (restoreId: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			const client = openClient(ports, options);
			const stopping = await client.cancelRestore({ params: { restoreId }, signal: ports.signal });
			print(ports, options.json, await waitForRestore(ports, client, stopping, options.json), drawRestore);
		});
}
