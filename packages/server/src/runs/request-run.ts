import type { Actor, Run } from "@skyeworx/contract";
import { AppError, type Clock, type Random } from "@skyeworx/core";
import type { VerifyLevel } from "@skyeworx/vault";
import { noSuch, type Principal } from "../access/principal.ts";
import { isDuplicate, type Scoped, withOrganization } from "../data/database.ts";
import type { JobQueue } from "../jobs/queue.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import type { EventBus } from "../live/event-bus.ts";
import { type ReadPorts, readRun } from "./read-runs.ts";
import { actorColumns } from "./run-body.ts";

export interface RequestPorts extends ReadPorts {
	readonly clock: Clock;
	readonly random: Random;
	readonly queue: JobQueue;
	readonly bus: EventBus;
}

export interface WantedRun {
	readonly siteId: string;
	readonly type: Run["type"];
	readonly trigger: "manual" | "schedule" | "start";
	readonly level?: VerifyLevel;
}

/** Of these types a site has one at a time, waiting or running. */
const oneAtATime: readonly Run["type"][] = ["backup", "upkeep", "drill"];

/** Puts a run into its site's line. While a backup (an upkeep, a drill) waits or runs, that one is the answer to who wants another. */
export async function requestRun(ports: RequestPorts, principal: Principal, wanted: WantedRun): Promise<Run> {
	const id = await insertRun(ports, principal, wanted).catch(async (error: unknown) => {
		if (!oneAtATime.includes(wanted.type) || !isDuplicate(error, `runs_one_${wanted.type}_at_a_time`)) throw error;
		return await openRun(ports, principal, wanted);
	});
	const run = await readRun(ports, principal, id);
	await publishRun(ports, principal.organizationId, run);
	return run;
}

async function insertRun(ports: RequestPorts, principal: Principal, wanted: WantedRun): Promise<string> {
	const { organizationId } = principal;
	const sealer = await ports.keys.sealer(organizationId);
	const id = ports.random.uuid();
	await withOrganization(ports.database, organizationId, async (scoped) => {
		const site = await scoped.selectFrom("sites").select("paused").where("id", "=", wanted.siteId).executeTakeFirst();
		if (site === undefined) throw noSuch("site");
		if (site.paused && wanted.type === "backup") {
			throw new AppError("conflict", "The site is paused", { hint: "Resume it first: PATCH /api/sites/{siteId} with paused: false." });
		}
		await insertRunRow(scoped, { id, wanted, principal, sealer, createdAt: ports.clock.now() });
	});
	await ports.queue.send({ type: wanted.type, id, siteId: wanted.siteId, organizationId });
	return id;
}

interface NewRunRow {
	readonly id: string;
	readonly wanted: WantedRun;
	readonly principal: Principal;
	readonly sealer: Sealer;
	readonly createdAt: Date;
}

/** Writes the row of a run that waits; its job is sent when the transaction is through. */
export async function insertRunRow(scoped: Scoped, { id, wanted, principal, sealer, createdAt }: NewRunRow): Promise<void> {
	await scoped
		.insertInto("runs")
		.values({
			id,
			organization_id: principal.organizationId,
			site_id: wanted.siteId,
			type: wanted.type,
			status: "queued",
			trigger: wanted.trigger,
			level: wanted.level ?? null,
			...actorColumns(sealer, principal.actor satisfies Actor),
			created_at: createdAt,
			started_at: null,
			finished_at: null,
			progress: null,
			snapshot_id: null,
			error_code: null,
			sealed_result: null,
		})
		.execute();
}

/** The one that was there first may just have ended: then a run that has ended is the answer, and asking again starts one. */
async function openRun(ports: RequestPorts, principal: Principal, { siteId, type }: WantedRun): Promise<string> {
	const row = await withOrganization(ports.database, principal.organizationId, (scoped) =>
		scoped
			.selectFrom("runs")
			.select("id")
			.where("site_id", "=", siteId)
			.where("type", "=", type)
			.orderBy("created_at", "desc")
			.limit(1)
			.executeTakeFirstOrThrow(),
	);
	return row.id;
}

/** Tells the organization's browsers how a run stands. */
export async function publishRun(ports: Pick<RequestPorts, "bus" | "clock">, organizationId: string, run: Run): Promise<void> {
	await ports.bus.publish(organizationId, {
		type: "run.progress",
		at: ports.clock.now().toISOString(),
		siteId: run.siteId,
		runId: run.id,
		runType: run.type,
		status: run.status,
		progress: run.progress,
	});
}

/** Stops a run: at once while it waits, at its next safe point while it runs. @throws AppError `conflict` when it has ended */
export async function cancelRun(ports: RequestPorts, principal: Principal, runId: string): Promise<Run> {
	const before = await readRun(ports, principal, runId);
	const now = ports.clock.now();
	const status = await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		const waiting = await scoped
			.updateTable("runs")
			.set({ status: "cancelled", finished_at: now, cancel_requested: true })
			.where("id", "=", runId)
			.where("status", "=", "queued")
			.executeTakeFirst();
		if (waiting.numUpdatedRows === 1n) return "cancelled";
		const running = await scoped
			.updateTable("runs")
			.set({ cancel_requested: true })
			.where("id", "=", runId)
			.where("status", "=", "running")
			.executeTakeFirst();
		return running.numUpdatedRows === 1n ? "running" : "ended";
	});
	if (status === "ended") throw new AppError("conflict", `The run has already ended (${before.status})`);
	if (status === "running") await ports.bus.cancel(runId);
	const run = await readRun(ports, principal, runId);
	await publishRun(ports, principal.organizationId, run);
	return run;
}
