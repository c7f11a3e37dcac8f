import type { Run, Upkeep } from "@skyeworx/contract";
import type { Command } from "commander";
import { bytes, counted, moment } from "../../output/human.ts";
import { print } from "../../output/printer.ts";
import { type CliPorts, findSite, type GlobalOptions, openClient } from "../../session.ts";
import { failLike, waitForRun } from "../watch-run.ts";

const siteArgument = ["[site]", "name, address or id; not needed when only one is connected"] as const;
/** Lost records that are listed of each damaged object; `--json` has all. */
const shownLost = 20;

/** `skyeworx upkeep show|run [SITE] [--wait]` */
export function registerUpkeep(upkeep: Command, ports: CliPorts): void {
	upkeep
		.command("show")
		.description("say when a vault was last verified, what of it is damaged, and when it is looked after next")
		.argument(...siteArgument)
		.action(async (word: string | undefined, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			const client = openClient(ports, options);
			const site = await findSite(client, word);
			print(ports, options.json, await client.getUpkeep({ params: { siteId: site.id }, signal: ports.signal }), drawUpkeep);
		});
	upkeep
		.command("run")
		.description("look after a vault now: let go, free, verify a share, mend")
		.argument(...siteArgument)
		.option("--wait", "wait until it has ended, and end with its exit code")
		.action(async (word: string | undefined, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions & { readonly wait?: boolean }>();
			const client = openClient(ports, options);
			const site = await findSite(client, word);
			const started = await client.createUpkeep({ params: { siteId: site.id }, signal: ports.signal });
			const run = options.wait === true ? await waitForRun(ports, client, started, options.json) : started;
			print(ports, options.json, run, drawRun);
			failLike(run, "upkeep");
		});
}

function drawRun(run: Run): string {
	if (run.finishedAt === null) return `Upkeep of ${run.siteName} is ${run.status} (run ${run.id}). Add --wait to see how it ends.\n`;
	const lines = [`Upkeep of ${run.siteName}: ${run.status}`];
	const done = run.upkeep;
	if (done === null) return `${lines.join("\n")}\n`;
	if (done.forgetHindered !== null) lines.push(`  forgotten  none: the site is ${done.forgetHindered}`);
	else lines.push(`  forgotten  ${done.forgotten.length === 0 ? "none" : done.forgotten.join(", ")}`);
	if (done.collected !== null) {
		lines.push(`  freed      ${bytes(done.collected.freed.bytes)}`);
		lines.push(`  announced  ${bytes(done.collected.condemned.bytes + done.collected.waiting.bytes)}; a later upkeep frees it`);
	}
	if (done.verified !== null)
		lines.push(`  verified   ${done.verified.packs} of ${counted(done.verified.ofPacks, "pack")}, ${bytes(done.verified.bytesRead)} read`);
	if (done.repaired !== null)
		lines.push(`  mended     ${done.repaired.setAside} damaged packs set aside, ${done.repaired.saved} contents saved`);
	if (done.healingRunId !== null) lines.push(`  healing    backup ${done.healingRunId} reads lost contents again from the site`);
	return `${lines.join("\n")}\n`;
}

function drawUpkeep({ verifiedAt, wholeSince, verifyWithinDays, nextDueAt, damage }: Upkeep): string {
	const lines = [
		verifiedAt === null ? "not verified yet" : `last verified ${moment(verifiedAt)}`,
		...(wholeSince === null ? [] : [`every byte was read since ${moment(wholeSince)}`]),
		`every byte is read within ${counted(verifyWithinDays, "day")}`,
		`next upkeep ${moment(nextDueAt)}`,
		damage === null ? "no damage known" : `damaged: ${counted(damage.objects.length, "object")}`,
	];
	for (const { object, what, detail, lost, lostCount } of damage?.objects ?? []) {
		lines.push(`  ${object}: ${what}: ${detail} (${counted(lostCount, "record")} lost)`);
		for (const entry of lost.slice(0, shownLost)) {
			lines.push(`    snapshot ${entry.snapshotId}: ${entry.key ?? entry.title ?? `${entry.kind}/${entry.id}`} ${entry.part}`);
		}
	}
	return `${lines.join("\n")}\n`;
}
