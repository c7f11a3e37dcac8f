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
		select to_char((at at time zone 'UTC')::date, 'YYYY-MM-DD') as date, count(*)::integer as runs,
			count(*) filter (where status = 'succeeded')::integer as succeeded,
			count(*) filter (where status = 'incomplete')::integer as incomplete,
			count(*) filter (where status = 'failed')::integer as failed,
			sum(created)::float8 as created, sum(changed)::float8 as changed, sum(deleted)::float8 as deleted,
			sum(bytes_added)::float8 as "bytesAdded", sum(requests)::float8 as requests, sum(points)::float8 as points
		from run_figures where at >= ${start} and site_id = any(${[...siteIds]}::uuid[])
		group by (at at time zone 'UTC')::date`.execute(scoped);
	return new Map(rows.map((row) => [row.date, row]));
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
	const sites = [...siteIds];
	const { rows } = await sql<HeldChange>`
		with before as (
			select distinct on (site_id) site_id, at, items, stored_bytes from run_figures
			where at < ${start} and status <> 'failed' and site_id = any(${sites}::uuid[])
			order by site_id, at desc
		), known as (
			select * from before
			union all
			select site_id, at, items, stored_bytes from run_figures
			where at >= ${start} and status <> 'failed' and site_id = any(${sites}::uuid[])
		), steps as (
			select greatest(at, ${start}) as at,
				items - coalesce(lag(items) over one_site, 0) as items,
				stored_bytes - coalesce(lag(stored_bytes) over one_site, 0) as stored_bytes
			from known window one_site as (partition by site_id order by at)
		)
		select to_char((at at time zone 'UTC')::date, 'YYYY-MM-DD') as date, sum(items)::float8 as items, sum(stored_bytes)::float8 as "storedBytes"
		from steps group by (at at time zone 'UTC')::date`.execute(scoped);
	return new Map(rows.map((row) => [row.date, row]));
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
			select site_id, count(*) as runs, count(*) filter (where status = 'succeeded') as succeeded
			from run_figures where at >= ${start} group by site_id
		) f on f.site_id = s.id
		left join lateral (
			select items, stored_bytes from run_figures n where n.site_id = s.id and n.status <> 'failed' order by n.at desc limit 1
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
