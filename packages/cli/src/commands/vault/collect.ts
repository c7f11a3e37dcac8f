import type { CollectReport } from "@skyeworx/vault";
import type { Command } from "commander";
import { withVault } from "../../offline/open-offline.ts";
import { bytes, counted } from "../../output/human.ts";
import { print, progressLine } from "../../output/printer.ts";
import type { CliPorts } from "../../session.ts";
import { wholeNumber } from "../option-parsers.ts";
import { type VaultOptions, withVaultArguments } from "./vault-arguments.ts";

const megabyte = 1_000_000;
const hour = 60 * 60 * 1000;

interface CollectCommandOptions extends VaultOptions {
	readonly budget?: number;
	readonly grace: number;
}

/** `skyeworx vault collect VAULT` */
export function registerVaultCollect(vault: Command, ports: CliPorts): void {
	withVaultArguments(vault.command("collect").description("free what no snapshot needs: announced first, deleted by a later run"), ports)
		.option("--budget <megabytes>", "rewrite at most so much; 5 % of the vault when left out", wholeNumber(0, 1_000_000_000))
		.option("--grace <hours>", "time that readers have between announcement and deletion", wholeNumber(0, 100_000), 24)
		.action(async (address: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<CollectCommandOptions>();
			await withVault({ address, keys: options, env: ports.env }, async (opened) => {
				const line = progressLine(ports, options.json);
				const report = await opened.collect({
					grace: options.grace * hour,
					...(options.budget === undefined ? {} : { budget: options.budget * megabyte }),
					signal: ports.signal,
					onProgress: ({ phase, done, total }) => line.say(`${phase} ${done} of ${total}`),
				});
				line.end();
				print(ports, options.json, report, draw);
			});
		});
}

function draw(report: CollectReport): string {
	const sum = (name: "freed" | "condemned" | "orphans" | "waiting" | "locked" | "rewritten") =>
		`${counted(report[name].objects, "object")}, ${bytes(report[name].bytes)}`;
	const lines = [
		`freed      ${sum("freed")}`,
		`announced  ${sum("condemned")}; a later run deletes them`,
		`orphans    ${sum("orphans")} of these`,
		`waiting    ${sum("waiting")}`,
		`locked     ${sum("locked")}`,
		`rewritten  ${sum("rewritten")}`,
		`garbage    ${bytes(report.garbage)} inside packs that are used otherwise`,
	];
	if (report.extended > 0) lines.push(`locks      of ${counted(report.extended, "object")} extended`);
	if (report.overtaken) lines.push("Another collection or backup was faster: nothing was announced. Run it again.");
	return `${lines.join("\n")}\n`;
}
