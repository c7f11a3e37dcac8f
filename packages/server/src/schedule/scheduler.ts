import { isAppError } from "@skyeworx/core";
import { chooseDue } from "@skyeworx/engine";
import { sql } from "kysely";
import { systemPrincipal } from "../access/principal.ts";
import { recordAudit } from "../audit/record.ts";
import { withOrganization } from "../data/database.ts";
import { eraseConfirmed } from "../data-rights/erase.ts";
import { beginDueDrills } from "../drills/begin-drills.ts";
import type { SiteJob } from "../jobs/queue.ts";
import type { WorkPorts } from "../jobs/work-ports.ts";
import { watchForNotices } from "../notify/watch.ts";
import { savePolicy } from "../policies/change-policy.ts";
import { dueAfter, loadPolicy } from "../policies/read-policy.ts";
import { requestRun } from "../runs/request-run.ts";
import { beginDueUpkeep } from "../upkeep/begin-upkeep.ts";
import { lookAtConnections } from "../watch/look-at-connections.ts";
import { type ReadDueSite, readBudgets, readDue, SiteApps } from "./read-due.ts";

export interface SchedulerOptions {
	/** Scheduled backups that wait or run at once, over all processes. */
	readonly atOnce: number;
	readonly pointsPerHour: number;
}

export interface Scheduler {
	/** Does what is due now, unless another process is doing it; says how many backups were begun. */
	tick(): Promise<number>;
	stop(): Promise<void>;
}

const tickMilliseconds = 10_000;
/** Two processes must not begin the same site twice; the lock goes with the transaction. */
const tickLock = 0x5c7e_0003;
const watchMilliseconds = 30_000;
const purgeMilliseconds = 3_600_000;
/** A job that was put into line later than this may still be on its way there. */
const strandedAfterMilliseconds = 120_000;
/** Of what may wait or run at once, one in so many may be upkeep, and one a drill: these can wait, backups can't. */
const upkeepShare = 4;
const actor = { id: "scheduler", name: "Schedule" };

