import { AppError } from "@skyeworx/core";
import { checkpointAfterBackup } from "../audit/checkpoints.ts";
import { withOrganization } from "../data/database.ts";
import { runDrillJob } from "../drills/drill-job.ts";
import { keepSiteCard } from "../rebuild/site-card.ts";
import { runRestoreJob } from "../restores/restore-job.ts";
import { runUndoJob } from "../restores/undo-job.ts";
import { runBackupJob } from "../runs/backup-job.ts";
import { runVerifyJob } from "../runs/verify-job.ts";
import { runMoveJob } from "../storage/move-job.ts";
import { runUpkeepJob } from "../upkeep/upkeep-job.ts";
import type { SiteJob } from "./queue.ts";
import type { JobContext, StopReason, WorkPorts } from "./work-ports.ts";

const jobs: Readonly<Record<SiteJob["type"], (ports: WorkPorts, context: JobContext) => Promise<void>>> = {
	backup: runBackupJob,
	verify: runVerifyJob,
	upkeep: runUpkeepJob,
	move: runMoveJob,
	drill: runDrillJob,
	restore: runRestoreJob,
	undo: runUndoJob,
};

interface Running {
	readonly controller: AbortController;
	reason: StopReason | undefined;
}

/** Does the sites' jobs in this process. */
export interface Worker {
	/** Interrupts what runs at its next safe point, hands it back, and waits for that at most so many seconds; says whether all came. */
	stop(patience: number): Promise<boolean>;
}

/** Starts working; `concurrency` sites at a time. */
export async function startWorker(ports: WorkPorts, concurrency: number): Promise<Worker> {
	const running = new Map<string, Running>();
	const under = new Set<Promise<void>>();
	let stopping = false;
	const stopOne = (id: string, reason: StopReason) => {
		const job = running.get(id);
		if (job === undefined) return;
		job.reason ??= reason;
		job.controller.abort(new AppError("cancelled", "Stopped"));
	};
	const stopHearing = ports.bus.onCancel((id) => stopOne(id, "cancelled"));
	const work = async (job: SiteJob, signal: AbortSignal) => {
		if (stopping) throw handedBack();
		const mine: Running = { controller: new AbortController(), reason: undefined };
		const lease = await ports.leases.take(job.siteId, () => stopOne(job.id, "shutdown"));
		if (lease === undefined) throw new AppError("already-running", "Another worker has not let go of the site yet");
		running.set(job.id, mine);
		signal.addEventListener("abort", () => stopOne(job.id, "shutdown"), { once: true });
		try {
			await timed(ports, job, mine);
		} finally {
			running.delete(job.id);
			await lease.release();
		}
		// What was interrupted has no outcome yet: the queue gives it to the next worker. What had ended meanwhile is not done again.
		if (mine.reason === "shutdown") throw handedBack();
	};
	await ports.queue.work(concurrency, (job, signal) => {
		const done = work(job, signal);
		under.add(done);
		return done.finally(() => under.delete(done));
	});
	return {
		async stop(patience) {
			stopping = true;
			stopHearing();
			for (const id of running.keys()) stopOne(id, "shutdown");
			const enough = new AbortController();
			const waited = ports.clock.sleep(patience * 1000, enough.signal).catch(() => {});
			await Promise.race([Promise.allSettled(under), waited]);
			enough.abort();
			return under.size === 0;
		},
	};
}

async function timed(ports: WorkPorts, job: SiteJob, mine: Running): Promise<void> {
	const began = ports.clock.monotonic();
	const { organizationId, siteId, id } = job;
	ports.log.info("a job begins", { type: job.type, id, site: siteId });
	try {
		await jobs[job.type](ports, { organizationId, siteId, id, signal: mine.controller.signal, stopReason: () => mine.reason });
		if (job.type === "backup") await checkpointAfterBackup(ports, organizationId, siteId);
		if (job.type === "backup" || job.type === "move") await keepSiteCard(ports, organizationId, siteId);
		ports.metrics.job(job.type, mine.reason ?? "ended", (ports.clock.monotonic() - began) / 1000);
	} catch (error) {
		ports.metrics.job(job.type, "broken", (ports.clock.monotonic() - began) / 1000);
		ports.log.error("a job ended without an outcome", {
			type: job.type,
			id,
			cause: error instanceof Error ? (error.stack ?? error.message) : "",
		});
		throw error;
	}
}

function handedBack(): AppError {
	return new AppError("cancelled", "The job was handed back");
}

/**
 * Puts everything that waited or ran when the last process ended back into line, oldest first. Only for a server that
 * knows it is the only one on this database; others rely on the queue's heartbeats.
 */
export async function resumeJobs(ports: Pick<WorkPorts, "database" | "queue" | "log">, organizationIds: readonly string[]): Promise<void> {
	await ports.queue.clear();
	for (const organizationId of organizationIds) {
		const open = await withOrganization(ports.database, organizationId, async (scoped) => {
			await scoped
				.updateTable("restore_plans")
				.set({ status: "failed", error_code: "cancelled" })
				.where("status", "=", "planning")
				.execute();
			const runs = await scoped
				.selectFrom("runs")
				.select(["id", "site_id", "type", "created_at"])
				.where("status", "in", ["queued", "running"])
				.execute();
			const restores = await scoped
				.selectFrom("restores")
				.select(["id", "site_id", "status", "created_at"])
				.where("status", "in", ["queued", "running", "undoing"])
				.execute();
			return [...runs, ...restores.map((row) => ({ ...row, type: row.status === "undoing" ? ("undo" as const) : ("restore" as const) }))];
		});
		for (const job of open.toSorted((a, b) => a.created_at.getTime() - b.created_at.getTime())) {
			ports.log.info("taking up a job again", { type: job.type, id: job.id });
			await ports.queue.send({ type: job.type, id: job.id, siteId: job.site_id, organizationId });
		}
	}
}
