import { AppError } from "@skyeworx/core";
import type { Command } from "commander";
import { givenOnce } from "../../given-once.ts";
import { kitCodeIn } from "../../offline/vault-keys.ts";
import { moment } from "../../output/human.ts";
import { print } from "../../output/printer.ts";
import { type CliPorts, findSite, type GlobalOptions, openClient } from "../../session.ts";

const siteArgument = ["[site]", "name, address or id; not needed when only one is connected"] as const;

/** `skyeworx storage prove-kit|new-kit [SITE]` */
export function registerRecoveryKit(storage: Command, ports: CliPorts): void {
	storage
		.command("prove-kit")
		.description("show the server that a site's recovery kit was kept: one group of its code is given back, and no more")
		.argument(...siteArgument)
		.requiredOption("--recovery-kit <file>", "the kit, or its code alone")
		.action(async (word: string | undefined, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions & { readonly recoveryKit: string }>();
			const groups = kitCodeIn(options.recoveryKit).split("-");
			const client = openClient(ports, options);
			const { id: siteId, name } = await findSite(client, word);
			const { proofGroup } = await client.getSetup({ params: { siteId }, signal: ports.signal });
			const part = groups[(proofGroup ?? 1) - 1];
			if (part === undefined) throw new AppError("bad-input", `${options.recoveryKit} holds no recovery code`);
			const proven = await client.proveRecoveryKit({ params: { siteId }, body: { part }, signal: ports.signal });
			print(ports, options.json, proven, ({ provenAt }) => `The recovery kit of ${name} is proven, ${moment(provenAt)}\n`);
		});
	storage
		.command("new-kit")
		.description("make another recovery kit, where the first was lost, and write it into a new file; the one before opens nothing then")
		.argument(...siteArgument)
		.requiredOption("--new-recovery-kit <file>", "writes the kit into this new file")
		.action(async (word: string | undefined, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions & { readonly newRecoveryKit: string }>();
			const client = openClient(ports, options);
			const { id: siteId } = await findSite(client, word);
			const file = options.newRecoveryKit;
			const renew = async () => await client.renewRecoveryKit({ params: { siteId }, signal: ports.signal });
			await givenOnce([file], renew, ({ text }) => [text]);
			print(
				ports,
				options.json,
				{ siteId, recoveryKitFile: file },
				() => `The new recovery kit is in ${file}. Keep it apart from the server.\n`,
			);
		});
}
