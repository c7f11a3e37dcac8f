import { sql } from "kysely";
import type { Scoped } from "../data/database.ts";

interface Wanted {
	/** Midnight (UTC) of the first day. */
	readonly start: Date;
	readonly siteIds: readonly string[];
}

interface DaySums {
	readonly date: string;
	readonly runs: number;
	readonly succeeded: number;
	readonly incomplete: number;
	readonly failed: number;
	readonly created: number;
	readonly changed: number;
	readonly deleted: number;
	readonly bytesAdded: number;
	readonly requests: number;
	readonly points: number;
}

/** What the backups of each day did together; days without a backup are left out. */
export async function sumsByDay(scoped: Scoped, { start, siteIds }: Wanted): Promise<Map<string, DaySums>> {
	const { rows } = await sql<DaySums>`
		select date::text, sum(runs)::integer as runs, sum(succeeded)::integer as succeeded, sum(incomplete)::integer as incomplete,
			sum(failed)::integer as failed, sum(created)::float8 as created, sum(changed)::float8 as changed, sum(deleted)::float8 as deleted,
			sum(bytes_added)::float8 as "bytesAdded", sum(requests)::float8 as requests, sum(points)::float8 as points
		from site_days where date >= ${dateOf(start)}::date and site_id = any(${[...siteIds]}::uuid[])
		group by date`.execute(scoped);
	return new Map(rows.map((row) => [row.date, row]));
}

function dateOf(at: Date): string {
	return at.toISOString().slice(0, 10);
}

interface HeldChange {
	readonly date: string;
	readonly items: number;
	readonly storedBytes: number;
}

/**
 * By how much what is held in all sites together grew on each day; the first day carries what was held before. Summed up, it is what
 * was held at the end of a day, also on days on which a site had no backup.
 */
export async function growthByDay(scoped: Scoped, { start, siteIds }: Wanted): Promise<Map<string, HeldChange>> {
	const { rows } = await sql<HeldChange>`
		with held as (
			select site_id, date, items, stored_bytes from site_days
			where date >= ${dateOf(start)}::date and items is not null and site_id = any(${[...siteIds]}::uuid[])
			union all
			select before.* from unnest(${[...siteIds]}::uuid[]) as s (id)
			join lateral (
				select site_id, ${dateOf(start)}::date - 1, items, stored_bytes from site_days d
				where d.site_id = s.id and d.date < ${dateOf(start)}::date and d.items is not null order by d.date desc limit 1
			) before on true
		), steps as (
			select greatest(date, ${dateOf(start)}::date) as date,
				items - coalesce(lag(items) over one_site, 0) as items,
				stored_bytes - coalesce(lag(stored_bytes) over one_site, 0) as stored_bytes
			from held window one_site as (partition by site_id order by date)
		)
		select date::text, sum(items)::float8 as items, sum(stored_bytes)::float8 as "storedBytes" from steps group by date`.execute(scoped);
	return new Map(rows.map((row) => [row.date, row]));
}

/** No promise is longer. */
const longestPromiseDays = 31;

/**
 * How many sites had a good backup that was no older than their promise when a day ended, by the promise that they have now. Days that
 * have not ended, and those without any such site, are left out.
 */
export async function keptByDay(
	scoped: Scoped,
	{ start, siteIds, today }: Wanted & { /** UTC. */ readonly today: string },
): Promise<Map<string, number>> {
	const { rows } = await sql<{ readonly date: string; readonly kept: number }>`
		with good as (
			select d.good_at at time zone 'UTC' as at, make_interval(secs => s.promise_seconds) as promise,
				lead(d.date) over (partition by d.site_id order by d.date) as next
			from site_days d join sites s on s.id = d.site_id
			where d.good_at is not null and d.date >= ${dateOf(start)}::date - ${longestPromiseDays}::integer - 1
				and d.site_id = any(${[...siteIds]}::uuid[])
		)
		select day::date::text as date, count(*)::integer as kept
		from good, generate_series(
			greatest(at::date, ${dateOf(start)}::date)::timestamp,
			least((at + promise)::date - 1, next - 1, ${today}::date - 1)::timestamp,
			'1 day'
		) as day
		group by 1`.execute(scoped);
	return new Map(rows.map((row) => [row.date, row.kept]));
}

interface SiteSums {
	readonly siteId: string;
	readonly runs: number;
	readonly succeeded: number;
	readonly items: number;
	readonly storedBytes: number;
}

/** How each site did, and what its newest backup that read something held. */
export async function sumsBySite(scoped: Scoped, { start, siteIds }: Wanted): Promise<Map<string, SiteSums>> {
	const { rows } = await sql<SiteSums>`
		select s.id as "siteId", coalesce(f.runs, 0)::integer as runs, coalesce(f.succeeded, 0)::integer as succeeded,
			coalesce(newest.items, 0)::float8 as items, coalesce(newest.stored_bytes, 0)::float8 as "storedBytes"
		from unnest(${[...siteIds]}::uuid[]) as s (id)
		left join (
			select site_id, sum(runs) as runs, sum(succeeded) as succeeded
			from site_days where date >= ${dateOf(start)}::date and site_id = any(${[...siteIds]}::uuid[]) group by site_id
		) f on f.site_id = s.id
		left join lateral (
			select items, stored_bytes from site_days n where n.site_id = s.id and n.items is not null order by n.date desc limit 1
		) newest on true`.execute(scoped);
	return new Map(rows.map((row) => [row.siteId, row]));
}

interface RestoreSums {
	readonly date: string;
	readonly restores: number;
	readonly restoresFailed: number;
}

/** How many restores were begun on each day, and how many of them did not bring everything back. */
export async function restoresByDay(scoped: Scoped, { start, siteIds }: Wanted): Promise<Map<string, RestoreSums>> {
	const { rows } = await sql<RestoreSums>`
		select (created_at at time zone 'UTC')::date::text as date, count(*)::integer as restores,
			count(*) filter (where status in ('failed', 'incomplete'))::integer as "restoresFailed"
		from restores where created_at >= ${start} and site_id = any(${[...siteIds]}::uuid[])
		group by 1`.execute(scoped);
	return new Map(rows.map((row) => [row.date, row]));
}
