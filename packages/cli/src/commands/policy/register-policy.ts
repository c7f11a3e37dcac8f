import type { Policy, ScheduleBody } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import type { Command } from "commander";
import { moment } from "../../output/human.ts";
import { print } from "../../output/printer.ts";
import { type CliPorts, findSite, type GlobalOptions, openClient } from "../../session.ts";
import { oneOf, wholeNumber } from "../option-parsers.ts";

const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

interface SetOptions extends GlobalOptions {
	readonly every: ScheduleBody["every"];
	readonly window: string;
	readonly weekday: (typeof weekdays)[number];
	readonly cron?: string;
	readonly jitter: number;
	readonly dryRun?: boolean;
}

/** `skyeworx policy show [SITE]`, `skyeworx policy set [SITE] --every …` */
export function registerPolicy(policy: Command, ports: CliPorts): void {
	policy
		.command("show")
		.description("say how often a site is backed up, and when next")
		.argument("[site]", "name, address or id; not needed when only one is connected")
		.action(async (word: string | undefined, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			const client = openClient(ports, options);
			const site = await findSite(client, word);
			print(ports, options.json, await client.getPolicy({ params: { siteId: site.id }, signal: ports.signal }), drawPolicy);
		});
	policy
		.command("set")
		.description("change how often a site is backed up")
		.argument("[site]", "name, address or id; not needed when only one is connected")
		.requiredOption("--every <what>", "6-hours, 12-hours, day, week or cron", oneOf(["6-hours", "12-hours", "day", "week", "cron"]))
		.option("--window <from-to>", "when a run may begin, by the site's clock", "20:00-06:00")
		.option("--weekday <day>", "for every week: mon to sun", oneOf(weekdays), "sat")
		.option("--cron <expression>", "for cron: minute hour day month weekday, by the site's clock")
		.option("--jitter <minutes>", "how much later than its place a run may begin", wholeNumber(0, 120), 15)
		.option("--dry-run", "only say what it would mean")
		.action(async (word: string | undefined, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<SetOptions>();
			const client = openClient(ports, options);
			const site = await findSite(client, word);
			const call = { params: { siteId: site.id }, body: { schedule: scheduleOf(options) }, signal: ports.signal };
			if (options.dryRun === true) print(ports, options.json, await client.previewPolicy(call), drawMeaning);
			else print(ports, options.json, await client.updatePolicy(call), drawPolicy);
		});
}

function scheduleOf({ every, window, weekday, cron, jitter }: SetOptions): ScheduleBody {
	const [from = "", to = ""] = window.split("-");
	const jitterMinutes = jitter;
	switch (every) {
		case "day":
			return { every, window: { from, to }, jitterMinutes };
		case "week":
			return { every, weekday: (weekdays.indexOf(weekday) + 1) as 1, window: { from, to }, jitterMinutes };
		case "cron":
			if (cron === undefined)
				throw new AppError("bad-input", "Give the expression with --cron", { hint: 'For example --cron "30 1 * * 1-5".' });
			return { every, expression: cron, jitterMinutes };
		default:
			return { every, jitterMinutes };
	}
}

function drawPolicy(policy: Policy): string {
	return `${drawMeaning(policy)}next due: ${moment(policy.nextDueAt)}\n`;
}

function drawMeaning({ schedule, timeZone, upcoming, keepsPromise }: Omit<Policy, "siteId" | "nextDueAt" | "promiseSeconds">): string {
	const lines = [
		`${describe(schedule)} (${timeZone})`,
		`runs: ${upcoming
			.slice(0, 4)
			.map((at) => moment(at))
			.join(", ")} …`,
	];
	if (!keepsPromise) lines.push("The site's promise is shorter than the time between two of these runs: it can't be kept.");
	return `${lines.join("\n")}\n`;
}

function describe(schedule: ScheduleBody): string {
	switch (schedule.every) {
		case "day":
			return `every day between ${schedule.window.from} and ${schedule.window.to}`;
		case "week":
			return `every ${weekdays[schedule.weekday - 1]} between ${schedule.window.from} and ${schedule.window.to}`;
		case "cron":
			return `by cron: ${schedule.expression}`;
		default:
			return `every ${schedule.every.replace("-", " ")}`;
	}
}
