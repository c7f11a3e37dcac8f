import type { FieldValueBody, ItemDiff } from "@skyeworx/contract";
import type { Command } from "commander";
import { print } from "../../output/printer.ts";
import { onOneLine } from "../../output/table.ts";
import { type CliPorts, findSite, type GlobalOptions, openClient } from "../../session.ts";
import { findItem } from "./item-argument.ts";
import { newestPresent } from "./newest-version.ts";

interface Options extends GlobalOptions {
	readonly site?: string;
	readonly from?: string;
	readonly to: string;
}

/** `skyeworx item diff ITEM [--from VERSION] [--to VERSION]` */
export function registerDiff(item: Command, ports: CliPorts): void {
	item
		.command("diff")
		.description("compare two versions of an item field by field")
		.argument("<item>", "key, exact title, or kind/id")
		.option("--site <site>", "name, address or id")
		.option("--from <version>", "a snapshot's number, live or previous; the newest that holds it when left out")
		.option("--to <version>", "a snapshot's number or live", "live")
		.action(async (word: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<Options>();
			const client = openClient(ports, options);
			const site = await findSite(client, options.site);
			const ref = await findItem(client, site.id, word);
			const from = options.from ?? String(await newestPresent(client, site.id, ref));
			const params = { siteId: site.id, ...ref };
			const answer = await client.getItemDiff({ params, query: { from, to: options.to }, signal: ports.signal });
			print(ports, options.json, answer, draw);
		});
}

function draw(diff: ItemDiff): string {
	if (diff.to.state === "absent") return "The item is not there any more: everything differs.\n";
	if (diff.differences.length === 0) return "No difference.\n";
	return diff.differences.map(({ label, before, after }) => `${onOneLine(label)}\n${marked("-", before)}${marked("+", after)}`).join("");
}

function marked(mark: "-" | "+", value: FieldValueBody | null): string {
	if (value === null) return "";
	return `${linesOf(value)
		.map((line) => `  ${mark} ${onOneLine(line)}`)
		.join("\n")}\n`;
}

function linesOf(value: FieldValueBody): string[] {
	switch (value.type) {
		case "text":
			return value.text.split("\n");
		case "list":
			return value.items;
		case "storage":
			return value.markup
				.replace(/<\/(p|h\d|li|tr|ac:[a-z-]+)>/g, "$&\n")
				.split("\n")
				.filter((line) => line !== "");
		case "adf":
			return textBlocks(value.document);
	}
}

/** The words of an ADF document, a line for each block. */
function textBlocks(node: unknown): string[] {
	if (typeof node !== "object" || node === null) return [];
	const { content, text, type, attrs } = node as { content?: unknown[]; text?: string; type?: string; attrs?: Record<string, unknown> };
	if (typeof text === "string") return [text];
	if (!Array.isArray(content))
		return type === undefined || type === "hardBreak" ? [] : [`[${type}${typeof attrs?.text === "string" ? ` ${attrs.text}` : ""}]`];
	const inner = content.map(textBlocks);
	const isText = type === "paragraph" || type === "heading" || type === "codeBlock";
	return isText ? [inner.flat().join("")] : inner.flat();
}
