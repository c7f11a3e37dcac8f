import type { Failure, Run, Site, SiteCoverage, SiteDetail } from "@skyeworx/contract";
import type { Clock, Log } from "@skyeworx/core";
import type { KindDefinition } from "@skyeworx/engine";
import { type Selectable, sql } from "kysely";
import { maySeeSite, noSuch, type Principal } from "../access/principal.ts";
import { readCursor, timePosition, writeCursor } from "../api/cursor.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { SiteRow } from "../data/tables.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import { type ReadPorts, selectRuns } from "../runs/read-runs.ts";
import { runBody } from "../runs/run-body.ts";
import { warningsOf } from "../watch/read-watch.ts";
import { failureOf, type KeptFacts } from "./site-facts.ts";
import type { SiteRuntime, SiteRuntimes } from "./site-runtimes.ts";

export interface ReadSitePorts extends ReadPorts {
	readonly clock: Clock;
	readonly log: Log;
	readonly kinds: readonly KindDefinition[];
	readonly sites: SiteRuntimes;
}

export type StoredSiteRow = Selectable<SiteRow>;

/** Every site that the caller may see, oldest first, with the run that is under way. */
export async function loadSites(
	ports: ReadPorts,
	principal: Principal,
): Promise<readonly { readonly row: StoredSiteRow; readonly runningRunId: string | null }[]> {
	return await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		const rows = await scoped.selectFrom("sites").selectAll().orderBy("created_at").orderBy("id").execute();
		const running = await runningRuns(scoped);
		return rows.filter((row) => maySeeSite(principal, row.id)).map((row) => ({ row, runningRunId: running.get(row.id) ?? null }));
	});
}

/** Pages through the sites that the caller may see, oldest first. */
export async function listSites(
	ports: ReadPorts & Pick<ReadSitePorts, "clock">,
	principal: Principal,
	{ cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<{ readonly items: Site[]; readonly nextCursor: string | null }> {
	const after = cursor === undefined ? undefined : readCursor(cursor, "sites", timePosition);
	const { rows, running } = await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		// A timestamp of PostgreSQL is finer than one of JavaScript: what a cursor compares must be what it was made of.
		const madeAt = sql<Date>`date_trunc('milliseconds', created_at)`;
		let select = scoped.selectFrom("sites").selectAll();
		if (principal.siteIds !== null) select = select.where("id", "in", [...principal.siteIds]);
		if (after !== undefined) select = select.where(sql<boolean>`(${madeAt}, id) > (${new Date(after[0])}, ${after[1]}::uuid)`);
		const page = await select
			.orderBy(madeAt)
			.orderBy("id")
			.limit(limit + 1)
			.execute();
		return { rows: page, running: await runningRuns(scoped) };
	});
	const sealer = await ports.keys.sealer(principal.organizationId);
	const now = ports.clock.now();
	const shown = rows.slice(0, limit);
	const last = shown.at(-1);
	return {
		items: shown.map((row) => siteBody(sealer, row, { now, runningRunId: running.get(row.id) ?? null })),
		nextCursor: rows.length > limit && last !== undefined ? writeCursor("sites", [last.created_at.toISOString(), last.id]) : null,
	};
}

async function runningRuns(scoped: Scoped): Promise<Map<string, string>> {
	const rows = await scoped
		.selectFrom("runs")
		.select(["id", "site_id"])
		.where("status", "in", ["queued", "running"])
		.orderBy("created_at", "desc")
		.execute();
	return new Map(rows.map((row) => [row.site_id, row.id]));
}

const credentialCodes = new Set(["credential-rejected", "credential-revoked", "scope-missing"]);

function statusOf(row: StoredSiteRow): Site["status"] {
	if (row.paused) return "paused";
	if (row.problem_code === null) return "connected";
	if (credentialCodes.has(row.problem_code)) return "credential-problem";
	return row.problem_code.startsWith("site-") ? "unreachable" : "connected";
}

/** A site as lists show it. */
export function siteBody(sealer: Sealer, row: StoredSiteRow, about: { readonly now: Date; readonly runningRunId: string | null }): Site {
	const age = row.last_good_at === null ? undefined : (about.now.getTime() - row.last_good_at.getTime()) / 1000;
	return {
		id: row.id,
		name: sealer.openText(`sites.name/${row.id}`, row.sealed_name),
		url: row.url,
		status: statusOf(row),
		apps: row.apps as Site["apps"],
		timeZone: row.time_zone,
		createdAt: row.created_at.toISOString(),
		promiseSeconds: row.promise_seconds,
		lastGood:
			row.last_good_at === null || row.last_good_snapshot_id === null
				? null
				: { snapshotId: row.last_good_snapshot_id, at: row.last_good_at.toISOString() },
		withinPromise: age !== undefined && age <= row.promise_seconds,
		runningRunId: about.runningRunId,
		storage:
			row.storage.type === "folder"
				? { type: "folder", description: row.storage.folder }
				: { type: row.storage.kind, description: row.storage.description },
	};
}

