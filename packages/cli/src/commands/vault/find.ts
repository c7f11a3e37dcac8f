import type { Command } from "commander";
import { chooseSnapshot } from "../../offline/choose-snapshot.ts";
import { type FoundItem, findInSnapshot } from "../../offline/find-in-vault.ts";
import { withVault } from "../../offline/open-offline.ts";
import { print } from "../../output/printer.ts";
import { drawTable, shorten } from "../../output/table.ts";
import type { CliPorts } from "../../session.ts";
import { wholeNumber } from "../option-parsers.ts";
import { type VaultOptions, withSnapshot, withVaultArguments } from "./vault-arguments.ts";

/** `skyeworx vault find VAULT QUERY...` */
export function registerVaultFind(vault: Command, ports: CliPorts): void {
	const find = withVaultArguments(
		vault.command("find").description("find items by key, id or words of the title, without a server"),
		ports,
	);
	withSnapshot(find, "look in this snapshot; the newest complete one when left out")
		.argument("<query...>", "a key, an id, kind/id, or words (beginnings match)")
		.option("--kind <kind>", "only items of this kind")
		.option("--limit <count>", "stop after so many", wholeNumber(1, 100_000), 50)
		.action(async (address: string, words: string[], _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<VaultOptions & { readonly limit: number }>();
			await withVault({ address, keys: options, env: ports.env }, async (opened) => {
				const snapshot = await chooseSnapshot(opened, options.snapshot);
				const items: FoundItem[] = [];
				const query = { query: words.join(" "), signal: ports.signal, ...(options.kind === undefined ? {} : { kind: options.kind }) };
				for await (const item of findInSnapshot(snapshot, query)) {
					items.push(item);
					if (items.length === options.limit) break;
				}
				const answer = { snapshotId: snapshot.info.id, items, complete: items.length < options.limit };
				print(ports, options.json, answer, () => draw(answer, ports.columns));
			});
		});
}

function draw(
	{ snapshotId, items, complete }: { readonly snapshotId: number; readonly items: readonly FoundItem[]; readonly complete: boolean },
	columns: number,
): string {
	if (items.length === 0) return `Nothing found in snapshot ${snapshotId}.\n`;
	const rows = items.map(({ kind, id, key, title }) => [`${kind}/${id}`, key || "-", shorten(title, Math.max(30, columns - 60))]);
	const end = complete ? "" : "There may be more: raise --limit.\n";
	return `${drawTable(["item", "key", "title"], rows)}${items.length} in snapshot ${snapshotId}\n${end}`;
}
