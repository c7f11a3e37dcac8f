import type { Verification } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import type { VerifyLevel, VerifyReport } from "@skyeworx/vault";
import { recordAudit } from "../audit/record.ts";
import { withOrganization } from "../data/database.ts";
import type { JobContext, WorkPorts } from "../jobs/work-ports.ts";
import { failureOf } from "../sites/site-facts.ts";
import { saveProblem } from "../sites/site-problem.ts";
import { addDamage } from "../upkeep/note-damage.ts";
import { RunRecord } from "./run-record.ts";

const damageShown = 200;

/** Verifies a site's vault and keeps the report with the run; damage makes the run a failed one. */
export async function runVerifyJob(ports: WorkPorts, context: JobContext): Promise<void> {
	const record = new RunRecord(ports, context);
	const run = await record.begin();
	if (run === undefined) return;
	const actor = { type: "system" as const, id: "worker", name: "Skyeworx" };
	const about = { organizationId: context.organizationId, actor, action: "vault.verify.finish", target: { type: "run", id: context.id } };
	try {
		record.phase("Verifying");
		const runtime = await ports.sites.open(context.organizationId, context.siteId);
		const report = await runtime.vault.verify({
			level: await wantedLevel(ports, context),
			signal: context.signal,
			onProgress: (done, total) => record.phase("Verifying", { done, total, kinds: [] }),
		});
		const verification = reportBody(report);
		await addDamage(ports, context, report);
		if (verification.ok) {
			await recordAudit(ports, { ...about, outcome: "success", facts: { level: report.level, packs: report.packs } });
			await record.finish("succeeded", { verification }, null);
			return;
		}
		const error = damaged(report);
		await saveProblem(ports, context, error);
		await recordAudit(ports, { ...about, outcome: "failure", error: { code: error.code, detail: error.message } });
		await record.finish("failed", { verification, error: failureOf(error) }, null);
	} catch (error) {
		const ended = record.failure(error);
		if (ended === undefined) return;
		await recordAudit(ports, { ...about, outcome: "failure", error: { code: ended.error.code, detail: ended.error.detail } });
		await record.finish(ended.status, { error: ended.error }, null);
	}
}

async function wantedLevel(ports: WorkPorts, context: JobContext): Promise<VerifyLevel> {
	const row = await withOrganization(ports.database, context.organizationId, (scoped) =>
		scoped.selectFrom("runs").select("level").where("id", "=", context.id).executeTakeFirstOrThrow(),
	);
	return (row.level ?? "structure") as VerifyLevel;
}

function reportBody(report: VerifyReport): Verification {
	return {
		level: report.level,
		ok: report.damage.length === 0,
		snapshots: report.snapshots,
		packs: report.packs,
		entries: report.entries,
		bytesRead: report.bytesRead,
		damage: report.damage.slice(0, damageShown).map(({ object, what, detail, lostCount }) => ({ object, what, detail, lostCount })),
	};
}

function damaged(report: VerifyReport): AppError {
	return new AppError("vault-damaged", `${report.damage.length} objects of the vault are damaged`, {
		hint: "The list names each one and what can't be read because of it. Bring the objects back from a copy of the storage folder.",
	});
}
