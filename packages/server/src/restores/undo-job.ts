import { isAppError } from "@skyeworx/core";
import { type RestorePlan, type UndoReport, undoRestore } from "@skyeworx/engine";
import type { JobContext, WorkPorts } from "../jobs/work-ports.ts";
import { databaseJournal } from "./database-journal.ts";
import { holdingTarget } from "./hold-target.ts";
import { places } from "./places.ts";
import { RestoreRecord } from "./restore-record.ts";
import { targetRuntime } from "./target-site.ts";

/** Takes a restore back; called again after a crash, it goes on with what is left. */
export async function runUndoJob(ports: WorkPorts, context: JobContext): Promise<void> {
	const record = new RestoreRecord(ports, context);
	const plan = await record.begin(["undoing"], "undoing");
	if (plan === undefined) return;
	await holdingTarget(ports, plan, async () => await takeBackAndSay(ports, context, plan, record));
}

async function takeBackAndSay(ports: WorkPorts, context: JobContext, plan: RestorePlan, record: RestoreRecord): Promise<void> {
	const total = plan.items.length;
	try {
		const report = await takeBack(ports, context, plan, record).catch((error: unknown): UndoReport => {
			// Cancelled before it had written anything.
			if (record.cancelled && isAppError(error, "conflict")) return { items: [] };
			throw error;
		});
		const sealer = await ports.keys.sealer(context.organizationId);
		const undone = report.items.filter((item) => item.outcome === "undone").length;
		const left = report.items.filter((item) => item.outcome === "kept" || item.outcome === "failed").length;
		await record.audit("restore.undo.finish", { outcome: "success", facts: { undone, left } });
		const ended = record.cancelled ? "cancelled" : "undone";
		await record.finish(left === 0 ? ended : "incomplete", { undone, sealed_undo: sealer.json(places.undo(context.id), report) }, total);
	} catch (error) {
		await record.fail("restore.undo.finish", error, total);
	}
}

async function takeBack(ports: WorkPorts, context: JobContext, plan: RestorePlan, record: RestoreRecord): Promise<UndoReport> {
	const runtime = await ports.sites.open(context.organizationId, context.siteId);
	const { vault, catalog } = runtime;
	const connector = (await targetRuntime(ports.sites, context.organizationId, runtime, plan.options.target)).connect();
	try {
		const journal = databaseJournal(ports, context.organizationId);
		const onProgress = ({ done }: { readonly done: number }) => record.progress(done, plan.items.length);
		return await undoRestore(
			{ vault, catalog, connector, journal, clock: ports.clock, log: ports.log },
			{ restoreId: context.id, plan, signal: context.signal, onProgress },
		);
	} finally {
		await connector.close();
	}
}
