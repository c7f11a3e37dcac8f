import type { Migration } from "./migration.ts";

const tables = `
alter table run_figures add column gone integer;
create table site_days (
	site_id uuid not null references sites on delete cascade,
	date date not null,
	organization_id uuid not null references organizations,
	runs integer not null,
	succeeded integer not null,
	incomplete integer not null,
	failed integer not null,
	created bigint not null,
	changed bigint not null,
	deleted bigint not null,
	bytes_added bigint not null,
	requests bigint not null,
	points double precision not null,
	items bigint,
	stored_bytes bigint,
	gone integer,
	good_at timestamptz,
	primary key (site_id, date)
);
create index site_days_newest on site_days (organization_id, date);
alter table site_days enable row level security;
create policy own_organization on site_days
	using (organization_id = nullif(current_setting('skyeworx.organization', true), '')::uuid)
	with check (organization_id = nullif(current_setting('skyeworx.organization', true), '')::uuid);
grant select, insert, update, delete on site_days to skyeworx_app;
`;

/** What was held at the end of a day is what its last run that read something held. */
const sums = `
	f.site_id, (f.at at time zone 'UTC')::date, f.organization_id, count(*)::integer,
	count(*) filter (where f.status = 'succeeded')::integer,
	count(*) filter (where f.status = 'incomplete')::integer,
	count(*) filter (where f.status = 'failed')::integer,
	sum(f.created), sum(f.changed), sum(f.deleted), sum(f.bytes_added), sum(f.requests), sum(f.points),
	(array_agg(f.items order by f.at desc, f.run_id) filter (where f.status <> 'failed'))[1],
	(array_agg(f.stored_bytes order by f.at desc, f.run_id) filter (where f.status <> 'failed'))[1],
	(array_agg(f.gone order by f.at desc, f.run_id) filter (where f.status <> 'failed'))[1],
	max(f.at) filter (where f.status = 'succeeded')
`;

const columns =
	"site_id, date, organization_id, runs, succeeded, incomplete, failed, created, changed, deleted, bytes_added, requests, points, items, stored_bytes, gone, good_at";

const renewed = columns
	.split(", ")
	.slice(3)
	.map((column) => `${column} = excluded.${column}`)
	.join(", ");

/**
 * A day is summed up anew from its rows whenever one is added, by the database itself: a process of the version before adds rows too.
 * Rows that come out of an export bring their days along.
 */
const rollUp = `
create function sum_up_days() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
	if current_setting('skyeworx.importing', true) = 'on' then
		return null;
	end if;
	insert into site_days (${columns})
	select ${sums} from run_figures f
	join (select distinct g.site_id, (g.at at time zone 'UTC')::date as date from fresh g) d on d.site_id = f.site_id
		and f.at >= d.date::timestamp at time zone 'UTC' and f.at < (d.date + 1)::timestamp at time zone 'UTC'
	group by f.site_id, f.organization_id, (f.at at time zone 'UTC')::date
	on conflict (site_id, date) do update set ${renewed};
	return null;
end $$;
create trigger run_figures_by_day after insert on run_figures referencing new table as fresh for each statement execute function sum_up_days();
create function sum_up_missing_days() returns void language sql set search_path = public, pg_temp as $$
	insert into site_days (${columns})
	select ${sums} from run_figures f group by f.site_id, f.organization_id, (f.at at time zone 'UTC')::date
	on conflict (site_id, date) do nothing
$$;
revoke all on function sum_up_missing_days() from public;
select sum_up_missing_days();
`;

/** Longer than anybody may look back, so that a process of the version before misses nothing; the newest of each site stay. */
const forget = `
create function forget_old_figures(present timestamptz) returns integer
	language plpgsql security definer set search_path = public, pg_temp as $$
declare
	gone integer;
begin
	delete from run_figures f
	where f.at < (present - interval '400 days')::date::timestamp at time zone 'UTC'
		and exists (select 1 from site_days d where d.site_id = f.site_id and d.date = (f.at at time zone 'UTC')::date)
		and f.at < (
			select n.at from run_figures n where n.site_id = f.site_id order by n.at desc offset 30 limit 1
		);
	get diagnostics gone = row_count;
	return gone;
end $$;
revoke all on function forget_old_figures(timestamptz) from public;
grant execute on function forget_old_figures(timestamptz) to skyeworx_app;
`;

/** Figures of backups by day, kept for ever; what they are summed up from may go. */
export const dailyFigures: Migration = { id: 12, name: "daily-figures", sql: `${tables}${rollUp}${forget}` };
