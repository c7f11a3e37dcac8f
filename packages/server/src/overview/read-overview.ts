import type { Attention, Overview } from "@skyeworx/contract";
import { z } from "zod";
import type { Principal } from "../access/principal.ts";
import { readCursor, writeCursor } from "../api/cursor.ts";
import { withOrganization } from "../data/database.ts";
import { listRestores } from "../restores/read-restores.ts";
import { listRuns } from "../runs/read-runs.ts";
import type { ReadSitePorts } from "../sites/read-sites.ts";
import { attentionOf, type Watched } from "./attention.ts";
import { loadWatched } from "./load-watched.ts";
import { type StripRun, stripOf, stripStart } from "./strip.ts";

/** More than anybody reads; the worst come first. */
const mostAttention = 100;

interface Page {
	readonly cursor?: string | undefined;
	readonly limit: number;
}

/** Everything the first page says, in one answer, with a page of the sites. */
export async function readOverview(ports: ReadSitePorts, principal: Principal, { cursor, limit }: Page): Promise<Overview> {
	const from = cursor === undefined ? 0 : readCursor(cursor, "overview", z.tuple([z.int().min(0)]))[0];
	const now = ports.clock.now();
	const watched = await loadWatched(ports, principal, stripStart(now));
	const attention = attentionOf(watched, (kind) => ports.kinds.find((known) => known.id === kind)?.names[1] ?? kind);
	const ordered = worstFirst(watched, attention);
	const shown = ordered.slice(from, from + limit);
	const strips = await loadStrips(ports, principal, { siteIds: shown.map((site) => site.id), now });
	const restores = await listRestores(ports, principal, { limit: 5 });
	const running = await listRuns(ports, principal, { limit: 20, status: "running" });
	return {
		at: now.toISOString(),
		health: healthOf(watched, attention),
		attention: attention.slice(0, mostAttention),
		counts: {
			sites: watched.length,
			withinPromise: watched.filter(({ site }) => site.withinPromise).length,
			attention: attention.length,
		},
		sites: shown.map((site) => ({ ...site, strip: stripOf(strips.get(site.id) ?? [], now) })),
		nextCursor: ordered.length > from + limit ? writeCursor("overview", [from + limit]) : null,
		running: running.items,
		lastRestores: restores.items,
	};
}

const ranks: Readonly<Record<Attention["severity"], number>> = { critical: 0, warning: 1, info: 3 };

function worstFirst(watched: readonly Watched[], attention: readonly Attention[]): Watched["site"][] {
	const rank = new Map<string | null, number>();
	for (const { siteId, severity } of attention) rank.set(siteId, Math.min(rank.get(siteId) ?? 3, ranks[severity]));
	const rankOf = (site: Watched["site"]) => rank.get(site.id) ?? (site.withinPromise ? 3 : 2);
	return watched
		.map(({ site }) => site)
		.toSorted((a, b) => rankOf(a) - rankOf(b) || a.name.localeCompare(b.name, "en", { numeric: true }) || a.id.localeCompare(b.id));
}

interface Strips {
	readonly siteIds: readonly string[];
	readonly now: Date;
}

async function loadStrips(ports: ReadSitePorts, principal: Principal, { siteIds, now }: Strips): Promise<Map<string, StripRun[]>> {
	if (siteIds.length === 0) return new Map();
	const rows = await withOrganization(ports.database, principal.organizationId, (scoped) =>
		scoped
			.selectFrom("runs")
			.select(["site_id", "created_at as at", "status"])
			.where("type", "=", "backup")
			.where("site_id", "in", siteIds)
			.where("created_at", ">=", stripStart(now))
			.execute(),
	);
	return Map.groupBy(rows, (row) => row.site_id);
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

function alone(site: Watched["site"]): string {
	if (site.runningRunId !== null && site.lastGood === null) return `The first backup of ${site.name} is running.`;
	return site.lastGood === null ? `${site.name} has never been backed up.` : `${site.name} is not within its promise.`;
}
