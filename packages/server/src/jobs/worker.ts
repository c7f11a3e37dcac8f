import { AppError } from "@skyeworx/core";
import { withOrganization } from "../data/database.ts";
import { runRestoreJob } from "../restores/restore-job.ts";
import { runUndoJob } from "../restores/undo-job.ts";
import { runBackupJob } from "../runs/backup-job.ts";
import { runVerifyJob } from "../runs/verify-job.ts";
import type { SiteJob } from "./queue.ts";
import type { JobContext, StopReason, WorkPorts } from "./work-ports.ts";

const jobs: Readonly<Record<SiteJob["type"], (ports: WorkPorts, context: JobContext) => Promise<void>>> = {
	backup: runBackupJob,
	verify: runVerifyJob,
	restore: runRestoreJob,
	undo: runUndoJob,
};

interface Running {
	readonly controller: AbortController;
	reason: StopReason | undefined;
}

/** Does the sites' jobs in this process. */
export interface Worker {
	/** Interrupts what runs at its next safe point and waits; it is taken up again by the next start. */
	stop(): Promise<void>;
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
	const work = async (job: SiteJob) => {
		if (stopping) throw new AppError("cancelled", "The server is stopping");
		const mine: Running = { controller: new AbortController(), reason: undefined };
		running.set(job.id, mine);
		const { organizationId, siteId, id } = job;
		try {
			await jobs[job.type](ports, { organizationId, siteId, id, signal: mine.controller.signal, stopReason: () => mine.reason });
		} catch (error) {
			ports.log.error("a job ended without an outcome", {
				type: job.type,
				id,
				cause: error instanceof Error ? (error.stack ?? error.message) : "",
			});
			throw error;
		} finally {
			running.delete(job.id);
		}
	};
	await ports.queue.work(concurrency, (job) => {
		const done = work(job);
		under.add(done);
		return done.finally(() => under.delete(done));
	});
	return {
		async stop() {
			stopping = true;
			stopHearing();
			for (const id of running.keys()) stopOne(id, "shutdown");
			await Promise.allSettled(under);
		},
	};
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
