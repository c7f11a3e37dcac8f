import type { Client, SiteCreated, SiteDetail } from "@skyeworx/contract";
import type { Command } from "commander";
import { givenOnce } from "../../given-once.ts";
import { type KindNames, kindNames } from "../../kind-names.ts";
import { print } from "../../output/printer.ts";
import { onOneLine } from "../../output/table.ts";
import { type CliPorts, type GlobalOptions, openClient } from "../../session.ts";
import { wholeNumber } from "../option-parsers.ts";
import { type CredentialOptions, credentialOf, withCredential } from "./credential-input.ts";

interface Options extends GlobalOptions, CredentialOptions {
	readonly name?: string;
	readonly promiseHours?: number;
	readonly vaultFolder?: string;
	readonly newRecoveryKit: string;
	readonly newKeyFile?: string;
}

/** What was made, without what opens it: that is in the files. */
interface Connected {
	readonly site: SiteDetail;
	readonly recoveryKitFile: string;
	/** Null where a key service opens the vault, or nobody asked for it. */
	readonly keyFile: string | null;
}

/** `skyeworx site connect ADDRESS --email E --new-recovery-kit FILE` */
export function registerSiteConnect(site: Command, ports: CliPorts): void {
	withCredential(
		site
			.command("connect")
			.description("connect a site: check the credential, make its vault and its keys, and write the recovery kit, which is given once")
			.argument("<address>", "https://acme.atlassian.net"),
	)
		.option("--name <name>", "what it is called here; as the site calls itself when left out")
		.option("--promise-hours <hours>", "how old the newest good backup may get; 26 when left out", wholeNumber(1, 744))
		.option("--vault-folder <folder>", "a folder of the server's machine for this vault, instead of what storage set chose")
		.requiredOption("--new-recovery-kit <file>", "writes the recovery kit into this new file")
		.option("--new-key-file <file>", "writes the vault's key into this new file, too")
		.action(async (url: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<Options>();
			const client = openClient(ports, options);
			const made = await connect(ports, client, url, options);
			const names = made.site.gaps.length === 0 ? String : await kindNames(client, ports.signal);
			print(ports, options.json, made, (connected) => draw(connected, names));
		});
}

async function connect(ports: CliPorts, client: Client, url: string, options: Options): Promise<Connected> {
	const { name, promiseHours, vaultFolder, newRecoveryKit, newKeyFile } = options;
	const body = {
		url,
		connection: await credentialOf(options, ports),
		...(name !== undefined && { name }),
		...(promiseHours !== undefined && { promiseSeconds: promiseHours * 3600 }),
		...(vaultFolder !== undefined && { storage: { type: "folder" as const, folder: vaultFolder } }),
	};
	const paths = newKeyFile === undefined ? [newRecoveryKit] : [newRecoveryKit, newKeyFile];
	const made = await givenOnce(paths, async () => await client.createSite({ body, signal: ports.signal }), contentsOf);
	return { site: made.site, recoveryKitFile: newRecoveryKit, keyFile: made.keyFile === null ? null : (newKeyFile ?? null) };
}

/** The key file is left out where a key service opens the vault. */
function contentsOf({ recoveryKit, keyFile }: SiteCreated): readonly (string | undefined)[] {
	return [recoveryKit.text, keyFile?.content];
}

function draw({ site, recoveryKitFile, keyFile }: Connected, names: KindNames): string {
	const { host } = new URL(site.url);
	const lines = [
		`${onOneLine(site.name)} is connected: ${site.url}`,
		`  apps          ${site.apps.join(", ")}`,
		`  time zone     ${site.timeZone}`,
		`  vault         ${site.storage.description}`,
		`  recovery kit  ${recoveryKitFile}${keyFile === null ? "" : `, key file ${keyFile}`}`,
		...site.gaps.map(({ kind, reason }) => `  not seen      ${names(kind)}: ${onOneLine(reason)}`),
		"",
		"Without the kit or the key nobody opens the vault once the server is gone. Keep the kit safe, apart from the server, then:",
		`  skyeworx storage prove-kit ${host} --recovery-kit ${recoveryKitFile}`,
		`  skyeworx backup run ${host} --wait`,
	];
	return `${lines.join("\n")}\n`;
}
