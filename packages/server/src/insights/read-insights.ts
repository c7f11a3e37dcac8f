import type { BlindSpot, Insights } from "@skyeworx/contract";
import type { KindDefinition } from "@skyeworx/engine";
import { sql } from "kysely";
import type { Principal } from "../access/principal.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import { loadDrillFigures } from "../drills/read-drills.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import { type RunResult, resultPlace } from "../runs/run-body.ts";
import { loadSites, type ReadSitePorts, type StoredSiteRow } from "../sites/read-sites.ts";
import type { KeptFacts } from "../sites/site-facts.ts";
import { forecast } from "./forecast.ts";
import { growthByDay, keptByDay, restoresByDay, sumsByDay, sumsBySite } from "./load-figures.ts";

interface InsightPorts extends Pick<ReadSitePorts, "database" | "keys" | "clock" | "kinds"> {
	/** What Atlassian gives one app in an hour, as this server was told; undefined when nothing is counted. */
	readonly pointsPerHour: number | undefined;
}

interface Wanted {
	readonly siteId?: string | undefined;
	readonly days: number;
}

const dayMilliseconds = 86_400_000;
const mostAnomalies = 200;

/** Figures of the sites that the caller may see, day by day. */
export async function readInsights(ports: InsightPorts, principal: Principal, wanted: Wanted): Promise<Insights> {
	const now = ports.clock.now();
	const sealer = await ports.keys.sealer(principal.organizationId);
	const sites = (await loadSites(ports, principal)).filter(({ row }) => wanted.siteId === undefined || row.id === wanted.siteId);
	const start = new Date(Date.parse(dateOf(now)) - (wanted.days - 1) * dayMilliseconds);
	const range = { start, siteIds: sites.map(({ row }) => row.id) };
	const loaded = await withOrganization(ports.database, principal.organizationId, async (scoped) => ({
		sums: await sumsByDay(scoped, range),
		growth: await growthByDay(scoped, range),
		kept: await keptByDay(scoped, { ...range, today: dateOf(now) }),
		restores: await restoresByDay(scoped, range),
		sites: await sumsBySite(scoped, range),
		anomalies: await loadAnomalies(scoped, range),
		drills: await loadDrillFigures(scoped, range),
		blindSpots: await blindSpotsBySite(scoped, sealer, range.siteIds),
	}));
	const days = daysOf(loaded, { start, count: wanted.days, sites: sites.map(({ row }) => row), now });
	return {
		at: now.toISOString(),
		days,
		sites: sites.map(({ row }) => {
			const sums = loaded.sites.get(row.id);
			return {
				siteId: row.id,
				name: sealer.openText(`sites.name/${row.id}`, row.sealed_name),
				promiseSeconds: row.promise_seconds,
				...ageOf(row, now),
				runs: sums?.runs ?? 0,
				successRate: sums === undefined || sums.runs === 0 ? null : sums.succeeded / sums.runs,
				items: sums?.items ?? 0,
				storedBytes: sums?.storedBytes ?? 0,
				...coverageOf(ports.kinds, sealer, { row, blindSpots: loaded.blindSpots.get(row.id) }),
			};
		}),
		anomalies: loaded.anomalies,
		drills: loaded.drills,
		api: { ...forecast(days), pointsPerHourAllowed: ports.pointsPerHour ?? null },
	};
}

interface Coverage {
	readonly row: StoredSiteRow;
	readonly blindSpots: readonly BlindSpot[] | undefined;
}

function coverageOf(kinds: readonly KindDefinition[], sealer: Sealer, { row, blindSpots }: Coverage) {
	const facts = sealer.openJson<KeptFacts>(`sites.facts/${row.id}`, row.sealed_facts);
	const there = kinds.filter((kind) => row.apps.includes(kind.app));
	const gaps = facts.gaps.filter((gap) => there.some((kind) => kind.id === gap.kind));
	const unread = new Set(gaps.map((gap) => gap.kind));
	return {
		kinds: there.length,
		kindsRead: there.filter((kind) => !unread.has(kind.id)).length,
		gaps: gaps.map(({ kind, reason }) => ({ kind, reason })),
		blindSpots: [...(blindSpots ?? [])],
	};
}

