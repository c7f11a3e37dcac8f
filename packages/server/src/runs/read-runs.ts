import type { Run, RunStatus } from "@skyeworx/contract";
import { sql } from "kysely";
import { maySeeSite, noSuch, type Principal } from "../access/principal.ts";
import { readCursor, timePosition, writeCursor } from "../api/cursor.ts";
import { type Database, type Scoped, withOrganization } from "../data/database.ts";
import type { OrganizationKeys } from "../keys/organization-keys.ts";
import { runBody, type StoredRun } from "./run-body.ts";

export interface ReadPorts {
	readonly database: Database;
	readonly keys: OrganizationKeys;
}

export interface RunFilter {
	readonly siteId?: string | undefined;
	readonly type?: Run["type"] | undefined;
	readonly status?: RunStatus | undefined;
	readonly cursor?: string | undefined;
	readonly limit: number;
}

/** Runs with their site's name, as rows. */
export function selectRuns(scoped: Scoped) {
	return scoped
		.selectFrom("runs")
		.innerJoin("sites", "sites.id", "runs.site_id")
		.selectAll("runs")
		.select("sites.sealed_name as site_sealed_name");
}

/** @throws AppError `not-found` */
export async function readRun(ports: ReadPorts, principal: Principal, runId: string): Promise<Run> {
	const row = await withOrganization(ports.database, principal.organizationId, (scoped) =>
		selectRuns(scoped).where("runs.id", "=", runId).executeTakeFirst(),
	);
	if (row === undefined || !maySeeSite(principal, row.site_id)) throw noSuch("run");
	return runBody(await ports.keys.sealer(principal.organizationId), row);
}

/** Pages through runs, newest first. */
export async function listRuns(
	ports: ReadPorts,
	principal: Principal,
	filter: RunFilter,
): Promise<{ items: Run[]; nextCursor: string | null }> {
	const before = filter.cursor === undefined ? undefined : readCursor(filter.cursor, "runs", timePosition);
	const rows: StoredRun[] = await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		let select = selectRuns(scoped);
		if (filter.siteId !== undefined) select = select.where("runs.site_id", "=", filter.siteId);
		if (filter.type !== undefined) select = select.where("runs.type", "=", filter.type);
		if (filter.status !== undefined) select = select.where("runs.status", "=", filter.status);
		if (principal.siteIds !== null) select = select.where("runs.site_id", "in", [...principal.siteIds]);
		if (before !== undefined) {
			select = select.where(sql<boolean>`(runs.created_at, runs.id) < (${new Date(before[0])}, ${before[1]}::uuid)`);
		}
		return await select
			.orderBy("runs.created_at", "desc")
			.orderBy("runs.id", "desc")
			.limit(filter.limit + 1)
			.execute();
	});
	const sealer = await ports.keys.sealer(principal.organizationId);
	const items = rows.slice(0, filter.limit).map((row) => runBody(sealer, row));
	const last = items.at(-1);
	return { items, nextCursor: rows.length > filter.limit && last !== undefined ? writeCursor("runs", [last.createdAt, last.id]) : null };
}
