import type { Command } from "commander";
import { createProgram } from "./program.ts";

/** One command as its help says it. */
export interface CommandDescription {
	/** `item versions <item>`: words and arguments. */
	readonly usage: string;
	readonly about: string;
	/** `--kind <kind>`, in the order of the help. */
	readonly options: readonly string[];
}

const nowhere = {
	env: {},
	fetch: () => Promise.reject(new Error("Nothing is called to describe the commands")),
	out: () => {},
	err: () => {},
	columns: 120,
	readInput: () => Promise.resolve(""),
	isTerminal: false,
	signal: new AbortController().signal,
	version: "",
};

/** Every command that does something, for the documentation. */
export function describeCommands(): readonly CommandDescription[] {
	return leaves(createProgram(nowhere, false), []);
}

function leaves(command: Command, words: readonly string[]): readonly CommandDescription[] {
	if (command.commands.length > 0) return command.commands.flatMap((child) => leaves(child, [...words, child.name()]));
	const args = command.registeredArguments.map((argument) => {
		const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
		return argument.required ? `<${name}>` : `[${name}]`;
	});
	const options = command.options.filter((option) => !option.hidden).map((option) => option.flags);
	return [{ usage: [...words, ...args].join(" "), about: command.description(), options }];
}
