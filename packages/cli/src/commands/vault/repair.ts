import type { RepairReport } from "@skyeworx/vault";
import type { Command } from "commander";
import { withVault } from "../../offline/open-offline.ts";
import { counted } from "../../output/human.ts";
import { print, progressLine } from "../../output/printer.ts";
import type { CliPorts } from "../../session.ts";
import { oneOf } from "../option-parsers.ts";
import { type VaultOptions, withVaultArguments } from "./vault-arguments.ts";

interface RepairCommandOptions extends VaultOptions {
	readonly level: "structure" | "data";
	readonly lostLog?: boolean;
}

/** `skyeworx vault repair VAULT` */
export function registerVaultRepair(vault: Command, ports: CliPorts): void {
	withVaultArguments(
		vault.command("repair").description("mend what can be derived anew; set damaged packs aside and say what is lost"),
		ports,
	)
		.option("--level <level>", "structure, or data to read every byte", oneOf(["structure", "data"]), "data")
		.option("--lost-log", "the end of the log was lost: go on from the newest checkpoint, publish again what packs still hold")
		.action(async (address: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<RepairCommandOptions>();
			const lostLog = options.lostLog === true;
			await withVault({ address, keys: options, env: ports.env, lostLogEnd: lostLog }, async (opened) => {
				const line = progressLine(ports, options.json);
				const report = await opened.repair({
					level: options.level,
					lostSnapshots: lostLog,
					signal: ports.signal,
					onProgress: (done, total) => line.say(`reading pack ${done} of ${total}`),
				});
				line.end();
				print(ports, options.json, report, draw);
			});
		});
}

function draw(report: RepairReport): string {
	const lines = [
		`${counted(report.checkpoints, "checkpoint")} and ${counted(report.segments, "index segment")} made anew`,
		`${counted(report.indexed, "blob")} found again`,
		`${counted(report.quarantined.length, "damaged pack")} set aside`,
		...report.quarantined.map(({ object, what, detail, saved }) => `  ${object}: ${what}: ${detail} (${counted(saved, "blob")} saved)`),
	];
	if (report.recovered.length > 0) lines.push(`published again: snapshots ${report.recovered.join(", ")}`);
	if (report.damage.length === 0) lines.push("Nothing is lost.");
	for (const damage of report.damage) {
		lines.push(`${damage.object}: ${damage.what}: ${damage.detail} (${counted(damage.lostCount, "record")} lost)`);
		for (const lost of damage.lost.slice(0, 20)) lines.push(`    snapshot ${lost.snapshot}: ${lost.kind}/${lost.id} ${lost.part}`);
	}
	if (report.damage.length > 0) lines.push("Run a backup: what the site still has is read again and heals older snapshots too.");
	return `${lines.join("\n")}\n`;
}