/** Begins backups when they are due, over all organizations; every process may have one, and one at a time works. */
export function startScheduler(ports: WorkPorts, options: SchedulerOptions): Scheduler {
	const stopping = new AbortController();
	const apps = new SiteApps(ports);
	let purgedAt = Number.NEGATIVE_INFINITY;
	/** Sites answer when they like: nobody waits for that here. */
	let looking: Promise<void> | undefined;
	let watchedAt = Number.NEGATIVE_INFINITY;
	const work = async () => {
		await takeUpStranded(ports);
		if (ports.clock.monotonic() - purgedAt > purgeMilliseconds) {
			purgedAt = ports.clock.monotonic();
			await sql`select purge_expired(${ports.clock.now()}), forget_old_figures(${ports.clock.now()})`.execute(ports.database);
		}
		if (ports.clock.monotonic() - watchedAt > watchMilliseconds) {
			watchedAt = ports.clock.monotonic();
			await watchForNotices(ports).catch((error: unknown) => ports.log.error("notices could not be looked for", { cause: String(error) }));
		}
		const rest = Math.max(1, Math.floor(options.atOnce / upkeepShare));
		await beginDueUpkeep(ports, { atOnce: rest }).catch((error: unknown) =>
			ports.log.error("upkeep could not be begun", { cause: String(error) }),
		);
		await beginDueDrills(ports, { atOnce: rest, pointsPerHour: options.pointsPerHour, apps }).catch((error: unknown) =>
			ports.log.error("drills could not be begun", { cause: String(error) }),
		);
		await eraseConfirmed(ports).catch((error: unknown) => ports.log.error("organizations could not be erased", { cause: String(error) }));
		looking ??= lookAtConnections(ports, stopping.signal)
			.catch((error: unknown) => ports.log.error("credentials could not be looked at", { cause: String(error) }))
			.finally(() => {
				looking = undefined;
			});
		return await beginDue(ports, options, apps);
	};
	const tick = () =>
		ports.database.transaction().execute(async (locked) => {
			const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(${tickLock}) as mine`.execute(locked);
			return rows[0]?.mine === true ? await work() : 0;
		});
	const loop = async () => {
		while (!stopping.signal.aborted) {
			await ports.clock.sleep(tickMilliseconds, stopping.signal).catch(() => {});
			if (stopping.signal.aborted) return;
			await tick().catch((error: unknown) => ports.log.error("the schedule could not be worked on", { cause: String(error) }));
		}
	};
	const running = loop();
	return {
		tick,
		async stop() {
			stopping.abort();
			await running;
			await looking;
		},
	};
}

async function beginDue(ports: WorkPorts, options: SchedulerOptions, apps: SiteApps): Promise<number> {
	const now = ports.clock.now();
	const due: ReadDueSite[] = [];
	for (const site of await readDue(ports.database, apps, now)) {
		// Somebody backed the site up by hand since it became due: that was this turn's.
		if (site.lastGoodAt !== null && site.lastGoodAt >= site.dueAt) await postpone(ports, site);
		else due.push(site);
	}
	if (due.length === 0) return 0;
	const open = await openByOrganization(ports);
	const slots = options.atOnce - [...open.values()].reduce((sum, count) => sum + count, 0);
	const ids = new Set(due.flatMap((site) => site.budget ?? []));
	const budgets = await readBudgets(ports.database, ids, { whole: options.pointsPerHour, now });
	const chosen = chooseDue(due, { slots: Math.max(0, slots), open, budgets }, now);
	let begun = 0;
	for (const site of chosen) if (await begin(ports, site)) begun += 1;
	return begun;
}

async function openByOrganization(ports: WorkPorts): Promise<Map<string, number>> {
	const { rows } = await sql<{ organization_id: string; open: number }>`select * from scheduled_runs()`.execute(ports.database);
	return new Map(rows.map((row) => [row.organization_id, row.open]));
}

type Site = { readonly organizationId: string; readonly siteId: string };

/** One site that can't begin must not keep the others from it. */
async function begin(ports: WorkPorts, site: Site): Promise<boolean> {
	const principal = systemPrincipal(site.organizationId, actor);
	try {
		const run = await requestRun(ports, principal, { siteId: site.siteId, type: "backup", trigger: "schedule" });
		await postpone(ports, site);
		await recordAudit(ports, {
			organizationId: site.organizationId,
			actor: principal.actor,
			action: "backup.run",
			target: { type: "site", id: site.siteId },
			outcome: "success",
			facts: { run: run.id, via: "schedule" },
		});
		return true;
	} catch (error) {
		if (!isAppError(error, "conflict") && !isAppError(error, "not-found"))
			ports.log.error("a scheduled backup could not begin", { site: site.siteId, cause: String(error) });
		return false;
	}
}

/** Sets when the site is due next. */
async function postpone(ports: WorkPorts, { organizationId, siteId }: Site): Promise<void> {
	const now = ports.clock.now();
	await withOrganization(ports.database, organizationId, async (scoped) => {
		const policy = await loadPolicy(scoped, siteId);
		const next = { schedule: policy.schedule, nextDueAt: dueAfter(siteId, policy, now), sentAt: now };
		await savePolicy(scoped, { organizationId, siteId }, next);
	});
}

interface OpenJobRow {
	readonly organization_id: string;
	readonly site_id: string;
	readonly type: SiteJob["type"];
	readonly id: string;
}

/** Puts runs and restores back into line whose job is gone: a process may end between writing the one and the other. */
async function takeUpStranded(ports: WorkPorts): Promise<void> {
	const before = new Date(ports.clock.now().getTime() - strandedAfterMilliseconds);
	const { rows } = await sql<OpenJobRow>`select * from open_jobs(${before})`.execute(ports.database);
	const known = await ports.queue.known(rows.map((row) => row.id));
	for (const row of rows.filter(({ id }) => !known.has(id))) {
		ports.log.warn("taking up a job that was lost", { type: row.type, id: row.id });
		await ports.queue.send({ type: row.type, id: row.id, siteId: row.site_id, organizationId: row.organization_id });
	}
}
