import { everySite } from "@skyeworx/contract";
import type { Command } from "commander";
import { moment } from "../../output/human.ts";
import { print } from "../../output/printer.ts";
import { drawTable } from "../../output/table.ts";
import { type CliPorts, type GlobalOptions, openClient } from "../../session.ts";

/** `skyeworx site list` */
export function registerSiteList(site: Command, ports: CliPorts): void {
	site
		.command("list")
		.description("list the connected sites and the age of their last good backup")
		.action(async (_options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			const answer = { items: await everySite(openClient(ports, options), ports.signal) };
			print(ports, options.json, answer, ({ items }) =>
				items.length === 0
					? "No site is connected yet.\n"
					: drawTable(
							["name", "address", "status", "last good backup", "promise", "id"],
							items.map((row) => [row.name, row.url, row.status, moment(row.lastGood?.at), row.withinPromise ? "kept" : "MISSED", row.id]),
						),
			);
		});
}