/** What the newest backup of each site that read something could not see. */
async function blindSpotsBySite(scoped: Scoped, sealer: Sealer, siteIds: readonly string[]): Promise<Map<string, readonly BlindSpot[]>> {
	const { rows } = await sql<{ readonly id: string; readonly site_id: string; readonly sealed_result: Buffer }>`
		select newest.* from unnest(${[...siteIds]}::uuid[]) as s (id)
		join lateral (
			select id, site_id, sealed_result from runs
			where site_id = s.id and type = 'backup' and status in ('succeeded', 'incomplete') and sealed_result is not null
			order by created_at desc limit 1
		) newest on true`.execute(scoped);
	return new Map(rows.map((row) => [row.site_id, sealer.openJson<RunResult>(resultPlace(row.id), row.sealed_result).blindSpots ?? []]));
}

async function loadAnomalies(scoped: Scoped, { start, siteIds }: { readonly start: Date; readonly siteIds: readonly string[] }) {
	if (siteIds.length === 0) return [];
	const rows = await scoped
		.selectFrom("anomalies")
		.selectAll()
		.where("at", ">=", start)
		.where("site_id", "in", [...siteIds])
		.orderBy("at", "desc")
		.orderBy("id")
		.limit(mostAnomalies)
		.execute();
	return rows.map((row) => ({
		id: row.id,
		siteId: row.site_id,
		runId: row.run_id,
		at: row.at.toISOString(),
		code: row.code as Insights["anomalies"][number]["code"],
		measured: row.measured,
		usual: row.usual,
	}));
}

/** How old the newest good backup is, in seconds, and whether that is what was promised. */
function ageOf(row: StoredSiteRow, now: Date): { readonly ageSeconds: number | null; readonly withinPromise: boolean } {
	if (row.last_good_at === null) return { ageSeconds: null, withinPromise: false };
	const ageSeconds = Math.max(0, Math.round((now.getTime() - row.last_good_at.getTime()) / 1000));
	return { ageSeconds, withinPromise: ageSeconds <= row.promise_seconds };
}

interface Loaded {
	readonly sums: Awaited<ReturnType<typeof sumsByDay>>;
	readonly growth: Awaited<ReturnType<typeof growthByDay>>;
	readonly kept: Awaited<ReturnType<typeof keptByDay>>;
	readonly restores: Awaited<ReturnType<typeof restoresByDay>>;
}

interface Range {
	readonly start: Date;
	readonly count: number;
	readonly sites: readonly StoredSiteRow[];
	readonly now: Date;
}

function daysOf({ sums, growth, kept, restores }: Loaded, { start, count, sites, now }: Range): Insights["days"] {
	let items = 0;
	let storedBytes = 0;
	const keptNow = sites.filter((row) => ageOf(row, now).withinPromise).length;
	return Array.from({ length: count }, (_, index) => {
		const end = new Date(start.getTime() + (index + 1) * dayMilliseconds);
		const date = dateOf(new Date(end.getTime() - dayMilliseconds));
		items += growth.get(date)?.items ?? 0;
		storedBytes += growth.get(date)?.storedBytes ?? 0;
		const promise = {
			sites: sites.filter((row) => row.created_at < end).length,
			sitesWithinPromise: index === count - 1 ? keptNow : (kept.get(date) ?? 0),
		};
		return { ...nothing, ...sums.get(date), ...(restores.get(date) ?? noRestores), ...promise, date, items, storedBytes };
	});
}

const nothing = {
	runs: 0,
	succeeded: 0,
	incomplete: 0,
	failed: 0,
	created: 0,
	changed: 0,
	deleted: 0,
	bytesAdded: 0,
	requests: 0,
	points: 0,
};
const noRestores = { restores: 0, restoresFailed: 0 };

function dateOf(at: Date): string {
	return at.toISOString().slice(0, 10);
}
