import type { Command } from "commander";
import { moment } from "../../output/human.ts";
import { print } from "../../output/printer.ts";
import { drawTable, shorten } from "../../output/table.ts";
import { type CliPorts, findSite, type GlobalOptions, openClient } from "../../session.ts";
import { findItem } from "./item-argument.ts";

interface Options extends GlobalOptions {
	readonly site?: string;
}

/** `skyeworx item versions ITEM` */
export function registerVersions(item: Command, ports: CliPorts): void {
	item
		.command("versions")
		.description("list the versions of an item, newest first")
		.argument("<item>", "key, exact title, or kind/id")
		.option("--site <site>", "name, address or id")
		.action(async (word: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<Options>();
			const client = openClient(ports, options);
			const site = await findSite(client, options.site);
			const ref = await findItem(client, site.id, word);
			const detail = await client.getItem({ params: { siteId: site.id, ...ref }, signal: ports.signal });
			print(ports, options.json, { ref: detail.ref, key: detail.key, title: detail.title, versions: detail.history }, ({ versions }) =>
				drawTable(
					["snapshot", "at", "what", "changed on the site", "by", "title"],
					versions.map((row) => [
						row.snapshotId,
						moment(row.at),
						row.state,
						moment(row.updatedAt),
						row.updatedBy ?? "-",
						shorten(row.title, Math.max(30, ports.columns - 90)),
					]),
				),
			);
		});
}
