import { Command, CommanderError } from "commander";
import { registerCommands } from "./commands/register-commands.ts";
import { reportError } from "./output/report-error.ts";
import type { CliPorts } from "./session.ts";

/** Parses and runs one command line; answers the exit code. */
export async function runCli(words: readonly string[], ports: CliPorts): Promise<number> {
	const json = words.includes("--json");
	const program = new Command("skyeworx")
		.description("Backup and recovery for Atlassian Cloud: search, compare and restore from the command line.")
		.option("--url <address>", "the Skyeworx server (SKYEWORX_URL)")
		.option("--json", "print JSON instead of text")
		.showHelpAfterError("Run with --help to see what is allowed.")
		.configureOutput({ writeOut: ports.out, writeErr: json ? () => {} : ports.err, getOutHelpWidth: () => Math.min(ports.columns, 120) })
		.exitOverride()
		.addHelpText("after", exitCodeHelp);
	registerCommands(program, ports);
	try {
		await program.parseAsync([...words], { from: "user" });
		return 0;
	} catch (error) {
		if (error instanceof CommanderError && error.exitCode === 0) return 0;
		if (error instanceof CommanderError && error.code === "commander.help") return 2;
		return reportError(error, { ...ports, json });
	}
}

const exitCodeHelp = `
The server is named by --url or SKYEWORX_URL, the key by SKYEWORX_API_KEY or SKYEWORX_API_KEY_FILE.
Commands under "vault" need no server: only the folder or bucket, and a key.

Exit codes: 0 done, 1 internal error, 2 bad input, 3 not signed in or not permitted, 4 not found,
5 conflict (already running, plan outdated), 6 limited, 7 credential of the site, 8 site,
9 store or database, 10 vault damaged, 11 key (wrong, revoked, destroyed), 12 restore did not fully succeed, 130 interrupted.`;
