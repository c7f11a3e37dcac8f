import type { Client } from "@skyeworx/contract";
import type { Command } from "commander";
import { print } from "../../output/printer.ts";
import { type CliPorts, findSite, type GlobalOptions, openClient } from "../../session.ts";
import { wholeNumber } from "../option-parsers.ts";

interface Verb {
	readonly name: string;
	readonly description: string;
	/** A word that the verb needs, and what it is. */
	readonly word?: { readonly name: string; readonly description: string };
	readonly run: (client: Client, params: { readonly siteId: string; readonly snapshotId: number }, word: string) => Promise<unknown>;
	readonly done: string;
}

const holdName = { name: "name", description: "what it is held for: a case, a request" };

const verbs: readonly Verb[] = [
	{
		name: "pin",
		description: "keep one restore point from the rules",
		word: { name: "label", description: "why, in a few words" },
		run: (client, params, label) => client.pinSnapshot({ params, body: { label } }),
		done: "is pinned",
	},
	{
		name: "unpin",
		description: "let the rules have a restore point again",
		run: (client, params) => client.unpinSnapshot({ params }),
		done: "is not pinned any more",
	},
	{
		name: "hold",
		description: "forbid that a restore point is forgotten, until it is released",
		word: holdName,
		run: (client, params, name) => client.holdSnapshot({ params, body: { name } }),
		done: "is held",
	},
	{
		name: "release",
		description: "end one hold of a restore point",
		word: holdName,
		run: (client, params, name) => client.releaseSnapshot({ params, body: { name } }),
		done: "is not held for that any more",
	},
	{
		name: "forget",
		description: "forget one restore point: it can't be restored any more",
		word: { name: "reason", description: "why, for the audit log" },
		run: (client, params, reason) => client.forgetSnapshot({ params, body: { reason } }),
		done: "is forgotten",
	},
];

/** `skyeworx retention pin|unpin|hold|release|forget SNAPSHOT [WORD] [--site SITE]`: asks the server, with its rules and approvals. */
export function registerKeepSnapshots(retention: Command, ports: CliPorts): void {
	for (const verb of verbs) {
		const command = retention
			.command(verb.name)
			.description(verb.description)
			.option("--site <site>", "name, address or id; not needed when only one is connected")
			.argument("<snapshot>", "number of the restore point", wholeNumber(0, Number.MAX_SAFE_INTEGER));
		if (verb.word !== undefined) command.argument(`<${verb.word.name}>`, verb.word.description);
		command.action(async (snapshotId: number, ...rest: unknown[]) => {
			const options = command.optsWithGlobals<GlobalOptions & { readonly site?: string }>();
			const client = openClient(ports, options);
			const site = await findSite(client, options.site);
			const answer = await verb.run(client, { siteId: site.id, snapshotId }, verb.word === undefined ? "" : String(rest[0]));
			print(ports, options.json, answer, () => `Restore point ${snapshotId} of ${site.name} ${verb.done}\n`);
		});
	}
}
