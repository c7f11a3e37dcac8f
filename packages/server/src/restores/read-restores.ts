import type { RestoreReceipt as ReceiptBody, Restore, RestoreStatus, RestoreSummary } from "@skyeworx/contract";
import { AppError, type Clock } from "@skyeworx/core";
import type { RestorePlan, UndoReport } from "@skyeworx/engine";
import { type Selectable, sql } from "kysely";
import { maySeeSite, noSuch, type Principal } from "../access/principal.ts";
import { readCursor, timePosition, writeCursor } from "../api/cursor.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { RestoreRow } from "../data/tables.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import type { ReadPorts } from "../runs/read-runs.ts";
import { actorOf } from "../runs/run-body.ts";
import { databaseJournal } from "./database-journal.ts";
import { places } from "./places.ts";
import type { PlanRequest } from "./plan-body.ts";
import { fidelityCounts, itemOutcomes, receiptIn } from "./restore-outcomes.ts";
import { maySeeSpaces, visibleRestores } from "./space-limits.ts";

export interface ReadRestorePorts extends ReadPorts {
	readonly clock: Clock;
}

type StoredRestore = Selectable<RestoreRow> & { readonly site_sealed_name: Buffer };

export interface RestoreFilter {
	readonly siteId?: string | undefined;
	readonly status?: RestoreStatus | undefined;
	readonly cursor?: string | undefined;
	readonly limit: number;
}

function selectRestores(scoped: Scoped) {
	return scoped
		.selectFrom("restores")
		.innerJoin("sites", "sites.id", "restores.site_id")
		.selectAll("restores")
		.select("sites.sealed_name as site_sealed_name");
}

/** Pages through restores, newest first. */
export async function listRestores(
	ports: ReadPorts,
	principal: Principal,
	filter: RestoreFilter,
): Promise<{ items: RestoreSummary[]; nextCursor: string | null }> {
	const before = filter.cursor === undefined ? undefined : readCursor(filter.cursor, "restores", timePosition);
	const rows: StoredRestore[] = await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		let select = selectRestores(scoped);
		if (filter.siteId !== undefined) select = select.where("restores.site_id", "=", filter.siteId);
		if (filter.status !== undefined) select = select.where("restores.status", "=", filter.status);
		if (principal.siteIds !== null) select = select.where("restores.site_id", "in", [...principal.siteIds]);
		const visible = visibleRestores(principal);
		if (visible !== undefined) select = select.where(visible);
		if (before !== undefined) {
			select = select.where(sql<boolean>`(restores.created_at, restores.id) < (${new Date(before[0])}, ${before[1]}::uuid)`);
		}
		return await select
			.orderBy("restores.created_at", "desc")
			.orderBy("restores.id", "desc")
			.limit(filter.limit + 1)
			.execute();
	});
	const sealer = await ports.keys.sealer(principal.organizationId);
	const items = rows.slice(0, filter.limit).map((row) => summary(sealer, row));
	const last = items.at(-1);
	return {
		items,
		nextCursor: rows.length > filter.limit && last !== undefined ? writeCursor("restores", [last.createdAt, last.id]) : null,
	};
}

function summary(sealer: Sealer, row: StoredRestore): RestoreSummary {
	return {
		id: row.id,
		siteId: row.site_id,
		siteName: sealer.openText(`sites.name/${row.site_id}`, row.site_sealed_name),
		planId: row.plan_id,
		status: row.status,
		requestedBy: actorOf(sealer, row),
		reason: row.sealed_reason === null ? null : sealer.openText(places.reason(row.id), row.sealed_reason),
		createdAt: row.created_at.toISOString(),
		startedAt: row.started_at?.toISOString() ?? null,
		finishedAt: row.finished_at?.toISOString() ?? null,
		label: sealer.openText(places.label(row.id), row.sealed_label),
		progress: { done: row.done, total: row.total },
		totals: { restored: row.restored, skipped: row.skipped, failed: row.failed, undone: row.undone },
		error: row.sealed_error === null ? null : sealer.openJson(places.error(row.id), row.sealed_error),
	};
}

interface Loaded {
	readonly row: StoredRestore;
	readonly request: PlanRequest;
	readonly plan: RestorePlan;
	readonly undo: UndoReport | undefined;
	readonly sealer: Sealer;
}

async function load(ports: ReadPorts, principal: Principal, restoreId: string): Promise<Loaded> {
	const sealer = await ports.keys.sealer(principal.organizationId);
	const { row, plan } = await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		const found = await selectRestores(scoped).where("restores.id", "=", restoreId).executeTakeFirst();
		if (found === undefined || !maySeeSite(principal, found.site_id) || !maySeeSpaces(principal, found)) throw noSuch("restore");
		return {
			row: found,
			plan: await scoped.selectFrom("restore_plans").selectAll().where("id", "=", found.plan_id).executeTakeFirstOrThrow(),
		};
	});
	if (plan.sealed_plan === null) throw new Error("a restore has a finished plan");
	return {
		row,
		sealer,
		request: sealer.openJson<PlanRequest>(places.request(plan.id), plan.sealed_request),
		plan: sealer.openJson<RestorePlan>(places.plan(plan.id), plan.sealed_plan),
		undo: row.sealed_undo === null ? undefined : sealer.openJson<UndoReport>(places.undo(row.id), row.sealed_undo),
	};
}

const undoable = new Set<RestoreStatus>(["succeeded", "incomplete", "failed"]);

/** One restore, item by item. @throws AppError `not-found` */
export async function readRestore(ports: ReadRestorePorts, principal: Principal, restoreId: string): Promise<Restore> {
	const { row, sealer, request, plan, undo } = await load(ports, principal, restoreId);
	const records = await databaseJournal(ports, principal.organizationId).read(restoreId);
	const wrote = records.some((record) => record.type === "step-started" || record.type === "item-applied");
	return {
		...summary(sealer, row),
		target: request.target,
		ifExists: request.ifExists,
		items: itemOutcomes(plan, records, undo),
		safetySnapshotId: records.findLast((record) => record.type === "safety-snapshot")?.snapshotId ?? null,
		undoable: undoable.has(row.status) && wrote,
	};
}

/** @throws AppError `not-found` also while the restore goes on */
export async function readReceipt(ports: ReadRestorePorts, principal: Principal, restoreId: string): Promise<ReceiptBody> {
	const { row } = await load(ports, principal, restoreId);
	const receipt = receiptIn(await databaseJournal(ports, principal.organizationId).read(restoreId));
	if (receipt === undefined) {
		throw new AppError("not-found", "There is no receipt yet: the restore has not finished", {
			hint: "Ask for the restore itself to see how far it is.",
		});
	}
	return {
		restoreId,
		siteId: row.site_id,
		at: receipt.finishedAt,
		totals: fidelityCounts(receipt.items.flatMap((item) => item.fields)),
		items: receipt.items.map((item) => ({
			ref: item.ref,
			label: item.label,
			now: item.now === undefined ? null : { ref: item.now.ref, key: item.now.key ?? null },
			url: item.now?.url ?? null,
			fields: item.fields.map((field) => ({ ...field, reason: field.reason ?? null })),
			problems: item.problems.map(({ field, label, reason }) => ({ field, label: label ?? field, reason })),
		})),
	};
}
