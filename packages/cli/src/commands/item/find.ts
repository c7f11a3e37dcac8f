import type { ItemPage } from "@skyeworx/contract";
import type { Command } from "commander";
import { moment } from "../../output/human.ts";
import { print } from "../../output/printer.ts";
import { drawTable, shorten } from "../../output/table.ts";
import { type CliPorts, findSite, type GlobalOptions, openClient } from "../../session.ts";
import { oneOf, wholeNumber } from "../option-parsers.ts";

interface Options extends GlobalOptions {
	readonly site?: string;
	readonly kind?: string;
	readonly space?: string;
	readonly state: "any" | "live" | "deleted";
	readonly limit: number;
	readonly cursor?: string;
}

/** `skyeworx item find QUERY` */
export function registerFind(item: Command, ports: CliPorts): void {
	item
		.command("find")
		.description("search items by key, id, title or words, those that are gone included")
		.argument("[query...]", 'words (beginnings match), a key, or a "quoted phrase"')
		.option("--site <site>", "name, address or id")
		.option("--kind <kinds>", "for example jira.work-item,confluence.page")
		.option("--space <key>", "only this space")
		.option("--state <state>", "any, live or deleted: what the site does not show any more", oneOf(["any", "live", "deleted"]), "any")
		.option("--limit <count>", "how many", wholeNumber(1, 200), 20)
		.option("--cursor <cursor>", "go on where an earlier answer ended")
		.action(async (words: string[], _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<Options>();
			const client = openClient(ports, options);
			const site = await findSite(client, options.site);
			const spaceId = options.space === undefined ? undefined : await spaceIdOf(client, site.id, options.space);
			const answer = await client.searchSiteItems({
				params: { siteId: site.id },
				query: {
					q: words.join(" "),
					state: options.state,
					limit: options.limit,
					...(options.kind === undefined ? {} : { kind: options.kind }),
					...(spaceId === undefined ? {} : { space: spaceId }),
					...(options.cursor === undefined ? {} : { cursor: options.cursor }),
				},
				signal: ports.signal,
			});
			print(ports, options.json, answer, (page) => draw(page, ports.columns));
		});
}

async function spaceIdOf(client: ReturnType<typeof openClient>, siteId: string, key: string): Promise<string> {
	const { items } = await client.listSpaces({ params: { siteId } });
	return items.find((space) => space.key.toLowerCase() === key.toLowerCase())?.id ?? key;
}

function draw(page: ItemPage, columns: number): string {
	if (page.items.length === 0) return "Nothing found.\n";
	const rows = page.items.map((hit) => [
		`${hit.ref.kind}/${hit.ref.id}`,
		hit.key ?? "-",
		hit.state === "deleted" ? `${hit.absence === "deleted" ? "deleted" : "deleted or hidden"} ${moment(hit.deletedAt)}` : "live",
		hit.versions,
		shorten(hit.title, Math.max(30, columns - 85)),
	]);
	const total = `${page.total.exact ? "" : "about "}${page.total.count}`;
	const more = page.nextCursor === null ? "" : `; go on with --cursor ${page.nextCursor}`;
	return `${drawTable(["item", "key", "state", "versions", "title"], rows)}${page.items.length} of ${total}${more}\n`;
}
