import type { Client, Retention, RetentionPreview, RetentionRules } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import type { Command } from "commander";
import { bytes, counted, moment } from "../../output/human.ts";
import { print } from "../../output/printer.ts";
import { drawTable } from "../../output/table.ts";
import { type CliPorts, findSite, type GlobalOptions, openClient } from "../../session.ts";
import { wholeNumber } from "../option-parsers.ts";

const ruleNames = ["last", "hourly", "daily", "weekly", "monthly", "yearly", "withinDays"] as const;

interface SetOptions extends GlobalOptions, RetentionRules {
	readonly everything?: boolean;
	readonly verifyWithin?: number;
	readonly reason?: string;
	readonly dryRun?: boolean;
}

const siteArgument = ["[site]", "name, address or id; not needed when only one is connected"] as const;
const restorePoints = ["restore point", "restore points"] as const;

/** `skyeworx retention show|set|hold-site|release-site [SITE]` */
export function registerRetention(retention: Command, ports: CliPorts): void {
	retention
		.command("show")
		.description("say how long a site's restore points are kept")
		.argument(...siteArgument)
		.action(async (word: string | undefined, _options: unknown, command: Command) => {
			await onSite(ports, command, word, (client, params) => client.getRetention({ params, signal: ports.signal }));
		});
	retention
		.command("set")
		.description("change how long they are kept; what any rule names stays")
		.argument(...siteArgument)
		.option("--last <count>", "the newest so many", wholeNumber(1, 100_000))
		.option("--hourly <count>", "one of each of the last so many hours", wholeNumber(1, 100_000))
		.option("--daily <count>", "one of each of the last so many days", wholeNumber(1, 36_500))
		.option("--weekly <count>", "one of each of the last so many weeks", wholeNumber(1, 5200))
		.option("--monthly <count>", "one of each of the last so many months", wholeNumber(1, 1200))
		.option("--yearly <count>", "one of each of the last so many years", wholeNumber(1, 100))
		.option("--within-days <days>", "all that are younger", wholeNumber(1, 36_500))
		.option("--everything", "no rules: keep everything")
		.option("--verify-within <days>", "read every byte of the vault again within so many days", wholeNumber(1, 365))
		.option("--reason <text>", "why, for the audit log")
		.option("--dry-run", "only say which would go, and about how much that frees")
		.action(async (word: string | undefined, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<SetOptions>();
			const rules = rulesOf(options);
			const { verifyWithin, reason } = options;
			if (options.dryRun === true) {
				const client = openClient(ports, options);
				const site = await findSite(client, word);
				const call = { params: { siteId: site.id }, body: { rules: rules ?? {} }, signal: ports.signal };
				print(ports, options.json, await client.previewRetention(call), drawPreview);
				return;
			}
			const body = {
				...(rules !== undefined && { rules }),
				...(verifyWithin !== undefined && { verifyWithinDays: verifyWithin }),
				...(reason !== undefined && { reason }),
			};
			await onSite(ports, command, word, (client, params) => client.updateRetention({ params, body, signal: ports.signal }));
		});
	retention
		.command("hold-site")
		.description("forget nothing of a site until it is released")
		.argument("<name>", "what it is held for: a case, a request")
		.argument(...siteArgument)
		.action(async (name: string, word: string | undefined, _options: unknown, command: Command) => {
			await onSite(ports, command, word, (client, params) => client.holdSite({ params, body: { name }, signal: ports.signal }));
		});
	retention
		.command("release-site")
		.description("end the hold of a site")
		.argument(...siteArgument)
		.action(async (word: string | undefined, _options: unknown, command: Command) => {
			await onSite(ports, command, word, (client, params) => client.releaseSite({ params, signal: ports.signal }));
		});
}

async function onSite(
	ports: CliPorts,
	command: Command,
	word: string | undefined,
	ask: (client: Client, params: { readonly siteId: string }) => Promise<Retention>,
): Promise<void> {
	const options = command.optsWithGlobals<GlobalOptions>();
	const client = openClient(ports, options);
	const site = await findSite(client, word);
	print(ports, options.json, await ask(client, { siteId: site.id }), draw);
}

/** Undefined when none was named. @throws AppError `bad-input` for rules and `--everything` at once */
function rulesOf(options: SetOptions): RetentionRules | undefined {
	const rules = Object.fromEntries(ruleNames.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));
	const named = Object.keys(rules).length > 0;
	if (named && options.everything === true) throw new AppError("bad-input", "Name rules, or keep everything, but not both");
	return named || options.everything === true ? rules : undefined;
}

function rulesText(rules: RetentionRules): string {
	const set = Object.entries(rules);
	return set.length === 0 ? "everything is kept" : set.map(([name, value]) => `${name} ${value}`).join(", ");
}

function draw({ rules, hold, maxDays, beyondPlan, verifyWithinDays }: Retention): string {
	const lines = [
		rulesText(rules),
		...(hold === null ? [] : [`held since ${moment(hold.since)}: ${hold.name}; nothing is forgotten`]),
		...(maxDays === null ? [] : [`the plan allows ${maxDays} days${beyondPlan ? "; these rules reach further" : ""}`]),
		`every byte is read within ${counted(verifyWithinDays, "day")}`,
	];
	return `${lines.join("\n")}\n`;
}

function drawPreview(preview: RetentionPreview): string {
	const { forget, forgetCount, keepCount, freedBytes, needsApproval, hold, beyondPlan } = preview;
	const [one, many] = restorePoints;
	const lines = [
		`${forgetCount} ${forgetCount === 1 ? one : many} would go, ${keepCount} stay; about ${bytes(freedBytes)} would be freed (an estimate)`,
		...(hold === null ? [] : [`Nothing goes while the site is held: ${hold.name}`]),
		...(needsApproval ? ["A second person has to agree."] : []),
		...(beyondPlan === null ? [] : [beyondPlan]),
	];
	const table = drawTable(
		["snapshot", "at", "why"],
		forget.map((row) => [row.snapshotId, moment(row.at), row.reasons.join(", ")]),
	);
	return `${lines.join("\n")}\n${forgetCount === 0 ? "" : table}`;
}
