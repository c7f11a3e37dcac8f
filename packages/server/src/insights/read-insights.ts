import type { Insights } from "@skyeworx/contract";
import { maySeeSite, type Principal } from "../access/principal.ts";
import { withOrganization } from "../data/database.ts";
import { loadSites, type ReadSitePorts } from "../sites/read-sites.ts";

interface Wanted {
	readonly siteId?: string | undefined;
	readonly days: number;
}

const dayMilliseconds = 86_400_000;
const forecastDays = 30;

type Figures = Awaited<ReturnType<typeof loadFigures>>["figures"];
type Day = Insights["days"][number];

/** Figures of the sites that the caller may see, day by day. */
export async function readInsights(
	ports: Pick<ReadSitePorts, "database" | "keys" | "clock">,
	principal: Principal,
	wanted: Wanted,
): Promise<Insights> {
	const now = ports.clock.now();
	const sealer = await ports.keys.sealer(principal.organizationId);
	const sites = (await loadSites(ports, principal)).filter(({ row }) => wanted.siteId === undefined || row.id === wanted.siteId);
	const seen = new Set(sites.map(({ row }) => row.id));
	const start = new Date(Date.parse(dateOf(now)) - (wanted.days - 1) * dayMilliseconds);
	const loaded = await loadFigures(ports, principal, start, seen);
	const days = daysOf(loaded, start, wanted.days);
	return {
		at: now.toISOString(),
		days,
		sites: sites.map(({ row }) => {
			const own = loaded.figures.filter((one) => one.site_id === row.id);
			const newest = own.findLast((one) => one.status !== "failed");
			const age = row.last_good_at === null ? null : Math.max(0, Math.round((now.getTime() - row.last_good_at.getTime()) / 1000));
			return {
				siteId: row.id,
				name: sealer.openText(`sites.name/${row.id}`, row.sealed_name),
				promiseSeconds: row.promise_seconds,
				ageSeconds: age,
				withinPromise: age !== null && age <= row.promise_seconds,
				runs: own.length,
				successRate: own.length === 0 ? null : own.filter((one) => one.status === "succeeded").length / own.length,
				items: newest?.items ?? 0,
				storedBytes: newest?.stored_bytes ?? 0,
			};
		}),
		anomalies: loaded.anomalies.map((row) => ({
			id: row.id,
			siteId: row.site_id,
			runId: row.run_id,
			at: row.at.toISOString(),
			code: row.code as Insights["anomalies"][number]["code"],
			measured: row.measured,
			usual: row.usual,
		})),
		api: forecast(days),
	};
}

async function loadFigures(ports: Pick<ReadSitePorts, "database">, principal: Principal, start: Date, seen: ReadonlySet<string>) {
	return await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		const isSeen = (row: { readonly site_id: string }) => seen.has(row.site_id) && maySeeSite(principal, row.site_id);
		const figures = await scoped.selectFrom("run_figures").selectAll().where("at", ">=", start).orderBy("at").execute();
		const anomalies = await scoped.selectFrom("anomalies").selectAll().where("at", ">=", start).orderBy("at", "desc").limit(200).execute();
		const restores = await scoped.selectFrom("restores").select(["site_id", "created_at"]).where("created_at", ">=", start).execute();
		return { figures: figures.filter(isSeen), anomalies: anomalies.filter(isSeen), restores: restores.filter(isSeen) };
	});
}

function daysOf(loaded: Awaited<ReturnType<typeof loadFigures>>, start: Date, count: number): Day[] {
	const byDate = Map.groupBy(loaded.figures, (row) => dateOf(row.at));
	const restores = Map.groupBy(loaded.restores, (row) => dateOf(row.created_at));
	const newest = new Map<string, Figures[number]>();
	return Array.from({ length: count }, (_, index) => {
		const date = dateOf(new Date(start.getTime() + index * dayMilliseconds));
		const own = byDate.get(date) ?? [];
		for (const row of own) if (row.status !== "failed") newest.set(row.site_id, row);
		const sum = (pick: (row: Figures[number]) => number) => own.reduce((all, row) => all + pick(row), 0);
		const held = (pick: (row: Figures[number]) => number) => [...newest.values()].reduce((all, row) => all + pick(row), 0);
		return {
			date,
			runs: own.length,
			succeeded: own.filter((row) => row.status === "succeeded").length,
			incomplete: own.filter((row) => row.status === "incomplete").length,
			failed: own.filter((row) => row.status === "failed").length,
			created: sum((row) => row.created),
			changed: sum((row) => row.changed),
			deleted: sum((row) => row.deleted),
			items: held((row) => row.items),
			storedBytes: held((row) => row.stored_bytes),
			bytesAdded: sum((row) => row.bytes_added),
			requests: sum((row) => row.requests),
			points: sum((row) => row.points),
			restores: restores.get(date)?.length ?? 0,
		};
	});
}

/** A week's average, and where a straight line through the days leads. */
function forecast(days: readonly Day[]): Insights["api"] {
	const week = days.slice(-7);
	const average = (pick: (day: Day) => number) => week.reduce((sum, day) => sum + pick(day), 0) / Math.max(1, week.length);
	const active = days.slice(
		Math.max(
			0,
			days.findIndex((day) => day.runs > 0),
		),
	);
	return {
		requestsPerDay: average((day) => day.requests),
		pointsPerDay: average((day) => day.points),
		pointsPerDayIn30Days: Math.max(0, average((day) => day.points) + forecastDays * slope(active.map((day) => day.points))),
		storedBytesIn30Days: Math.round(
			Math.max(0, (days.at(-1)?.storedBytes ?? 0) + forecastDays * slope(active.map((day) => day.storedBytes))),
		),
	};
}

/** Of the least-squares line, in units a day; 0 before there is a week. */
function slope(values: readonly number[]): number {
	if (values.length < 7) return 0;
	const middle = (values.length - 1) / 2;
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	const top = values.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0);
	const bottom = values.reduce((sum, _value, index) => sum + (index - middle) ** 2, 0);
	return top / bottom;
}

function dateOf(at: Date): string {
	return at.toISOString().slice(0, 10);
}
