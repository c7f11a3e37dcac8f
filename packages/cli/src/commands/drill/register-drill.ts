import type { DrillDone, DrillRule, Drills, Run } from "@skyeworx/contract";
import type { Command } from "commander";
import { bytes, counted, moment, rate, seconds } from "../../output/human.ts";
import { print } from "../../output/printer.ts";
import { type CliPorts, findSite, type GlobalOptions, openClient } from "../../session.ts";
import { oneOf, wholeNumber } from "../option-parsers.ts";
import { failLike, waitForRun } from "../watch-run.ts";
import { type RuleOptions, ruleOf } from "./rule-options.ts";

const siteArgument = ["[site]", "name, address or id; not needed when only one is connected"] as const;
/** Faults that are listed; `--json` has more. */
const shownFaults = 20;

/** `skyeworx drill show|set|run [SITE]` */
export function registerDrill(drill: Command, ports: CliPorts): void {
	drill
		.command("show")
		.description("say how often a restore of a site is tried out, with what, and when next")
		.argument(...siteArgument)
		.action(async (word: string | undefined, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			const client = openClient(ports, options);
			const site = await findSite(client, word);
			print(ports, options.json, await client.getDrills({ params: { siteId: site.id }, signal: ports.signal }), drawDrills);
		});
	drill
		.command("set")
		.description("change how often, with how many items, and with copies in which space a restore is tried out; what is not named stays")
		.argument(...siteArgument)
		.option("--every <what>", "never, week, month or quarter", oneOf(["never", "week", "month", "quarter"]))
		.option("--items <count>", "items that each drill takes", wholeNumber(1, 50))
		.option("--space <app:key...>", "take them only from these spaces: jira:ACME, confluence:DOCS")
		.option("--whole-site", "take them from the whole site")
		.option("--drill-space <app:key...>", "restore copies into these spaces, one of each app, and take them away again")
		.option("--no-copies", "restore no copies: read and plan only")
		.option("--reason <text>", "why, for the audit log")
		.action(async (word: string | undefined, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions & RuleOptions & { readonly reason?: string }>();
			const client = openClient(ports, options);
			const params = { siteId: (await findSite(client, word)).id };
			const before = await client.getDrills({ params, signal: ports.signal });
			const spaces = options.space === undefined && options.drillSpace === undefined ? [] : (await client.listSpaces({ params })).items;
			const { reason } = options;
			const body = { rule: ruleOf(before.rule, options, spaces), ...(reason !== undefined && { reason }) };
			print(ports, options.json, await client.updateDrills({ params, body, signal: ports.signal }), drawDrills);
		});
	drill
		.command("run")
		.description("try a restore out now, by the site's rule")
		.argument(...siteArgument)
		.option("--wait", "wait until it has ended, and end with its exit code")
		.action(async (word: string | undefined, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions & { readonly wait?: boolean }>();
			const client = openClient(ports, options);
			const site = await findSite(client, word);
			const started = await client.createDrill({ params: { siteId: site.id }, signal: ports.signal });
			const run = options.wait === true ? await waitForRun(ports, client, started, options.json) : started;
			print(ports, options.json, run, drawRun);
			failLike(run, "drill");
		});
}

const names = (spaces: DrillRule["drillSpaces"]) => spaces.map(({ app, spaceId }) => `${app}:${spaceId}`).join(", ");

function drawDrills({ rule, nextDueAt, leftBehind }: Drills): string {
	const lines = [
		rule.every === "never" ? "no drill begins by itself" : `a drill every ${rule.every}, next ${moment(nextDueAt)}`,
		`with ${counted(rule.items, "item")} from ${rule.spaces === null ? "the whole site" : names(rule.spaces)}`,
		rule.drillSpaces.length === 0 ? "no copies are made" : `copies go into ${names(rule.drillSpaces)}, and out again`,
		...(leftBehind === 0 ? [] : ["copies of an earlier drill are there still; the next one begins with them"]),
	];
	return `${lines.join("\n")}\n`;
}

function drawRun(run: Run): string {
	if (run.finishedAt === null) return `Drill of ${run.siteName} is ${run.status} (run ${run.id}). Add --wait to see how it ends.\n`;
	const lines = [`Drill of ${run.siteName}: ${run.status}`, ...(run.drill === null ? [] : found(run.drill))];
	return `${lines.join("\n")}\n`;
}

function found({ score, read, plan, trial, noTrial, cleared, time, faults, faultCount }: DrillDone): string[] {
	const line = (name: string, text: string) => `  ${name.padEnd(9)} ${text}`;
	const planned = Object.entries(plan ?? {}).filter(([, number]) => number > 0);
	return [
		line("score", rate(score)),
		...(read === null
			? []
			: [
					line(
						"read",
						`${counted(read.items, "item")}, ${counted(read.parts, "part")}, ${bytes(read.bytes)}; ${read.damagedParts} damaged`,
					),
				]),
		...(planned.length === 0 ? [] : [line("in place", planned.map(([action, number]) => `${action} ${number}`).join(", "))]),
		...(trial === null
			? [line("copies", `none${noTrial === null ? "" : `: ${noTrial}`}`)]
			: [
					line("copies", `${counted(trial.restored, "item")} restored in ${seconds(trial.seconds)}, ${trial.notRestored} not`),
					line(
						"fields",
						Object.entries(trial.fields)
							.map(([result, number]) => `${number} ${result}`)
							.join(", "),
					),
				]),
		line("taken away", `${cleared.undone} copies; ${cleared.kept} kept, ${cleared.left} still there`),
		...(time === null
			? []
			: [
					line(
						"time",
						`${seconds(time.secondsPerItem)} an item, about ${seconds(time.wholeSiteSeconds)} for the whole site (${time.basis})`,
					),
				]),
		...(faultCount === 0 ? [] : [line("faults", String(faultCount))]),
		...faults.slice(0, shownFaults).map(({ kind, id, field, what, code }) => `    ${kind}/${id} ${field ?? ""} ${what} (${code})`),
	];
}
