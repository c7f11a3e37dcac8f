import type { RestorePorts, TrialCleared } from "@skyeworx/engine";
import { recordAudit } from "../audit/record.ts";
import { withOrganization } from "../data/database.ts";
import type { JobContext, WorkPorts } from "../jobs/work-ports.ts";
import { databaseJournal } from "../restores/database-journal.ts";
import { RunRecord } from "../runs/run-record.ts";
import { saveProblem } from "../sites/site-problem.ts";
import { carryOutDrill, type DrillSoFar, nothingFound } from "./carry-out-drill.ts";
import { loadDrillRule } from "./drill-rule.ts";
import { clearTrials } from "./trials.ts";

/**
 * Tries out a restore. It has the site for itself like a backup, so that no restore of the site runs meanwhile, and gives way as soon
 * as one waits. Whatever way it ends, it takes away what it made; taken up after a crash it does that first, and begins anew.
 */
export async function runDrillJob(ports: WorkPorts, context: JobContext): Promise<void> {
	const record = new RunRecord(ports, context);
	const run = await record.begin();
	if (run === undefined) return;
	const done = nothingFound();
	try {
		await drill(ports, context, { record, done, isScheduled: run.trigger === "schedule" });
		const status = done.faultCount > 0 || done.cleared.left > 0 ? "incomplete" : "succeeded";
		await keepFigures(ports, context, status, done);
		const error = { code: "restore-failed", detail: `Faults found: ${done.faultCount}; copies still there: ${done.cleared.left}.` };
		await audit(ports, context, done, status === "succeeded" ? { outcome: "success" } : { outcome: "failure", error });
		await record.finish(status, { drill: done }, null);
	} catch (error) {
		const ended = record.failure(error);
		if (ended === undefined) return;
		if (ended.status === "failed") {
			await keepFigures(ports, context, "failed", done);
			await saveProblem(ports, context, error);
		}
		await audit(ports, context, done, { outcome: "failure", error: { code: ended.error.code, detail: ended.error.detail } });
		await record.finish(ended.status, { drill: done, error: ended.error }, null);
	}
}

interface Work {
	readonly record: RunRecord;
	readonly done: DrillSoFar;
	readonly isScheduled: boolean;
}

async function drill(ports: WorkPorts, context: JobContext, { record, done, isScheduled }: Work): Promise<void> {
	const { organizationId, siteId, signal } = context;
	const { rule } = await withOrganization(ports.database, organizationId, (scoped) => loadDrillRule(scoped, siteId));
	record.phase("Opening the vault");
	const runtime = await ports.sites.open(organizationId, siteId);
	await runtime.follow(signal);
	const connector = runtime.connect();
	const journal = databaseJournal(ports, organizationId, "drills");
	const restoring: RestorePorts = {
		vault: runtime.vault,
		catalog: runtime.catalog,
		connector,
		journal,
		clock: ports.clock,
		log: ports.log,
	};
	try {
		record.phase("Taking away what an earlier drill left");
		done.cleared = await clearTrials(ports, context, { restoring, signal });
		// It was begun only for what was left behind.
		if (isScheduled && rule.every === "never") return;
		const failure = await carryOutDrill(ports, context, { rule, restoring, record, done }).then(
			() => undefined,
			(error: unknown) => ({ error }),
		);
		if (context.stopReason() !== "shutdown") done.cleared = sum(done.cleared, await takeAway(ports, context, { restoring, record }));
		if (failure !== undefined) throw failure.error;
	} finally {
		await connector.close();
	}
}

/** Also when the drill was cancelled: nobody wants to keep the copies. */
async function takeAway(
	ports: WorkPorts,
	context: JobContext,
	{ restoring, record }: { readonly restoring: RestorePorts; readonly record: RunRecord },
) {
	record.phase("Taking the copies away");
	const signal = context.stopReason() === "cancelled" ? new AbortController().signal : context.signal;
	return await clearTrials(ports, context, { restoring, signal });
}

function sum(one: TrialCleared, other: TrialCleared): TrialCleared {
	return { undone: one.undone + other.undone, kept: one.kept + other.kept, left: other.left };
}

/** For the insights: figures alone. */
async function keepFigures(ports: WorkPorts, context: JobContext, status: string, done: DrillSoFar): Promise<void> {
	const { organizationId, siteId, id } = context;
	const values = {
		at: ports.clock.now(),
		status,
		items: done.sampled.reduce((count, { items }) => count + items, 0),
		restored: done.trial?.restored ?? 0,
		faults: done.faultCount,
		left_behind: done.cleared.left,
		score: done.score,
		basis: done.time?.basis ?? null,
		seconds_per_item: done.time?.secondsPerItem ?? null,
		whole_site_seconds: done.time?.wholeSiteSeconds ?? null,
	};
	await withOrganization(ports.database, organizationId, async (scoped) => {
		await scoped
			.insertInto("drill_figures")
			.values({ run_id: id, organization_id: organizationId, site_id: siteId, ...values })
			.onConflict((conflict) => conflict.column("run_id").doUpdateSet(values))
			.execute();
	});
}

type Ending = Pick<Parameters<typeof recordAudit>[1], "outcome" | "error">;

async function audit(ports: WorkPorts, context: JobContext, done: DrillSoFar, ending: Ending): Promise<void> {
	const { undone, kept, left } = done.cleared;
	await recordAudit(ports, {
		organizationId: context.organizationId,
		actor: { type: "system", id: "worker", name: "Skyeworx" },
		action: "drill.finish",
		target: { type: "run", id: context.id },
		...ending,
		facts: {
			items: done.sampled.reduce((count, { items }) => count + items, 0),
			restored: done.trial?.restored ?? 0,
			faults: done.faultCount,
			...(done.score !== null && { score: Math.round(done.score * 10_000) / 10_000 }),
			undone,
			kept,
			left,
		},
	});
}
