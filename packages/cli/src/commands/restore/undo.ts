import type { Command } from "commander";
import { print } from "../../output/printer.ts";
import { type CliPorts, type GlobalOptions, openClient } from "../../session.ts";
import { drawRestore, waitForRestore } from "./run.ts";

/** `skyeworx restore undo RESTORE` */
export function registerRestoreUndo(restore: Command, ports: CliPorts): void {
	restore
		.command("undo")
		.description("take back what a restore did, except where somebody changed it since")
		.argument("<restore>", "its id")
		.action(async (restoreId: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			const client = openClient(ports, options);
			const started = await client.undoRestore({ params: { restoreId }, signal: ports.signal });
			print(ports, options.json, await waitForRestore(ports, client, started, options.json), drawRestore);
		});
}
