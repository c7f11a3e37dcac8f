import type { UpkeepDone } from "@skyeworx/contract";
import { AppError, isAppError, toAppError } from "@skyeworx/core";
import type { CollectReport, Damage } from "@skyeworx/vault";
import { systemPrincipal } from "../access/principal.ts";
import { recordAudit } from "../audit/record.ts";
import { othersWait } from "../jobs/others-wait.ts";
import type { JobContext, WorkPorts } from "../jobs/work-ports.ts";
import { requestRun } from "../runs/request-run.ts";
import { RunRecord } from "../runs/run-record.ts";
import type { SiteRuntime } from "../sites/site-runtimes.ts";
import { forgetByRules } from "./forget-by-rules.ts";
import { noteDamage } from "./note-damage.ts";
import { verifyShare } from "./verify-share.ts";

type Mutable = { -readonly [Name in keyof UpkeepDone]: UpkeepDone[Name] };

/**
 * Looks after a site's vault: lets go what its rules let go, frees what nobody needs, verifies a share, and mends what is damaged.
 * Taken up after a crash it begins anew: each step finds what was done already. It has the site for itself like a backup.
 */
export async function runUpkeepJob(ports: WorkPorts, context: JobContext): Promise<void> {
	const record = new RunRecord(ports, context);
	if ((await record.begin()) === undefined) return;
	const done: Mutable = { forgotten: [], forgetHindered: null, collected: null, verified: null, repaired: null, healingRunId: null };
	try {
		record.phase("Opening the vault");
		const runtime = await ports.sites.open(context.organizationId, context.siteId);
		await runtime.vault.refresh();
		record.phase("Letting go what the rules let go");
		Object.assign(done, await forgetByRules(ports, context, runtime));
		await runtime.saveHead();
		// Nobody must find what can't be restored any more.
		await runtime.follow(context.signal);
		done.collected = await collect(ports, context, { runtime, record });
		const left = await verifyAndMend(ports, context, { runtime, record, done });
		await runtime.saveHead();
		await noteDamage(ports, context, left);
		if (left.length > 0) throw damaged(left);
		await audit(ports, context, { outcome: "success", facts: factsOf(done) });
		await record.finish("succeeded", { upkeep: done }, null);
	} catch (error) {
		const ended = record.failure(error);
		if (ended === undefined) return;
		ports.log.warn("upkeep did not finish", { id: context.id, site: context.siteId, code: ended.error.code });
		const failed = { outcome: "failure" as const, error: { code: ended.error.code, detail: ended.error.detail } };
		await audit(ports, context, { ...failed, facts: factsOf(done) });
		await record.finish(ended.status, { upkeep: done, error: ended.error }, null);
	}
}

interface Work {
	readonly runtime: SiteRuntime;
	readonly record: RunRecord;
}

const phases = { deleting: "Freeing", marking: "Finding what is needed", rewriting: "Rewriting", locking: "Extending locks" } as const;

/** Null when the vault is damaged: then nobody knows what it needs, nothing is deleted, and the verification says what it is. */
async function collect(ports: WorkPorts, context: JobContext, { runtime, record }: Work): Promise<UpkeepDone["collected"]> {
	record.phase("Freeing");
	try {
		const report: CollectReport = await runtime.vault.collect({
			...ports.collecting,
			signal: context.signal,
			onProgress: ({ phase, done, total }) => record.phase(phases[phase], { done, total, kinds: [] }),
		});
		const { freed, condemned, waiting, locked } = report;
		return { freed: { ...freed }, condemned: { ...condemned }, waiting: { ...waiting }, locked: { ...locked } };
	} catch (error) {
		if (!isAppError(error, "vault-damaged") && !isAppError(error, "store-object-missing")) throw error;
		ports.log.warn("a damaged vault was not collected", { site: context.siteId, code: toAppError(error).code });
		return null;
	}
}

/** Answers what is damaged still. What was lost is on the heal list: the next backup reads it again from the site. */
async function verifyAndMend(
	ports: WorkPorts,
	context: JobContext,
	{ runtime, record, done }: Work & { readonly done: Mutable },
): Promise<readonly Damage[]> {
	const { vault } = runtime;
	const { signal } = context;
	const say = (name: string) => (count: number, total: number) => record.phase(name, { done: count, total, kinds: [] });
	record.phase("Verifying");
	const isWanted = async () => await othersWait(ports, context);
	const { done: verified, damage } = await verifyShare(ports, context, { vault, onProgress: say("Verifying"), isWanted });
	done.verified = verified;
	if (damage.length === 0) return [];
	record.phase("Mending");
	const report = await vault.repair({ level: "data", signal, onProgress: say("Mending") });
	done.repaired = {
		setAside: report.quarantined.length,
		madeAnew: report.checkpoints + report.segments,
		saved: report.quarantined.reduce((sum, pack) => sum + pack.saved, 0) + report.indexed,
	};
	if (report.damage.length > 0 && vault.quarantined().length > 0) done.healingRunId = await heal(ports, context);
	return report.damage;
}

/** Asks for the backup that heals; a paused site stays as it is. */
async function heal(ports: WorkPorts, { organizationId, siteId }: JobContext): Promise<string | null> {
	const principal = systemPrincipal(organizationId, { id: "worker", name: "Skyeworx" });
	try {
		return (await requestRun(ports, principal, { siteId, type: "backup", trigger: "schedule" })).id;
	} catch (error) {
		if (!isAppError(error, "conflict")) throw error;
		return null;
	}
}

function damaged(left: readonly Damage[]): AppError {
	const lost = left.reduce((sum, { lostCount }) => sum + lostCount, 0);
	return new AppError("vault-damaged", `${left.length} objects of the vault are damaged; ${lost} records of restore points can't be read`, {
		hint: "The next backup reads again what the site still has. What is lost for good is listed with the site.",
	});
}

function factsOf(done: UpkeepDone): Readonly<Record<string, string | number | boolean>> {
	return {
		forgotten: done.forgotten.length,
		// An entry must not grow with the vault; the vault's own log names each.
		...(done.forgotten.length > 0 && { snapshots: done.forgotten.slice(0, 50).join(",") }),
		...(done.forgetHindered !== null && { hindered: done.forgetHindered }),
		...(done.collected !== null && { freed: done.collected.freed.bytes, condemned: done.collected.condemned.bytes }),
		...(done.verified !== null && { packs: done.verified.packs }),
	};
}

type Ending = Pick<Parameters<typeof recordAudit>[1], "outcome" | "error" | "facts">;

async function audit(ports: WorkPorts, context: JobContext, ending: Ending): Promise<void> {
	await recordAudit(ports, {
		organizationId: context.organizationId,
		actor: { type: "system", id: "worker", name: "Skyeworx" },
		action: "upkeep.finish",
		target: { type: "run", id: context.id },
		...ending,
	});
}
