import { readFileSync } from "node:fs";
import type { ConnectionInput } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import type { Command } from "commander";
import type { CliPorts } from "../../session.ts";
import { day } from "../option-parsers.ts";

/** What names an account of the site; its token comes from the environment, a file or standard input, never from the command line. */
export interface CredentialOptions {
	readonly email: string;
	readonly tokenFile?: string;
	readonly tokenEnds?: Date;
	readonly apiUrl?: string;
}

/** Adds the options that name an API token. */
export function withCredential(command: Command): Command {
	return command
		.requiredOption("--email <address>", "of the account whose API token it is; what it may see can be protected")
		.option("--token-file <file>", "holds the token; - reads standard input; else SKYEWORX_SITE_TOKEN or SKYEWORX_SITE_TOKEN_FILE")
		.option("--token-ends <date>", "the day it ends, as 2027-03-31: somebody is told two weeks before", day)
		.option("--api-url <address>", "the API gateway for scoped tokens, when it is not Atlassian's own");
}

/** Reads the token and says the credential as the server takes it. @throws AppError `bad-input` */
export async function credentialOf({ email, tokenFile, tokenEnds, apiUrl }: CredentialOptions, ports: CliPorts): Promise<ConnectionInput> {
	const token = await readToken(tokenFile, ports);
	return {
		type: "api-token",
		email,
		token,
		...(tokenEnds !== undefined && { expiresAt: tokenEnds.toISOString() }),
		...(apiUrl !== undefined && { apiUrl }),
	};
}

async function readToken(named: string | undefined, { env, readInput }: CliPorts): Promise<string> {
	const file = named ?? (env.SKYEWORX_SITE_TOKEN === undefined ? env.SKYEWORX_SITE_TOKEN_FILE : undefined);
	const text = file === undefined ? env.SKYEWORX_SITE_TOKEN : file === "-" ? await readInput() : fromFile(file);
	const token = text?.trim() ?? "";
	if (token === "" || /\s/.test(token)) {
		throw new AppError("bad-input", token === "" ? "No API token of the site" : "That is no API token: there is white space within", {
			hint: "Put it into SKYEWORX_SITE_TOKEN, into the file of --token-file, or pipe it in with --token-file -.",
		});
	}
	return token;
}

function fromFile(path: string): string {
	try {
		return readFileSync(path, "utf8");
	} catch (cause) {
		throw new AppError("bad-input", `The token can't be read from ${path}`, {
			cause,
			hint: "Look whether the file is there and readable.",
		});
	}
}
