import type { Client, RestorePlan, RestorePlanInput } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import type { Command } from "commander";
import { counted } from "../../output/human.ts";
import { print } from "../../output/printer.ts";
import { onOneLine } from "../../output/table.ts";
import { type CliPorts, findSite, type GlobalOptions, openClient } from "../../session.ts";
import { findItem } from "../item/item-argument.ts";
import { newestPresent } from "../item/newest-version.ts";
import { oneOf, wholeNumber } from "../option-parsers.ts";
import { pollUntil } from "../poll.ts";

export interface PlanOptions extends GlobalOptions {
	readonly site?: string;
	readonly at?: number;
	readonly copy?: boolean;
	readonly ifExists: "overwrite" | "skip" | "copy";
	readonly fields?: string[];
	readonly replayVersions?: boolean;
	readonly tree?: boolean;
	readonly toSpace?: string;
	readonly toSite?: string;
	readonly standIn?: string;
	readonly keepKeys?: boolean;
	readonly changedBy?: string;
	readonly from?: string;
	readonly to?: string;
	readonly deletions?: boolean;
}

/** `skyeworx restore plan ITEM...` */
export function registerRestorePlan(restore: Command, ports: CliPorts): void {
	withPlanOptions(restore.command("plan").description("say what a restore would do; writes nothing"))
		.argument("[items...]", "keys, exact titles, or kind/id; none with --changed-by")
		.action(async (words: string[], _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<PlanOptions>();
			const plan = await makePlan(ports, openClient(ports, options), words, options);
			print(ports, options.json, plan, drawPlan);
		});
}

/** Adds the options that planning takes, wherever it is done. */
export function withPlanOptions(command: Command): Command {
	return command
		.option("--site <site>", "name, address or id")
		.option(
			"--at <snapshot>",
			"the version that comes back; the newest that holds each item when left out",
			wholeNumber(0, Number.MAX_SAFE_INTEGER),
		)
		.option("--copy", "make copies beside the originals")
		.option(
			"--if-exists <what>",
			"overwrite, skip or copy, when the item is still there",
			oneOf(["overwrite", "skip", "copy"]),
			"overwrite",
		)
		.option("--fields <paths...>", "only these fields, for example fields.summary file/10023")
		.option("--replay-versions", "pages that are created again get their older versions, too")
		.option("--tree", "each item with everything below it: an epic with its tree")
		.option("--to-space <key>", "into this space, as items of their own; key or id")
		.option("--to-site <site>", "to another connected site; name, address or id")
		.option("--stand-in <account>", "account id that stands in for people whom the other site does not know")
		.option("--keep-keys", "give work items that are created again their old keys, by making and deleting placeholders")
		.option("--changed-by <account>", "everything that this account changed, instead of naming items")
		.option("--from <time>", "with --changed-by: from then on, as 2026-05-03T10:00:00Z")
		.option("--to <time>", "with --changed-by: until then")
		.option(
			"--deletions",
			"with --changed-by: also what Atlassian names nobody for: items that went missing in that time, moves, labels, restrictions",
		);
}

/** Makes a plan on the server and waits until it is ready. @throws AppError when planning failed */
export async function makePlan(ports: CliPorts, client: Client, words: readonly string[], options: PlanOptions): Promise<RestorePlan> {
	const site = await findSite(client, options.site);
	const body: RestorePlanInput = {
		...(await selected(client, site.id, words, options)),
		ifExists: options.ifExists,
		target: await targetOf(client, options),
		...(options.standIn === undefined ? {} : { standIn: options.standIn }),
		...(options.keepKeys === true ? { keepKeys: true } : {}),
		...(options.fields === undefined ? {} : { fields: options.fields }),
		...(options.replayVersions === true ? { replayVersions: true } : {}),
	};
	const first = await client.createRestorePlan({ params: { siteId: site.id }, body, signal: ports.signal });
	const plan =
		first.status === "planning"
			? await pollUntil(ports.signal, async () => {
					const now = await client.getRestorePlan({ params: { planId: first.id }, signal: ports.signal });
					return now.status === "planning" ? undefined : now;
				})
			: first;
	if (plan.status === "failed") {
		throw new AppError(
			"restore-failed",
			plan.error?.detail ?? "The plan could not be made",
			plan.error?.hint ? { hint: plan.error.hint } : {},
		);
	}
	return plan;
}

/** What the words and options choose. @throws AppError `bad-input` when they contradict each other */
async function selected(
	client: Client,
	siteId: string,
	words: readonly string[],
	options: PlanOptions,
): Promise<Pick<RestorePlanInput, "items" | "changedBy">> {
	const { changedBy: accountId, from, to, deletions } = options;
	if ((accountId === undefined) === (words.length === 0)) {
		throw new AppError("bad-input", "Name either items or an account", {
			hint: "skyeworx restore plan ACME-12, or --changed-by with --from and --to.",
		});
	}
	if (accountId !== undefined) {
		return { changedBy: { accountId, from: instant(from, "--from"), to: instant(to, "--to"), ...(deletions === true && { deletions }) } };
	}
	const items: NonNullable<RestorePlanInput["items"]> = [];
	for (const word of words) {
		const ref = await findItem(client, siteId, word);
		const version = options.at ?? (await newestPresent(client, siteId, ref));
		items.push({ ...ref, version, ...(options.tree === true && { tree: true }) });
	}
	return { items };
}

function instant(text: string | undefined, option: string): string {
	const time = Date.parse(text ?? "");
	if (Number.isFinite(time)) return new Date(time).toISOString();
	throw new AppError("bad-input", `${option} needs a time`, { hint: "Write it as 2026-05-03T10:00:00Z." });
}

async function targetOf(client: Client, { copy, toSpace, toSite }: PlanOptions): Promise<NonNullable<RestorePlanInput["target"]>> {
	if (toSpace === undefined && toSite === undefined) return { type: copy === true ? "copy" : "in-place" };
	const site = toSite === undefined ? undefined : await findSite(client, toSite);
	return {
		type: "copy",
		...(toSpace === undefined ? {} : { spaceId: toSpace }),
		...(site === undefined ? {} : { siteId: site.id }),
		...(copy === true ? {} : { unmarked: true }),
	};
}

const deeds = {
	create: "create",
	change: "change",
	untrash: "take out of the trash",
	leave: "leave alone",
	cannot: "can't restore",
} as const;

/** Writes a plan for people. */
export function drawPlan(plan: RestorePlan): string {
	const lines = [`Plan ${plan.id} for ${plan.siteName}`];
	for (const item of plan.items) {
		lines.push(`  ${deeds[item.action].padEnd(22)} ${onOneLine(item.label)}${item.reason === null ? "" : ` (${onOneLine(item.reason)})`}`);
		for (const change of item.changes) lines.push(`      ${onOneLine(change.label)}`);
		for (const loss of item.losses) lines.push(`      not exact: ${onOneLine(loss.label)}: ${onOneLine(loss.reason)}`);
	}
	for (const { label, reason } of plan.kept) lines.push(`  not taken back         ${onOneLine(label)} (${onOneLine(reason)})`);
	const { create, change, untrash, leave, cannot, requests } = plan.totals;
	lines.push(
		`${create} to create, ${change} to change, ${untrash} from the trash, ${leave} left alone, ${cannot} can't be restored; about ${counted(requests, "request")}.`,
	);
	if (create + change + untrash > 0) lines.push(`Carry it out: skyeworx restore run --plan ${plan.id}`);
	return `${lines.join("\n")}\n`;
}
