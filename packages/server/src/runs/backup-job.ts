import type { KindCounts, Run } from "@skyeworx/contract";
import type { RunId } from "@skyeworx/core";
import { type BackupProgress, type BackupResult, runBackup } from "@skyeworx/engine";
import { recordAudit } from "../audit/record.ts";
import { withOrganization } from "../data/database.ts";
import { recordFigures } from "../insights/record-figures.ts";
import type { JobContext, WorkPorts } from "../jobs/work-ports.ts";
import { dueSoon } from "../policies/change-policy.ts";
import { saveProblem } from "../sites/site-problem.ts";
import type { SiteRuntime } from "../sites/site-runtimes.ts";
import type { RunResult } from "./run-body.ts";
import { RunRecord } from "./run-record.ts";

const phaseNames: Readonly<Record<BackupProgress["phase"], string>> = {
	reading: "Reading",
	committing: "Committing",
};

/** Backs a site up; the catalog and the site's row follow. Called again after a crash, it goes on from the last checkpoint. */
export async function runBackupJob(ports: WorkPorts, context: JobContext): Promise<void> {
	const record = new RunRecord(ports, context);
	const run = await record.begin();
	if (run === undefined) return;
	try {
		record.phase("Opening the vault");
		const runtime = await ports.sites.open(context.organizationId, context.siteId);
		const result = await backUp(ports, context, { runtime, record });
		record.phase("Indexing");
		await runtime.saveHead();
		await runtime.follow(context.signal);
		const status = result.outcome === "complete" ? "succeeded" : "incomplete";
		await noteSuccess(ports, context, result);
		await audit(ports, context, { outcome: "success", facts: { snapshot: result.snapshot.id, status, requests: result.usage.requests } });
		const committed = { snapshotId: result.snapshot.id, runtime };
		await figures(ports, context, { status, startedAt: startOf(run), result: resultOf(result, runtime), committed });
		await record.finish(status, resultOf(result, runtime), result.snapshot.id);
		await announce(ports, context, result.snapshot.id);
	} catch (error) {
		const ended = record.failure(error);
		if (ended === undefined) return;
		ports.log.warn("backup did not finish", { id: context.id, site: context.siteId, code: ended.error.code });
		const failed = { status: ended.status, startedAt: startOf(run), result: {}, committed: undefined };
		if (ended.status === "failed") await figures(ports, context, failed);
		// Whoever sees that the run has ended finds everything else said already.
		if (ended.status === "failed") {
			await saveProblem(ports, context, error);
			if (run.trigger === "schedule") await dueSoon(ports, context);
		}
		await audit(ports, context, { outcome: "failure", error: { code: ended.error.code, detail: ended.error.detail } });
		await record.finish(ended.status, { error: ended.error }, null);
	}
}

/** Figures are for looking at; a backup that is good stays good without them. */
async function figures(ports: WorkPorts, context: JobContext, ended: Parameters<typeof recordFigures>[2]): Promise<void> {
	await recordFigures(ports, context, ended).catch((error: unknown) =>
		ports.log.error("the figures of a run could not be kept", { id: context.id, cause: error instanceof Error ? error.message : "" }),
	);
}

function startOf(run: Run): Date {
	return new Date(run.startedAt ?? run.createdAt);
}

async function backUp(
	ports: WorkPorts,
	context: JobContext,
	{ runtime, record }: { readonly runtime: SiteRuntime; readonly record: RunRecord },
): Promise<BackupResult> {
	const connector = runtime.connect();
	try {
		return await runBackup(
			{ vault: runtime.vault, connector, clock: ports.clock, log: ports.log },
			{
				runId: context.id as RunId,
				signal: context.signal,
				...(runtime.lockDays !== undefined && { lockDays: runtime.lockDays }),
				onProgress: (progress) => record.phase(phaseNames[progress.phase], progressOf(progress)),
			},
		);
	} finally {
		await connector.close();
	}
}

function progressOf(progress: BackupProgress) {
	const kinds = Object.entries(progress.kinds).map(([kind, { done, total }]) => ({ kind, done, total: total ?? null }));
	// Small kinds say no total; what they have done counts as all of it, so that the whole still has one.
	const known = kinds.some((kind) => kind.total !== null);
	return {
		done: kinds.reduce((sum, kind) => sum + kind.done, 0),
		total: known ? kinds.reduce((sum, kind) => sum + Math.max(kind.total ?? 0, kind.done), 0) : null,
		kinds,
	};
}

function resultOf({ snapshot, descriptor, usage }: BackupResult, runtime: SiteRuntime): RunResult {
	return {
		counts: countsOf(descriptor.counts, runtime.catalog.counts(snapshot.id)),
		blindSpots: descriptor.blindSpots.map((spot) => ({ ...spot, count: spot.count ?? null })),
		failedKinds: descriptor.failures.map(({ kinds, code, message, hint }) => ({
			kinds,
			error: { code, detail: message, hint: hint ?? null },
		})),
		bytesAdded: snapshot.added,
		api: { ...usage, byOperation: { ...usage.byOperation } },
	};
}

/** Joins what a run did with what the snapshot holds, by kind. */
export function countsOf(
	done: Readonly<
		Record<string, { readonly created: number; readonly changed: number; readonly deleted: number; readonly unreadable: number }>
	>,
	held: Readonly<Record<string, { readonly live: number }>>,
): KindCounts[] {
	const nothing = { created: 0, changed: 0, deleted: 0, unreadable: 0 };
	return [...new Set([...Object.keys(held), ...Object.keys(done)])].sort().map((kind) => {
		const { created, changed, deleted, unreadable } = done[kind] ?? nothing;
		return { kind, total: held[kind]?.live ?? 0, created, changed, deleted, unreadable };
	});
}

async function noteSuccess(ports: WorkPorts, context: JobContext, { snapshot, outcome }: BackupResult): Promise<void> {
	await withOrganization(ports.database, context.organizationId, async (scoped) => {
		const good = outcome === "complete" ? { last_good_snapshot_id: snapshot.id, last_good_at: snapshot.at } : {};
		await scoped
			.updateTable("sites")
			.set({ ...good, problem_code: null, sealed_problem: null })
			.where("id", "=", context.siteId)
			.execute();
	});
}

async function announce(ports: WorkPorts, { organizationId, siteId, id }: JobContext, snapshotId: number): Promise<void> {
	const at = ports.clock.now().toISOString();
	await ports.bus.publish(organizationId, { type: "snapshot.created", at, siteId, snapshotId, runId: id });
	await ports.bus.publish(organizationId, { type: "site.changed", at, siteId });
}

type Ending = Pick<Parameters<typeof recordAudit>[1], "outcome" | "error" | "facts">;

async function audit(ports: WorkPorts, context: JobContext, ending: Ending): Promise<void> {
	await recordAudit(ports, {
		organizationId: context.organizationId,
		actor: { type: "system", id: "worker", name: "Skyeworx" },
		action: "backup.finish",
		target: { type: "run", id: context.id },
		...ending,
	});
}
