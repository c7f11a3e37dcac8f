import type { Command } from "commander";
import { bytes, moment } from "../../output/human.ts";
import { print } from "../../output/printer.ts";
import { drawTable } from "../../output/table.ts";
import { type CliPorts, findSite, type GlobalOptions, openClient } from "../../session.ts";
import { wholeNumber } from "../option-parsers.ts";

interface Options extends GlobalOptions {
	readonly site?: string;
	readonly limit: number;
}

/** `skyeworx snapshot list [--site SITE]` */
export function registerSnapshotList(snapshot: Command, ports: CliPorts): void {
	snapshot
		.command("list")
		.description("list restore points, newest first")
		.option("--site <site>", "name, address or id; not needed when only one is connected")
		.option("--limit <count>", "how many", wholeNumber(1, 500), 50)
		.action(async (_options: unknown, command: Command) => {
			const options = command.optsWithGlobals<Options>();
			const client = openClient(ports, options);
			const site = await findSite(client, options.site);
			const answer = await client.listSnapshots({ params: { siteId: site.id }, query: { limit: options.limit }, signal: ports.signal });
			print(ports, options.json, answer, ({ items }) =>
				items.length === 0
					? `${site.name} was never backed up. Run: skyeworx backup run "${site.name}" --wait\n`
					: drawTable(
							["snapshot", "at", "records", "size", "added", "created", "changed", "gone"],
							items.map((row) => {
								const sum = (name: "created" | "changed" | "deleted") => row.counts.reduce((total, kind) => total + kind[name], 0);
								return [
									row.id,
									moment(row.at),
									row.entries,
									bytes(row.size),
									bytes(row.added),
									sum("created"),
									sum("changed"),
									sum("deleted"),
								];
							}),
						),
			);
		});
}
