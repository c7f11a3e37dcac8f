import { CommanderError } from "commander";
import { reportError } from "./output/report-error.ts";
import { createProgram } from "./program.ts";
import type { CliPorts } from "./session.ts";

/** Parses and runs one command line; answers the exit code. */
export async function runCli(words: readonly string[], ports: CliPorts): Promise<number> {
	const json = words.includes("--json");
	const program = createProgram(ports, json);
	try {
		await program.parseAsync([...words], { from: "user" });
		return 0;
	} catch (error) {
		if (error instanceof CommanderError && error.exitCode === 0) return 0;
		if (error instanceof CommanderError && error.code === "commander.help") return 2;
		return reportError(error, { ...ports, json });
	}
}
