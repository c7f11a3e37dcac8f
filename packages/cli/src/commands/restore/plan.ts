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
}

/** `skyeworx restore plan ITEM...` */
export function registerRestorePlan(restore: Command, ports: CliPorts): void {
	withPlanOptions(restore.command("plan").description("say what a restore would do; writes nothing"))
		.argument("<items...>", "keys, exact titles, or kind/id")
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
		.option("--replay-versions", "pages that are created again get their older versions, too");
}

/** Makes a plan on the server and waits until it is ready. @throws AppError when planning failed */
export async function makePlan(ports: CliPorts, client: Client, words: readonly string[], options: PlanOptions): Promise<RestorePlan> {
	const site = await findSite(client, options.site);
	const items: { kind: string; id: string; version: number }[] = [];
	for (const word of words) {
		const ref = await findItem(client, site.id, word);
		items.push({ ...ref, version: options.at ?? (await newestPresent(client, site.id, ref)) });
	}
	const body: RestorePlanInput = {
		items,
		ifExists: options.ifExists,
		target: { type: options.copy === true ? "copy" : "in-place" },
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
	const { create, change, untrash, leave, cannot, requests } = plan.totals;
	lines.push(
		`${create} to create, ${change} to change, ${untrash} from the trash, ${leave} left alone, ${cannot} can't be restored; about ${counted(requests, "request")}.`,
	);
	if (create + change + untrash > 0) lines.push(`Carry it out: skyeworx restore run --plan ${plan.id}`);
	return `${lines.join("\n")}\n`;
}
