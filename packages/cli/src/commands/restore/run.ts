import type { Client, Restore } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import type { Command } from "commander";
import { print, progressLine } from "../../output/printer.ts";
import { onOneLine } from "../../output/table.ts";
import { type CliPorts, type GlobalOptions, openClient } from "../../session.ts";
import { pollUntil } from "../poll.ts";
import { drawPlan, makePlan, type PlanOptions, withPlanOptions } from "./plan.ts";

interface Options extends PlanOptions {
	readonly plan?: string;
	readonly reason?: string;
	readonly dryRun?: boolean;
	readonly wait: boolean;
}

/** `skyeworx restore run (--plan PLAN | ITEM...)` */
export function registerRestoreRun(restore: Command, ports: CliPorts): void {
	withPlanOptions(restore.command("run").description("carry out a reviewed plan, or plan and restore in one go"))
		.argument("[items...]", "keys, exact titles, or kind/id")
		.option("--plan <id>", "a plan from: skyeworx restore plan")
		.option("--reason <text>", "kept in the audit log")
		.option("--dry-run", "stop after the plan")
		.option("--no-wait", "do not wait for the end")
		.action(async (words: string[], _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<Options>();
			const client = openClient(ports, options);
			if ((options.plan === undefined) === (words.length === 0 && options.changedBy === undefined)) {
				throw new AppError("bad-input", "Name either items or a plan", { hint: "skyeworx restore run ACME-12, or --plan with its id." });
			}
			const planId = options.plan ?? (await planned(ports, client, words, options));
			if (planId === undefined) return;
			const body = { planId, ...(options.reason === undefined ? {} : { reason: options.reason }) };
			const started = await client.createRestore({ body, idempotencyKey: `cli-${planId}`, signal: ports.signal });
			const ended = options.wait ? await waitForRestore(ports, client, started, options.json) : started;
			print(ports, options.json, ended, drawRestore);
			failUnlessDone(ended);
		});
}

async function planned(ports: CliPorts, client: Client, words: readonly string[], options: Options): Promise<string | undefined> {
	const plan = await makePlan(ports, client, words, options);
	const nothing = plan.totals.create + plan.totals.change + plan.totals.untrash === 0;
	if (options.dryRun === true || nothing) {
		print(ports, options.json, plan, drawPlan);
		if (nothing && plan.totals.cannot > 0) throw new AppError("restore-failed", "None of these items can be restored");
		return undefined;
	}
	return plan.id;
}

const ended = new Set(["succeeded", "incomplete", "failed", "undone", "cancelled"]);

/** Waits for a restore (or its undoing) to end. */
export async function waitForRestore(ports: CliPorts, client: Client, started: Restore, json: GlobalOptions["json"]): Promise<Restore> {
	const line = progressLine(ports, json);
	try {
		return await pollUntil(ports.signal, async () => {
			const now = await client.getRestore({ params: { restoreId: started.id }, signal: ports.signal });
			line.say(`${now.status} ${now.progress.done} of ${now.progress.total}`);
			return ended.has(now.status) ? now : undefined;
		});
	} finally {
		line.end();
	}
}

/** Writes what became of a restore, with the address of each restored item. */
export function drawRestore(restore: Restore): string {
	const lines = [`Restore ${restore.id}: ${restore.status}`];
	for (const item of restore.items) {
		const now = item.now === null || item.now.ref.id === item.ref.id ? "" : ` -> ${item.now.key ?? item.now.ref.id}`;
		lines.push(`  ${item.outcome.padEnd(9)} ${onOneLine(item.label)}${now}${item.url === null ? "" : `  ${item.url}`}`);
		if (item.fidelity !== null) {
			const { exact, degraded, impossible, failed } = item.fidelity;
			lines.push(`            ${exact} fields exact, ${degraded} degraded, ${impossible} impossible, ${failed} failed`);
		}
		const why = item.error?.detail ?? item.reason;
		if (why) lines.push(`            ${onOneLine(why)}`);
	}
	if (restore.undoable) lines.push(`Take it back: skyeworx restore undo ${restore.id}`);
	return `${lines.join("\n")}\n`;
}

function failUnlessDone(restore: Restore): void {
	if (restore.status === "failed" || restore.status === "incomplete" || restore.status === "cancelled") {
		throw new AppError(
			"restore-failed",
			restore.error?.detail ?? `The restore is ${restore.status}`,
			restore.error?.hint ? { hint: restore.error.hint } : {},
		);
	}
}
