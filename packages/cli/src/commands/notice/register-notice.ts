import { type NoticeRule, type NoticeTargetInput, noticeRuleNames } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import type { Command } from "commander";
import { moment } from "../../output/human.ts";
import { print } from "../../output/printer.ts";
import { drawTable } from "../../output/table.ts";
import { type CliPorts, type GlobalOptions, openClient } from "../../session.ts";
import { oneOf, wholeNumber } from "../option-parsers.ts";

interface AddOptions extends GlobalOptions {
	readonly email?: string;
	readonly slack?: string;
	readonly webhook?: string;
	readonly rule?: NoticeRule[];
	readonly digestHour?: number;
}

const rules = Object.keys(noticeRuleNames) as NoticeRule[];

/** `skyeworx notice list|rules|targets|add|remove|test` */
export function registerNotice(notice: Command, ports: CliPorts): void {
	notice
		.command("list")
		.description("list what was noticed, newest first")
		.option("--limit <number>", "at most so many", wholeNumber(1, 200), 50)
		.action(async (_options: unknown, command: Command) => {
			const { limit, ...options } = command.optsWithGlobals<GlobalOptions & { readonly limit: number }>();
			const found = await openClient(ports, options).listNotices({ query: { limit }, signal: ports.signal });
			print(ports, options.json, found, ({ items }) =>
				drawTable(
					["rule", "since", "until", "what", "detail"],
					items.map((one) => [
						one.rule,
						moment(one.raisedAt),
						one.clearedAt === null ? "still so" : moment(one.clearedAt),
						one.title,
						one.detail,
					]),
				),
			);
		});
	notice
		.command("rules")
		.description("list the rules that somebody can be told by")
		.action((_options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			print(ports, options.json, { items: rules.map((rule) => ({ rule, name: noticeRuleNames[rule] })) }, ({ items }) =>
				drawTable(
					["rule", "when"],
					items.map(({ rule, name }) => [rule, name]),
				),
			);
		});
	registerTargets(notice, ports);
}

function registerTargets(notice: Command, ports: CliPorts): void {
	notice
		.command("targets")
		.description("list where notices go")
		.action(async (_options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			print(ports, options.json, await openClient(ports, options).listNoticeTargets({ signal: ports.signal }), ({ items }) =>
				drawTable(
					["type", "to", "rules", "digest", "id"],
					items.map((one) => [one.type, one.to, one.rules.join(","), one.digestHour === null ? "-" : `${one.digestHour}:00 UTC`, one.id]),
				),
			);
		});
	notice
		.command("add")
		.description("send notices to an e-mail address, to Slack, or to a signed webhook; prints the webhook's signing secret, once")
		.option("--email <address>", "to this e-mail address")
		.option("--slack <url>", "to this incoming webhook of Slack")
		.option("--webhook <url>", "to this address, signed")
		.option("--rule <rule...>", `only these: ${rules.join(", ")}`, collectRules)
		.option("--digest-hour <hour>", "once a day at this hour (UTC) instead of at once", wholeNumber(0, 23))
		.action(async (_options: unknown, command: Command) => {
			const given = command.optsWithGlobals<AddOptions>();
			const made = await openClient(ports, given).createNoticeTarget({ body: targetOf(given), signal: ports.signal });
			print(ports, given.json, made, ({ target, signingSecret }) => `${target.id}\n${signingSecret === null ? "" : `${signingSecret}\n`}`);
		});
	notice
		.command("remove")
		.description("send no more notices there")
		.argument("<target>", "the id")
		.action(async (targetId: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			await openClient(ports, options).deleteNoticeTarget({ params: { targetId }, signal: ports.signal });
			print(ports, options.json, { targetId }, () => "No more notices go there.\n");
		});
	notice
		.command("test")
		.description("send a test there now; fails when it does not arrive")
		.argument("<target>", "the id")
		.action(async (targetId: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			const found = await openClient(ports, options).testNoticeTarget({ params: { targetId }, signal: ports.signal });
			print(ports, options.json, found, ({ delivered }) => (delivered ? "The test arrived.\n" : ""));
			if (!found.delivered) throw new AppError("site-unreachable", `The test did not arrive: ${found.problem ?? "nobody says why"}`);
		});
}

function collectRules(text: string, before: readonly NoticeRule[] = []): NoticeRule[] {
	return [...before, oneOf(rules)(text)];
}

function targetOf({ email, slack, webhook, rule, digestHour }: AddOptions): NoticeTargetInput {
	const rest = { rules: rule ?? rules, ...(digestHour !== undefined && { digestHour }) };
	const ways: NoticeTargetInput[] = [
		...(email === undefined ? [] : [{ type: "email" as const, address: email, ...rest }]),
		...(slack === undefined ? [] : [{ type: "slack" as const, url: slack, ...rest }]),
		...(webhook === undefined ? [] : [{ type: "webhook" as const, url: webhook, ...rest }]),
	];
	const [only] = ways;
	if (only === undefined || ways.length > 1) throw new AppError("bad-input", "Say one of --email, --slack and --webhook");
	return only;
}
