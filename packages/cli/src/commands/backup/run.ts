import type { Run } from "@skyeworx/contract";
import type { Command } from "commander";
import { type KindNames, kindNames } from "../../kind-names.ts";
import { bytes, counted } from "../../output/human.ts";
import { print } from "../../output/printer.ts";
import { drawTable } from "../../output/table.ts";
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
			const names = run.finishedAt === null ? String : await kindNames(client, ports.signal);
			print(ports, options.json, run, (ended) => drawRun(ended, names));
			failLike(run, "backup");
		});
}

function drawRun(run: Run, names: KindNames): string {
	if (run.finishedAt === null) return `Backup of ${run.siteName} is ${run.status} (run ${run.id}). Add --wait to see how it ends.\n`;
	const lines = [`Backup of ${run.siteName}: ${run.status}${run.snapshotId === null ? "" : `, snapshot ${run.snapshotId}`}`];
	const rows = run.counts
		.filter(({ total, deleted, unreadable }) => total + deleted + unreadable > 0)
		.map((kind) => [names(kind.kind), kind.total, kind.created, kind.changed, kind.deleted, kind.unreadable]);
	if (rows.length > 0) lines.push(drawTable(["what", "held", "new", "changed", "gone", "unreadable"], rows));
	if (run.bytesAdded !== null)
		lines.push(`  ${bytes(run.bytesAdded)} added${run.api === null ? "" : `, ${counted(run.api.requests, "request")}`}`);
	for (const spot of run.blindSpots)
		lines.push(`  not seen: ${names(spot.kind)}${spot.count === null ? "" : ` (${spot.count})`}: ${spot.reason}`);
	return `${lines.join("\n")}\n`;
}
