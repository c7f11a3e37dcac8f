import type { Run } from "@skyeworx/contract";
import { sql } from "kysely";
import type { Principal } from "../access/principal.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import { runBody, type StoredRun } from "../runs/run-body.ts";
import { loadSites, type ReadSitePorts, type StoredSiteRow, siteBody, siteProblem, tryOpen } from "../sites/read-sites.ts";
import { openSetups } from "../sites/setup.ts";
import { warningsOf } from "../watch/read-watch.ts";
import type { Watched } from "./attention.ts";

/** To open a vault takes a while, and to keep it open memory: that of more sites is not opened for a page that only tells how they are. */
const mostOpened = 20;

/** What says that a vault did not open when somebody last needed it. */
const ofVault: ReadonlySet<string> = new Set([
	"vault-damaged",
	"vault-rolled-back",
	"vault-key-wrong",
	"vault-key-revoked",
	"vault-unsupported",
]);

/** Every site that the caller may see with all that its attention list needs. */
export async function loadWatched(ports: ReadSitePorts, principal: Principal, since: Date): Promise<Watched[]> {
	const { organizationId } = principal;
	const loaded = await loadSites(ports, principal);
	const sealer = await ports.keys.sealer(organizationId);
	const ids = loaded.map(({ row }) => row.id);
	const known = await withOrganization(ports.database, organizationId, async (scoped) => ({
		lastRuns: await newestBackups(scoped, { sealer, ids, since }),
		held: await heldBySite(scoped, ids),
		troubles: await loadTroubles(scoped, sealer),
		settingUp: await openSetups(scoped),
	}));
	const watched: Watched[] = [];
	for (const { row, runningRunId } of loaded) {
		const opened = loaded.length > mostOpened ? asTold(row) : await byOpening(ports, organizationId, row.id);
		watched.push({
			site: {
				...siteBody(sealer, row, { now: ports.clock.now(), runningRunId }),
				ageSeconds: ageOf(row, ports.clock.now()),
				...(opened.held ?? known.held.get(row.id) ?? nothingHeld),
			},
			problem: opened.failure ?? siteProblem(sealer, row),
			lastRun: known.lastRuns.get(row.id),
			opened: opened.isOpen,
			settingUp: known.settingUp.has(row.id),
			...known.troubles(row.id),
		});
	}
	return watched;
}

function ageOf(row: StoredSiteRow, now: Date): number | null {
	return row.last_good_at === null ? null : Math.max(0, Math.round((now.getTime() - row.last_good_at.getTime()) / 1000));
}

type Held = Pick<Watched["site"], "items" | "deletedItems" | "storedBytes">;
const nothingHeld: Held = { items: 0, deletedItems: null, storedBytes: null };

function asTold(row: StoredSiteRow) {
	return { isOpen: row.problem_code === null || !ofVault.has(row.problem_code), failure: null, held: undefined };
}

async function byOpening(ports: ReadSitePorts, organizationId: string, siteId: string) {
	const { runtime, failure } = await tryOpen(ports, organizationId, siteId);
	if (runtime === undefined) return { isOpen: false, failure, held: undefined };
	const counts = Object.values(runtime.catalog.counts());
	const held: Held = {
		items: counts.reduce((sum, kind) => sum + kind.live, 0),
		deletedItems: counts.reduce((sum, kind) => sum + kind.deleted, 0),
		storedBytes: (await runtime.vault.statistics()).stored,
	};
	return { isOpen: true, failure, held };
}

interface Newest {
	readonly sealer: Sealer;
	readonly ids: readonly string[];
	readonly since: Date;
}

/** Of each site the newest backup that has ended. */
async function newestBackups(scoped: Scoped, { sealer, ids, since }: Newest): Promise<Map<string, Run>> {
	const { rows } = await sql<StoredRun>`
		select newest.*, s.sealed_name as site_sealed_name
		from sites s join lateral (
			select r.* from runs r
			where r.site_id = s.id and r.type = 'backup' and r.status in ('succeeded', 'incomplete', 'failed') and r.created_at >= ${since}
			order by r.created_at desc limit 1
		) newest on true
		where s.id = any(${[...ids]}::uuid[])`.execute(scoped);
	return new Map(rows.map((row) => [row.site_id, runBody(sealer, row)]));
}

/** What each site held after its newest backup that read something. */
async function heldBySite(scoped: Scoped, ids: readonly string[]): Promise<Map<string, Held>> {
	const { rows } = await sql<Held & { readonly id: string }>`
		select s.id, coalesce(d.items, 0)::float8 as items, d.gone as "deletedItems", d.stored_bytes::float8 as "storedBytes"
		from unnest(${[...ids]}::uuid[]) as s (id)
		join lateral (
			select n.items, n.gone, n.stored_bytes from site_days n where n.site_id = s.id and n.items is not null order by n.date desc limit 1
		) d on true`.execute(scoped);
	return new Map(rows.map(({ id, items, deletedItems, storedBytes }) => [id, { items, deletedItems, storedBytes }]));
}

/** What the upkeep and the watch over credentials found. */
type Troubles = Pick<Watched, "damaged" | "warnings">;

async function loadTroubles(scoped: Scoped, sealer: Sealer): Promise<(siteId: string) => Troubles> {
	const damaged = await scoped.selectFrom("site_upkeep").select(["site_id", "damaged"]).where("damaged", ">", 0).execute();
	const watched = await scoped.selectFrom("connection_watch").selectAll().where(sql<boolean>`warnings <> '{}'`).execute();
	const counts = new Map(damaged.map((row) => [row.site_id, row.damaged]));
	const warnings = new Map(watched.map((row) => [row.site_id, warningsOf(sealer, row).map((warning) => warning.detail)]));
	return (siteId) => ({ damaged: counts.get(siteId) ?? 0, warnings: warnings.get(siteId) ?? [] });
}
