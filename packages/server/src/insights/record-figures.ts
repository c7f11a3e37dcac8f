import { withOrganization } from "../data/database.ts";
import type { JobContext, WorkPorts } from "../jobs/work-ports.ts";
import type { RunResult } from "../runs/run-body.ts";
import { listChanges } from "../runs/snapshots.ts";
import type { SiteRuntime } from "../sites/site-runtimes.ts";
import { findAnomalies, looksEncrypted } from "./find-anomalies.ts";

/** Runs before that a run is compared with. */
const comparedRuns = 30;
/** Changed items whose text is looked at; a mass encryption shows in any of them. */
const mostLookedAt = 2000;
const page = 500;

interface EndedBackup {
	readonly status: string;
	readonly startedAt: Date;
	readonly result: RunResult;
	/** Undefined when nothing was committed. */
	readonly committed: { readonly snapshotId: number; readonly runtime: SiteRuntime } | undefined;
}

/** Keeps the figures of a backup that has ended, and what is unusual about it. */
export async function recordFigures(ports: WorkPorts, context: JobContext, ended: EndedBackup): Promise<void> {
	const { organizationId, siteId, id } = context;
	const counts = ended.result.counts ?? [];
	const sum = (field: "total" | "created" | "changed" | "deleted") => counts.reduce((all, kind) => all + kind[field], 0);
	const { committed } = ended;
	const opaque = committed === undefined ? 0 : await opaqueChanges(committed.runtime, committed.snapshotId);
	const stored = committed === undefined ? 0 : (await committed.runtime.vault.statistics()).stored;
	const at = ports.clock.now();
	const row = {
		run_id: id,
		organization_id: organizationId,
		site_id: siteId,
		at,
		status: ended.status,
		items: sum("total"),
		created: sum("created"),
		changed: sum("changed"),
		deleted: sum("deleted"),
		opaque,
		gone: committed === undefined ? null : Object.values(committed.runtime.catalog.counts()).reduce((all, kind) => all + kind.deleted, 0),
		bytes_added: ended.result.bytesAdded ?? 0,
		stored_bytes: stored,
		requests: ended.result.api?.requests ?? 0,
		points: ended.result.api?.points ?? 0,
		seconds: (at.getTime() - ended.startedAt.getTime()) / 1000,
	};
	await withOrganization(ports.database, organizationId, async (scoped) => {
		const before = await scoped
			.selectFrom("run_figures")
			.selectAll()
			.where("site_id", "=", siteId)
			.where("run_id", "!=", id)
			.where("status", "in", ["succeeded", "incomplete"])
			.orderBy("at", "desc")
			.limit(comparedRuns)
			.execute();
		const isNew = await scoped
			.insertInto("run_figures")
			.values(row)
			.onConflict((conflict) => conflict.column("run_id").doNothing())
			.executeTakeFirst();
		if (isNew.numInsertedOrUpdatedRows !== 1n || committed === undefined) return;
		const held = { ...row, items: row.items + row.deleted - row.created };
		// The first backup finds everything new: it says nothing about what is usual.
		for (const anomaly of findAnomalies(held, before)) {
			const values = { id: ports.random.uuid(), organization_id: organizationId, site_id: siteId, run_id: id, at };
			await scoped
				.insertInto("anomalies")
				.values({ ...values, ...anomaly })
				.execute();
		}
	});
}

async function opaqueChanges(runtime: SiteRuntime, snapshotId: number): Promise<number> {
	let opaque = 0;
	let looked = 0;
	let cursor: string | null | undefined;
	do {
		const changes = await listChanges(runtime, { to: snapshotId, since: undefined }, { limit: page, cursor: cursor ?? undefined });
		for (const { ref, change } of changes.items) {
			if (change === "deleted") continue;
			looked += 1;
			if (looksEncrypted(runtime.catalog.item(ref, snapshotId)?.text ?? "")) opaque += 1;
		}
		cursor = changes.nextCursor;
	} while (cursor !== null && looked < mostLookedAt);
	return opaque;
}
