import type { ItemVersion } from "@skyeworx/contract";
import type { Command } from "commander";
import { bytes, moment } from "../../output/human.ts";
import { print } from "../../output/printer.ts";
import { onOneLine } from "../../output/table.ts";
import { type CliPorts, findSite, type GlobalOptions, openClient } from "../../session.ts";
import { findItem } from "./item-argument.ts";
import { newestPresent } from "./newest-version.ts";

interface Options extends GlobalOptions {
	readonly site?: string;
	readonly at?: string;
}

/** `skyeworx item show ITEM [--at VERSION]` */
export function registerShow(item: Command, ports: CliPorts): void {
	item
		.command("show")
		.description("print one version of an item; with --json all that Atlassian answered")
		.argument("<item>", "key, exact title, or kind/id")
		.option("--site <site>", "name, address or id")
		.option("--at <version>", "a snapshot's number or live; the newest that holds it when left out")
		.action(async (word: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<Options>();
			const client = openClient(ports, options);
			const site = await findSite(client, options.site);
			const ref = await findItem(client, site.id, word);
			const version = options.at ?? String(await newestPresent(client, site.id, ref));
			const answer = await client.getItemVersion({ params: { siteId: site.id, ...ref, version }, signal: ports.signal });
			print(ports, options.json, answer, draw);
		});
}

function draw(item: ItemVersion): string {
	const where = item.version.type === "live" ? "live" : `snapshot ${item.version.snapshotId}`;
	const lines = [
		onOneLine(`${item.key ?? `${item.ref.kind}/${item.ref.id}`}  ${item.title}`),
		`  ${where}, ${moment(item.version.at)}${item.version.state === "present" ? "" : `, ${item.version.state}`}`,
	];
	const facts: readonly (readonly [string, string | null | undefined])[] = [
		["Kind", item.ref.kind],
		["Type", item.type],
		["Status", item.status],
		["Space", item.space === null ? null : `${item.space.key} ${item.space.name}`],
		["People", item.people.join(", ")],
		["Address", item.url],
	];
	for (const [name, value] of facts) if (value) lines.push(`  ${name.padEnd(8)} ${onOneLine(value)}`);
	lines.push(
		`  ${"Parts".padEnd(8)} ${Object.keys(item.parts)
			.map((part) => part || "record")
			.join(", ")}`,
	);
	for (const file of item.files) lines.push(`  ${"File".padEnd(8)} ${onOneLine(file.name)} (${file.mediaType}, ${bytes(file.size)})`);
	lines.push("  Add --json for the whole record.");
	return `${lines.join("\n")}\n`;
}
