import type { Client, Run } from "@skyeworx/contract";
import { AppError, type ErrorCode, errorCodes } from "@skyeworx/core";
import type { Command } from "commander";
import { bytes, counted } from "../../output/human.ts";
import { print, progressLine } from "../../output/printer.ts";
import { type CliPorts, findSite, type GlobalOptions, openClient } from "../../session.ts";
import { pollUntil } from "../poll.ts";

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
			failLike(run);
		});
}

async function waitForRun(ports: CliPorts, client: Client, started: Run, json: boolean | undefined): Promise<Run> {
	const line = progressLine(ports, json);
	try {
		return await pollUntil(ports.signal, async () => {
			const run = await client.getRun({ params: { runId: started.id }, signal: ports.signal });
			const { progress } = run;
			if (progress !== null) line.say(`${progress.phase} ${progress.done}${progress.total === null ? "" : ` of ${progress.total}`}`);
			return run.finishedAt === null ? undefined : run;
		});
	} finally {
		line.end();
	}
}

function drawRun(run: Run): string {
	if (run.finishedAt === null) return `Backup of ${run.siteName} is ${run.status} (run ${run.id}). Add --wait to see how it ends.\n`;
	const lines = [`Backup of ${run.siteName}: ${run.status}${run.snapshotId === null ? "" : `, snapshot ${run.snapshotId}`}`];
	for (const kind of run.counts) {
		lines.push(
			`  ${kind.kind}: ${kind.total} held, ${kind.created} new, ${kind.changed} changed, ${kind.deleted} deleted, ${kind.unreadable} unreadable`,
		);
	}
	if (run.bytesAdded !== null)
		lines.push(`  ${bytes(run.bytesAdded)} added${run.api === null ? "" : `, ${counted(run.api.requests, "request")}`}`);
	for (const spot of run.blindSpots) lines.push(`  not seen: ${spot.kind}${spot.count === null ? "" : ` (${spot.count})`}: ${spot.reason}`);
	return `${lines.join("\n")}\n`;
}

function failLike(run: Run): void {
	if (run.status !== "failed" && run.status !== "cancelled") return;
	const code = errorCodes.find((known): known is ErrorCode => known === run.error?.code);
	throw new AppError(
		code ?? (run.status === "cancelled" ? "cancelled" : "internal"),
		run.error?.detail ?? `The backup was ${run.status}`,
		run.error?.hint ? { hint: run.error.hint } : {},
	);
}
