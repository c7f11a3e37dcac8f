import { type Permission, permissionNames, permissions } from "@skyeworx/contract";
import type { Command } from "commander";
import { givenOnce } from "../../given-once.ts";
import { moment } from "../../output/human.ts";
import { print } from "../../output/printer.ts";
import { drawTable } from "../../output/table.ts";
import { type CliPorts, type GlobalOptions, openClient } from "../../session.ts";
import { collectPermissions, day } from "../option-parsers.ts";

interface CreateOptions extends GlobalOptions {
	readonly may: Permission[];
	readonly site?: string[];
	readonly from?: string[];
	readonly ends?: Date;
	readonly newKeyFile: string;
}

/** `skyeworx api-key list|create|revoke` */
export function registerApiKey(apiKey: Command, ports: CliPorts): void {
	apiKey
		.command("list")
		.description("list the API keys, what they may do and when they were last used")
		.action(async (_options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			print(ports, options.json, await openClient(ports, options).listApiKeys({ signal: ports.signal }), ({ items }) =>
				drawTable(
					["name", "begins with", "may", "from", "ends", "last used", "id"],
					items.map((key) => [
						key.name,
						key.prefix,
						key.permissions.length === permissions.length ? "everything" : key.permissions.map((one) => permissionNames[one]).join(", "),
						key.addresses?.join(", ") ?? "anywhere",
						moment(key.expiresAt),
						moment(key.lastUsedAt),
						key.id,
					]),
				),
			);
		});
	apiKey
		.command("create")
		.description("make an API key that may do no more than the one it is made with; it is given once, into a new file")
		.argument("<name>", "what it is for")
		.requiredOption("--may <permission...>", "what it may do: see role permissions", collectPermissions)
		.option("--site <id...>", "only on these sites")
		.option("--from <address...>", "only from these addresses or networks: 203.0.113.7, 10.0.0.0/8")
		.option("--ends <date>", "the day it ends, as 2027-03-31", day)
		.requiredOption("--new-key-file <file>", "writes the key into this new file, for SKYEWORX_API_KEY_FILE")
		.action(async (name: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<CreateOptions>();
			const body = bodyOf(name, options);
			const create = async () => await openClient(ports, options).createApiKey({ body, signal: ports.signal });
			const made = await givenOnce([options.newKeyFile], create, ({ secret }) => [secret]);
			const answer = { apiKey: made.apiKey, keyFile: options.newKeyFile };
			print(
				ports,
				options.json,
				answer,
				({ apiKey: { id }, keyFile }) => `${id}\nThe key is in ${keyFile}: SKYEWORX_API_KEY_FILE names it.\n`,
			);
		});
	apiKey
		.command("revoke")
		.description("revoke an API key: programs that use it are refused at once")
		.argument("<key>", "the id")
		.action(async (apiKeyId: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			await openClient(ports, options).deleteApiKey({ params: { apiKeyId }, signal: ports.signal });
			print(ports, options.json, { apiKeyId }, () => "The key was revoked.\n");
		});
}

function bodyOf(name: string, { may, site, from, ends }: CreateOptions) {
	return {
		name,
		permissions: may,
		...(site !== undefined && { siteIds: site }),
		...(from !== undefined && { addresses: from }),
		...(ends !== undefined && { expiresAt: ends.toISOString() }),
	};
}
