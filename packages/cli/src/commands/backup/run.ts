import type { Run } from "@skyeworx/contract";
import type { Command } from "commander";
import { bytes, counted } from "../../output/human.ts";
import { print } from "../../output/printer.ts";
import { type CliPorts, findSite, type GlobalOptions, openClient } from "../../session.ts";
import { failLike, waitForRun } from "../watch-run.ts";

interface Options extends GlobalOptions {
	readonly wait?: boolean;
}

/** `skyeworx backup run [SITE] [--wait]` */
export function registerBackup(backup: Command, ports: CliPorts): void {
	backup
		.command("run")
		.description("back a site up now")
		.argument("[site]", "name, address or id; not needed when only one is connected")
		.option("--wait", "wait until it has ended, and end with its exit code")
		.action(async (word: string | undefined, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<Options>();
			const client = openClient(ports, options);
			const site = await findSite(client, word);
			const started = await client.createBackup({ params: { siteId: site.id }, signal: ports.signal });
			const run = options.wait === true ? await waitForRun(ports, client, started, options.json) : started;
			print(ports, options.json, run, drawRun);
			failLike(run, "backup");
		});
}

function drawRun(run: Run): string {
	if (run.finishedAt === null) return `Backup of ${run.siteName} is ${run.status} (run ${run.id}). Add --wait to see how it ends.\n`;
	const lines = [`Backup of ${run.siteName}: ${run.status}${run.snapshotId === null ? "" : `, snapshot ${run.snapshotId}`}`];
	for (const kind of run.counts) {
		lines.push(
			`  ${kind.kind}: ${kind.total} held, ${kind.created} new, ${kind.changed} changed, ${kind.deleted} gone, ${kind.unreadable} unreadable`,
		);
	}
	if (run.bytesAdded !== null)
		lines.push(`  ${bytes(run.bytesAdded)} added${run.api === null ? "" : `, ${counted(run.api.requests, "request")}`}`);
	for (const spot of run.blindSpots) lines.push(`  not seen: ${spot.kind}${spot.count === null ? "" : ` (${spot.count})`}: ${spot.reason}`);
	return `${lines.join("\n")}\n`;
}
