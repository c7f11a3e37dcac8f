import { Command } from "commander";
import { registerCommands } from "./commands/register-commands.ts";
import type { CliPorts } from "./session.ts";

/** Makes the whole command line: every noun, verb and option. It exits the process never, but throws. */
export function createProgram(ports: CliPorts, json: boolean): Command {
	const width = (): number => Math.min(ports.columns, 120);
	const program = new Command("skyeworx")
		.description("Backup and recovery for Atlassian Cloud: search, compare and restore from the command line.")
		.version(ports.version, "-V, --version", "print the version")
		.option("--url <address>", "the Skyeworx server (SKYEWORX_URL)")
		.option("--json", "print JSON instead of text")
		.showHelpAfterError("Run with --help to see what is allowed.")
		.configureOutput({ writeOut: ports.out, writeErr: json ? () => {} : ports.err, getOutHelpWidth: width, getErrHelpWidth: width })
		.exitOverride()
		.addHelpText("after", afterHelp);
	registerCommands(program, ports);
	return program;
}

const afterHelp = `
"skyeworx serve" runs the server itself; "skyeworx serve --help" lists its settings.
The server is named by --url or SKYEWORX_URL, the key by SKYEWORX_API_KEY or SKYEWORX_API_KEY_FILE.
Commands under "vault" need no server: only the folder or bucket, and a key.

Exit codes: 0 done, 1 internal error, 2 bad input, 3 not signed in or not permitted, 4 not found,
5 conflict (already running, plan outdated), 6 limited, 7 credential of the site, 8 site or server,
9 store or database, 10 vault damaged, 11 key (wrong, revoked, destroyed), 12 restore did not fully succeed, 130 interrupted.`;
