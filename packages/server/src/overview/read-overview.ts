import type { Attention, Overview, OverviewSite, Run } from "@skyeworx/contract";
import { sql } from "kysely";
import type { Principal } from "../access/principal.ts";
import { withOrganization } from "../data/database.ts";
import { listRestores } from "../restores/read-restores.ts";
import { listRuns, selectRuns } from "../runs/read-runs.ts";
import { runBody, type StoredRun } from "../runs/run-body.ts";
import { loadSites, type ReadSitePorts, type StoredSiteRow, siteBody, siteProblem, tryOpen } from "../sites/read-sites.ts";
import type { SiteRuntime } from "../sites/site-runtimes.ts";
import { warningsOf } from "../watch/read-watch.ts";
import { attentionOf, type Watched } from "./attention.ts";
import { stripOf, stripStart } from "./strip.ts";

/** Everything the first page says, in one answer. */
export async function readOverview(ports: ReadSitePorts, principal: Principal): Promise<Overview> {
	const now = ports.clock.now();
	const loaded = await loadSites(ports, principal);
	const recent = await recentBackups(ports, principal, stripStart(now));
	const troubles = await loadTroubles(ports, principal);
	const watched: Watched[] = [];
	for (const { row, runningRunId } of loaded) {
		watched.push(await watchSite(ports, principal, { row, runningRunId, runs: recent.get(row.id) ?? [], troubles: troubles(row.id), now }));
	}
	const attention = attentionOf(watched, (kind) => ports.kinds.find((known) => known.id === kind)?.names[1] ?? kind);
	const restores = await listRestores(ports, principal, { limit: 5 });
	const running = await listRuns(ports, principal, { limit: 20, status: "running" });
	return {
		at: now.toISOString(),
		health: healthOf(watched, attention),
		attention,
		sites: watched.map((one) => one.site),
		running: running.items,
		lastRestores: restores.items,
	};
}

async function recentBackups(ports: ReadSitePorts, principal: Principal, since: Date): Promise<Map<string, StoredRun[]>> {
	const rows = await withOrganization(ports.database, principal.organizationId, (scoped) =>
		selectRuns(scoped).where("runs.type", "=", "backup").where("runs.created_at", ">=", since).orderBy("runs.created_at", "desc").execute(),
	);
	return Map.groupBy(rows, (row) => row.site_id);
}

/** What the upkeep and the watch over credentials found. */
type Troubles = Pick<Watched, "damaged" | "warnings">;

async function loadTroubles(ports: ReadSitePorts, { organizationId }: Principal): Promise<(siteId: string) => Troubles> {
	const sealer = await ports.keys.sealer(organizationId);
	const { damaged, watched } = await withOrganization(ports.database, organizationId, async (scoped) => ({
		damaged: await scoped.selectFrom("site_upkeep").select(["site_id", "damaged"]).where("damaged", ">", 0).execute(),
		watched: await scoped.selectFrom("connection_watch").selectAll().where(sql<boolean>`warnings <> '{}'`).execute(),
	}));
	const counts = new Map(damaged.map((row) => [row.site_id, row.damaged]));
	const warnings = new Map(watched.map((row) => [row.site_id, warningsOf(sealer, row).map((warning) => warning.detail)]));
	return (siteId) => ({ damaged: counts.get(siteId) ?? 0, warnings: warnings.get(siteId) ?? [] });
}

interface WatchSite {
	readonly row: StoredSiteRow;
	readonly runningRunId: string | null;
	readonly runs: readonly StoredRun[];
	readonly troubles: Troubles;
	readonly now: Date;
}

async function watchSite(
	ports: ReadSitePorts,
	principal: Principal,
	{ row, runningRunId, runs, troubles, now }: WatchSite,
): Promise<Watched> {
	const sealer = await ports.keys.sealer(principal.organizationId);
	const { runtime, failure } = await tryOpen(ports, principal.organizationId, row.id);
	const ended = runs.find((run) => run.status === "succeeded" || run.status === "incomplete" || run.status === "failed");
	const lastRun: Run | undefined = ended === undefined ? undefined : runBody(sealer, ended);
	const site: OverviewSite = {
		...siteBody(sealer, row, { now, runningRunId }),
		ageSeconds: row.last_good_at === null ? null : Math.max(0, Math.round((now.getTime() - row.last_good_at.getTime()) / 1000)),
		strip: stripOf(
			runs.map((run) => ({ at: run.created_at, status: run.status })),
			now,
		),
		...sums(runtime),
		storedBytes: runtime === undefined ? null : (await runtime.vault.statistics()).stored,
	};
	return { site, problem: failure ?? siteProblem(sealer, row), lastRun, opened: runtime !== undefined, ...troubles };
}

function sums(runtime: SiteRuntime | undefined) {
	const counts = Object.values(runtime?.catalog.counts() ?? {});
	return { items: counts.reduce((sum, kind) => sum + kind.live, 0), deletedItems: counts.reduce((sum, kind) => sum + kind.deleted, 0) };
}

function healthOf(watched: readonly Watched[], attention: readonly Attention[]): Overview["health"] {
	const sites = watched.map((one) => one.site);
	const [only] = sites;
	if (only === undefined) return { level: "empty", sentence: "No site is connected yet." };
	const within = sites.filter((site) => site.withinPromise).length;
	const critical = attention.some((entry) => entry.severity === "critical");
	const broken = watched.filter((one) => one.damaged > 0);
	if (broken.length > 0) return { level: "critical", sentence: brokenSentence(broken) };
	if (within === sites.length) {
		const sentence = sites.length === 1 ? `${only.name} is within its promise.` : `All ${sites.length} sites are within their promise.`;
		return { level: critical ? "critical" : attention.some((entry) => entry.severity === "warning") ? "attention" : "good", sentence };
	}
	if (sites.length === 1) return { level: critical ? "critical" : "attention", sentence: alone(only) };
	const late = sites.length - within;
	return {
		level: critical ? "critical" : "attention",
		sentence: `${late} of ${sites.length} sites ${late === 1 ? "is" : "are"} not within the promise.`,
	};
}

function brokenSentence(broken: readonly Watched[]): string {
	const [first] = broken;
	return broken.length === 1 && first !== undefined
		? `The vault of ${first.site.name} is damaged.`
		: `The vaults of ${broken.length} sites are damaged.`;
}

function alone(site: OverviewSite): string {
	if (site.runningRunId !== null && site.lastGood === null) return `The first backup of ${site.name} is running.`;
	return site.lastGood === null ? `${site.name} has never been backed up.` : `${site.name} is not within its promise.`;
}
