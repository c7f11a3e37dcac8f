import type { Log } from "@skyeworx/core";
import { PgBoss } from "pg-boss";

const queue = "site-work";
const noticeQueue = "notices";

/** One thing to do for a site. Ids only: everything else is read from the database when its turn comes. */
export interface SiteJob {
	readonly type: "backup" | "verify" | "upkeep" | "move" | "drill" | "restore" | "undo";
	readonly id: string;
	readonly siteId: string;
	readonly organizationId: string;
}

/** One notice on its way to one target. */
export interface NoticeJob {
	readonly deliveryId: string;
	readonly organizationId: string;
}

export interface JobQueue {
	/** Puts a job at the end of its site's line; a site's jobs are done one after another, over all workers. */
	send(job: SiteJob): Promise<void>;
	/**
	 * Does jobs until {@link stop}. The handler records failures itself; a throw means the job is tried again. The signal aborts
	 * when the job was given to somebody else.
	 */
	work(concurrency: number, handler: (job: SiteJob, signal: AbortSignal) => Promise<void>): Promise<void>;
	/** Puts a notice into line; it is tried again with growing pauses for about a day. */
	sendNotice(notice: NoticeJob): Promise<void>;
	/** Delivers notices until {@link stop}; a throw means it is tried again, `last` that it will not be. */
	workNotices(handler: (notice: NoticeJob, last: boolean) => Promise<void>): Promise<void>;
	/** Which of these runs and restores still have a job that waits or is being done. */
	known(ids: readonly string[]): Promise<ReadonlySet<string>>;
	/** Forgets every waiting and active job; only for a server that knows it is the only one. */
	clear(): Promise<void>;
	stop(): Promise<void>;
}

export interface QueueOptions {
	/** As the database's owner: the queue keeps its own schema. */
	readonly ownerUrl: string;
	readonly log: Log;
}

/** A job whose worker is gone is noticed after at most this and one supervision: its site waits less than a minute. */
const heartbeatSeconds = 20;
const superviseSeconds = 10;
const daySeconds = 86_400;

const queueOptions = {
	notify: true,
	heartbeatSeconds,
	retryLimit: 50,
	retryDelay: 2,
	retryBackoff: true,
	retryDelayMax: 30,
	expireInSeconds: daySeconds - 60,
	deleteAfterSeconds: daySeconds,
};

const noticeOptions = { retryLimit: 10, retryDelay: 5, retryBackoff: true, retryDelayMax: 4 * 3600, expireInSeconds: 120 };

/** Starts the job queue in the schema `jobs`. */
export async function startQueue({ ownerUrl, log }: QueueOptions): Promise<JobQueue> {
	const boss = new PgBoss({
		connectionString: ownerUrl,
		schema: "jobs",
		application_name: "skyeworx-jobs",
		max: 5,
		useListenNotify: true,
		schedule: false,
		superviseIntervalSeconds: superviseSeconds,
		monitorIntervalSeconds: superviseSeconds,
	});
	boss.on("error", (error) => log.error("job queue", { cause: error instanceof Error ? error.message : String(error) }));
	await boss.start();
	await boss.createQueue(queue, { policy: "key_strict_fifo", ...queueOptions });
	// A queue that an older version made keeps its options otherwise.
	await boss.updateQueue(queue, queueOptions);
	await boss.createQueue(noticeQueue, noticeOptions);
	return {
		async sendNotice(notice) {
			await boss.send(noticeQueue, notice, noticeOptions);
		},
		async workNotices(handler) {
			await boss.work(noticeQueue, { includeMetadata: true, batchSize: 1, pollingIntervalSeconds: 2 }, async (jobs) => {
				for (const job of jobs) await handler(job.data as NoticeJob, job.retryCount >= job.retryLimit);
			});
		},
		async send(job) {
			await boss.send(queue, job, { singletonKey: job.siteId });
		},
		async work(concurrency, handler) {
			// Without it a queue with notifications polls every 30 s only, and so do its retries.
			const options = { localConcurrency: concurrency, batchSize: 1, notifyPollingIntervalSeconds: 2, pollingIntervalSeconds: 2 };
			await boss.work<SiteJob>(queue, options, async (jobs) => {
				for (const job of jobs) await handler(job.data, job.signal);
			});
		},
		async known(ids) {
			if (ids.length === 0) return new Set();
			const sql =
				"select data->>'id' as id from jobs.job where name = $1 and state in ('created', 'retry', 'active') and data->>'id' = any($2)";
			const { rows } = (await boss.getDb().executeSql(sql, [queue, [...ids]])) as { readonly rows: readonly { readonly id: string }[] };
			return new Set(rows.map((row) => row.id));
		},
		clear: async () => await boss.deleteAllJobs(queue),
		stop: async () => await boss.stop({ graceful: true, timeout: 20_000, close: true }),
	};
}
