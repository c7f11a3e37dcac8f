import type { SiteDetail, SitePatch } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import type { Command } from "commander";
import { failureError } from "../../output/failure-error.ts";
import { moment } from "../../output/human.ts";
import { print } from "../../output/printer.ts";
import { drawTable, onOneLine } from "../../output/table.ts";
import { type CliPorts, findSite, type GlobalOptions, openClient } from "../../session.ts";
import { wholeNumber } from "../option-parsers.ts";
import { registerSiteConnect } from "./connect.ts";
import { type CredentialOptions, credentialOf, withCredential } from "./credential-input.ts";
import { registerSiteList } from "./list.ts";

interface UpdateOptions extends GlobalOptions {
	readonly name?: string;
	readonly promiseHours?: number;
	readonly pause?: boolean;
	readonly resume?: boolean;
}

const siteArgument = ["[site]", "name, address or id; not needed when only one is connected"] as const;

/** `skyeworx site list|connect|show|check|update|credential` */
export function registerSite(site: Command, ports: CliPorts): void {
	registerSiteList(site, ports);
	registerSiteConnect(site, ports);
	site
		.command("show")
		.description("say how a site's connection is, and what of it is protected")
		.argument(...siteArgument)
		.action(async (word: string | undefined, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			const client = openClient(ports, options);
			const { id: siteId } = await findSite(client, word);
			print(ports, options.json, await client.getSite({ params: { siteId }, signal: ports.signal }), drawSite);
		});
	site
		.command("check")
		.description("ask a site now whether the credential still works and what it sees; ends with the code of what is wrong")
		.argument(...siteArgument)
		.action(async (word: string | undefined, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			const client = openClient(ports, options);
			const { id: siteId } = await findSite(client, word);
			const checked = await client.checkSite({ params: { siteId }, signal: ports.signal });
			print(ports, options.json, checked, drawConnection);
			const { problem } = checked.connection;
			if (problem !== null) throw failureError(problem, { code: "site-unreachable", message: "The site does not answer" });
		});
	registerChanges(site, ports);
}

function registerChanges(site: Command, ports: CliPorts): void {
	const change = async (word: string | undefined, options: GlobalOptions, body: SitePatch): Promise<void> => {
		const client = openClient(ports, options);
		const { id: siteId } = await findSite(client, word);
		print(ports, options.json, await client.updateSite({ params: { siteId }, body, signal: ports.signal }), drawConnection);
	};
	site
		.command("update")
		.description("rename a site, change its promise, pause its backups or let them go on")
		.argument(...siteArgument)
		.option("--name <name>", "what it is called from now on")
		.option("--promise-hours <hours>", "how old the newest good backup may get", wholeNumber(1, 744))
		.option("--pause", "begin no backups by the schedule")
		.option("--resume", "begin them again")
		.action(async (word: string | undefined, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<UpdateOptions>();
			await change(word, options, patchOf(options));
		});
	withCredential(
		site
			.command("credential")
			.description("replace the API token with which a site is read; the new one is tried first")
			.argument(...siteArgument),
	).action(async (word: string | undefined, _options: unknown, command: Command) => {
		const options = command.optsWithGlobals<GlobalOptions & CredentialOptions>();
		await change(word, options, { connection: await credentialOf(options, ports) });
	});
}

function patchOf({ name, promiseHours, pause, resume }: UpdateOptions): SitePatch {
	if (pause === true && resume === true) throw new AppError("bad-input", "Say one of --pause and --resume");
	const patch = {
		...(name !== undefined && { name }),
		...(promiseHours !== undefined && { promiseSeconds: promiseHours * 3600 }),
		...((pause === true || resume === true) && { paused: pause === true }),
	};
	if (Object.keys(patch).length === 0) throw new AppError("bad-input", "Give --name, --promise-hours, --pause or --resume");
	return patch;
}

const statusWords: Readonly<Record<SiteDetail["status"], string>> = {
	connected: "connected",
	"credential-problem": "the credential does not work",
	unreachable: "does not answer",
	paused: "paused: no backup begins by itself",
};

function drawConnection(site: SiteDetail): string {
	const { connection } = site;
	const lines = [
		`${onOneLine(site.name)}: ${statusWords[site.status]}`,
		`  address       ${site.url}`,
		`  credential    ${connection.type === "oauth" ? "OAuth 2.0 grant" : "API token"} of ${connection.accountName ?? "an account without a name"}`,
		...(connection.expiresAt === null ? [] : [`  token ends    ${moment(connection.expiresAt)}`]),
		`  last checked  ${moment(connection.checkedAt)}`,
		...connection.warnings.map((warning) => `  needs somebody: ${onOneLine(warning)}`),
		...site.gaps.map(({ kind, reason }) => `  not seen      ${nameIn(site, kind)}: ${onOneLine(reason)}`),
	];
	return `${lines.join("\n")}\n`;
}

/** The site's own table knows what its kinds are called. */
function nameIn(site: SiteDetail, kind: string): string {
	return site.coverage.find((row) => row.kind === kind)?.names[1] ?? kind;
}

function drawSite(site: SiteDetail): string {
	const lines = [
		`  apps          ${site.apps.join(", ")}`,
		`  time zone     ${site.timeZone}`,
		`  vault         ${site.storage.description}`,
		`  last backup   ${moment(site.lastGood?.at)}, within ${site.promiseSeconds / 3600} hours: ${site.withinPromise ? "kept" : "MISSED"}`,
	];
	const held = site.coverage.filter((row) => row.live + row.deleted > 0 || row.gap !== null);
	const rows = held.map((row) => [row.names[1], row.live, row.deleted, row.restorable ? "yes" : "not yet", row.gap ?? "-"]);
	const table = rows.length === 0 ? "" : `\n${drawTable(["what", "on the site", "deleted", "restorable", "not seen"], rows)}`;
	return `${drawConnection(site)}${lines.join("\n")}\n${table}`;
}
