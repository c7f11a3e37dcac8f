import { type RestorePlan, type RestoreProgress, type RestoreReceipt, runRestore } from "@skyeworx/engine";
import type { RestoreStatusName } from "../data/tables.ts";
import type { JobContext, WorkPorts } from "../jobs/work-ports.ts";
import { databaseJournal } from "./database-journal.ts";
import { holdingTarget } from "./hold-target.ts";
import { RestoreRecord } from "./restore-record.ts";
import { targetRuntime } from "./target-site.ts";

const statuses: Readonly<Record<RestoreReceipt["outcome"], RestoreStatusName>> = {
	restored: "succeeded",
	"nothing-to-do": "succeeded",
	partly: "incomplete",
	failed: "failed",
};

/** Carries a plan out; called again after a crash, it goes on from the journal. */
export async function runRestoreJob(ports: WorkPorts, context: JobContext): Promise<void> {
	const record = new RestoreRecord(ports, context);
	const plan = await record.begin(["queued", "running"], "running");
	if (plan === undefined) return;
	await holdingTarget(ports, plan, async () => await carryOutAndSay(ports, context, plan, record));
}

async function carryOutAndSay(ports: WorkPorts, context: JobContext, plan: RestorePlan, record: RestoreRecord): Promise<void> {
	const total = plan.items.length;
	try {
		const receipt = await carryOut(ports, context, plan, record);
		const status = statuses[receipt.outcome];
		await record.audit("restore.finish", {
			outcome: status === "failed" ? "failure" : "success",
			...(status === "failed" && { error: { code: "restore-failed", detail: "No item could be restored" } }),
			facts: { status, ...countsOf(receipt), requests: receipt.requests },
		});
		await record.finish(status, countsOf(receipt), total);
	} catch (error) {
		await record.fail("restore.finish", error, total);
	}
}

async function carryOut(ports: WorkPorts, context: JobContext, plan: RestorePlan, record: RestoreRecord): Promise<RestoreReceipt> {
	const runtime = await ports.sites.open(context.organizationId, context.siteId);
	const target = await targetRuntime(ports.sites, context.organizationId, runtime, plan.options.target);
	const connector = target.connect();
	try {
		const { vault, catalog } = runtime;
		const journal = databaseJournal(ports, context.organizationId);
		const receipt = await runRestore(
			{ vault, catalog, connector, journal, clock: ports.clock, log: ports.log },
			{
				restoreId: context.id,
				plan,
				signal: context.signal,
				onProgress: ({ phase, done }) => record.progress(doneIn(phase, done, plan.items.length), plan.items.length),
			},
		);
		await runtime.saveHead();
		await runtime.follow(context.signal);
		return receipt;
	} finally {
		await connector.close();
	}
}

/** Items count as done when they are applied; what comes before is none, what comes after is all. */
function doneIn(phase: RestoreProgress["phase"], done: number, total: number): number {
	if (phase === "applying") return done;
	return phase === "checking" || phase === "safety-snapshot" ? 0 : total;
}

function countsOf({ items }: RestoreReceipt) {
	const count = (outcome: RestoreReceipt["items"][number]["outcome"]) => items.filter((item) => item.outcome === outcome).length;
	return { restored: count("restored"), skipped: count("left"), failed: count("failed") };
}