/** What is wrong with a site; null when nothing is. */
export function siteProblem(sealer: Sealer, row: StoredSiteRow): Failure | null {
	return row.sealed_problem === null ? null : sealer.openJson<Failure>(`sites.problem/${row.id}`, row.sealed_problem);
}

/** One site with everything that is known of it. @throws AppError `not-found` */
export async function readSite(ports: ReadSitePorts, principal: Principal, siteId: string): Promise<SiteDetail> {
	const sealer = await ports.keys.sealer(principal.organizationId);
	const stored = await withOrganization(ports.database, principal.organizationId, async (scoped) => ({
		row: await scoped.selectFrom("sites").selectAll().where("id", "=", siteId).executeTakeFirst(),
		connection: await scoped.selectFrom("connections").select(["type", "expires_at"]).where("site_id", "=", siteId).executeTakeFirst(),
		watch: await scoped.selectFrom("connection_watch").selectAll().where("site_id", "=", siteId).executeTakeFirst(),
		running: await runningRuns(scoped),
		lastRun: await selectRuns(scoped)
			.where("runs.site_id", "=", siteId)
			.where("runs.type", "=", "backup")
			.where("runs.status", "in", ["succeeded", "incomplete"])
			.orderBy("runs.created_at", "desc")
			.limit(1)
			.executeTakeFirst(),
	}));
	if (stored.row === undefined) throw noSuch("site");
	const lastRun = stored.lastRun === undefined ? undefined : runBody(sealer, stored.lastRun);
	const facts = sealer.openJson<KeptFacts>(`sites.facts/${siteId}`, stored.row.sealed_facts);
	const { runtime, failure } = await tryOpen(ports, principal.organizationId, siteId);
	return {
		...siteBody(sealer, stored.row, { now: ports.clock.now(), runningRunId: stored.running.get(siteId) ?? null }),
		cloudId: stored.row.cloud_id,
		connection: {
			type: stored.connection?.type === "oauth" ? "oauth" : "api-token",
			accountName: facts.accountName,
			checkedAt: stored.row.checked_at?.toISOString() ?? null,
			problem: failure ?? siteProblem(sealer, stored.row),
			expiresAt: stored.connection?.expires_at?.toISOString() ?? null,
			warnings: stored.watch === undefined ? [] : warningsOf(sealer, stored.watch).map((warning) => warning.detail),
		},
		gaps: facts.gaps.map((gap) => ({ ...gap })),
		coverage: coverageOf(ports.kinds, { facts, apps: stored.row.apps, runtime, lastRun }),
		api: lastRun?.api ?? null,
		vault: await vaultBody(stored.row.vault_id, runtime),
	};
}

/** A site whose vault does not open is still shown, with the reason. */
export async function tryOpen(
	ports: Pick<ReadSitePorts, "sites" | "log">,
	organizationId: string,
	siteId: string,
): Promise<{ readonly runtime: SiteRuntime | undefined; readonly failure: Failure | null }> {
	try {
		return { runtime: await ports.sites.open(organizationId, siteId), failure: null };
	} catch (error) {
		const failure = failureOf(error);
		ports.log.error("a site could not be opened", { site: siteId, code: failure.code });
		return { runtime: undefined, failure };
	}
}

interface CoverageOf {
	readonly facts: KeptFacts;
	readonly apps: readonly string[];
	readonly runtime: SiteRuntime | undefined;
	readonly lastRun: Run | undefined;
}

function coverageOf(kinds: readonly KindDefinition[], { facts, apps, runtime, lastRun }: CoverageOf): SiteCoverage[] {
	const counts = runtime?.catalog.counts() ?? {};
	return kinds
		.filter((kind) => apps.includes(kind.app))
		.map((kind) => ({
			kind: kind.id,
			app: kind.app,
			names: [...kind.names],
			live: counts[kind.id]?.live ?? 0,
			deleted: counts[kind.id]?.deleted ?? 0,
			restorable: kind.restore !== undefined,
			blindSpots: lastRun?.blindSpots.filter((spot) => spot.kind === kind.id) ?? [],
			gap: facts.gaps.find((gap) => gap.kind === kind.id)?.reason ?? null,
		}));
}

async function vaultBody(id: string, runtime: SiteRuntime | undefined): Promise<SiteDetail["vault"]> {
	if (runtime === undefined) return null;
	const { snapshots, packs, stored, logical } = await runtime.vault.statistics();
	return { id, snapshots, packs, storedBytes: stored, logicalBytes: logical };
}
