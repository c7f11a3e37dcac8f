import type { Vault } from "@skyeworx/vault";
import type { Command } from "commander";
import { withVault } from "../../offline/open-offline.ts";
import { print } from "../../output/printer.ts";
import type { CliPorts } from "../../session.ts";
import { wholeNumber } from "../option-parsers.ts";
import { type VaultOptions, withVaultArguments } from "../vault/vault-arguments.ts";

interface Verb {
	readonly name: string;
	readonly description: string;
	/** A word that the verb needs, and what it is. */
	readonly word?: { readonly name: string; readonly description: string };
	readonly run: (vault: Vault, snapshot: number, word: string) => Promise<void>;
	readonly done: (snapshot: number, word: string) => string;
}

const holdName = { name: "name", description: "what it is held for: a case, a request" };

const verbs: readonly Verb[] = [
	{
		name: "pin",
		description: "keep a snapshot from retention",
		word: { name: "label", description: "why, in a few words" },
		run: (vault, snapshot, label) => vault.pin(snapshot, label),
		done: (snapshot, label) => `Snapshot ${snapshot} is pinned: ${label}`,
	},
	{
		name: "unpin",
		description: "let retention have a snapshot again",
		run: (vault, snapshot) => vault.unpin(snapshot),
		done: (snapshot) => `Snapshot ${snapshot} is not pinned any more`,
	},
	{
		name: "hold",
		description: "forbid that a snapshot is forgotten, until it is released",
		word: holdName,
		run: (vault, snapshot, name) => vault.hold(snapshot, name),
		done: (snapshot, name) => `Snapshot ${snapshot} is held for ${name}`,
	},
	{
		name: "release",
		description: "end one hold of a snapshot",
		word: holdName,
		run: (vault, snapshot, name) => vault.release(snapshot, name),
		done: (snapshot, name) => `Snapshot ${snapshot} is not held for ${name} any more`,
	},
	{
		name: "forget",
		description: "drop a snapshot; what only it needs goes with the next collections",
		word: { name: "reason", description: "why, in a few words" },
		run: (vault, snapshot, reason) => vault.forget(snapshot, reason),
		done: (snapshot) => `Snapshot ${snapshot} is forgotten`,
	},
];

/** `skyeworx snapshot pin|unpin|hold|release|forget VAULT SNAPSHOT [WORD]`: without a server. */
export function registerSnapshotKeep(snapshot: Command, ports: CliPorts): void {
	for (const verb of verbs) {
		const command = withVaultArguments(snapshot.command(verb.name).description(verb.description), ports).argument(
			"<snapshot>",
			"number of the snapshot",
			wholeNumber(1, Number.MAX_SAFE_INTEGER),
		);
		if (verb.word !== undefined) command.argument(`<${verb.word.name}>`, verb.word.description);
		command.action(async (address: string, id: number, ...rest: unknown[]) => {
			const word = verb.word === undefined ? "" : String(rest[0]);
			const options = command.optsWithGlobals<VaultOptions>();
			await withVault({ address, keys: options, env: ports.env }, async (opened) => {
				await verb.run(opened, id, word);
				print(ports, options.json, { snapshot: id, done: verb.name }, () => `${verb.done(id, word)}\n`);
			});
		});
	}
}
