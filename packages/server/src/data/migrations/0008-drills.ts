import type { Migration } from "./migration.ts";

const tables = `
create table drill_rules (
	site_id uuid primary key references sites on delete cascade,
	organization_id uuid not null references organizations,
	rule jsonb not null,
	next_due_at timestamptz
);
create index drill_rules_due on drill_rules (next_due_at) where next_due_at is not null;
create table drill_trials (
	id uuid primary key,
	organization_id uuid not null references organizations,
	site_id uuid not null references sites on delete cascade,
	run_id uuid not null references runs on delete cascade,
	sealed_plan bytea not null,
	created_at timestamptz not null,
	clear_at timestamptz not null,
	cleared_at timestamptz
);
create index drill_trials_left on drill_trials (site_id) where cleared_at is null;
create table drill_journal (
	restore_id uuid not null references drill_trials on delete cascade,
	seq integer not null,
	organization_id uuid not null references organizations,
	sealed_record bytea not null,
	at timestamptz not null,
	primary key (restore_id, seq)
);
create table drill_figures (
	run_id uuid primary key references runs on delete cascade,
	organization_id uuid not null references organizations,
	site_id uuid not null references sites on delete cascade,
	at timestamptz not null,
	status text not null,
	items integer not null,
	restored integer not null,
	faults integer not null,
	left_behind integer not null,
	score double precision,
	basis text,
	seconds_per_item double precision,
	whole_site_seconds double precision
);
create index drill_figures_of_site on drill_figures (site_id, at desc);
create index drill_figures_newest on drill_figures (organization_id, at desc);
create unique index runs_one_drill_at_a_time on runs (site_id) where type = 'drill' and status in ('queued', 'running');
`;

const isolation = ["drill_rules", "drill_trials", "drill_journal", "drill_figures"]
	.map(
		(table) => `
alter table ${table} enable row level security;
create policy own_organization on ${table}
	using (organization_id = nullif(current_setting('skyeworx.organization', true), '')::uuid)
	with check (organization_id = nullif(current_setting('skyeworx.organization', true), '')::uuid);
grant select, insert${table === "drill_journal" ? "" : ", update, delete"} on ${table} to skyeworx_app;`,
	)
	.join("\n");

/** Due by their rule, or because an earlier drill left something behind that must go, whatever the rule says by now. */
const doors = `
create function due_drills(at timestamptz, most integer)
	returns table (organization_id uuid, site_id uuid, due_at timestamptz, items integer, connection_type text)
	language sql stable security definer set search_path = public, pg_temp as $$
	select s.organization_id, s.id, least(d.next_due_at, t.clear_at), coalesce((d.rule ->> 'items')::integer, 0), c.type
	from sites s
	join connections c on c.site_id = s.id
	left join drill_rules d on d.site_id = s.id
	left join lateral (select min(l.clear_at) as clear_at from drill_trials l where l.site_id = s.id and l.cleared_at is null) t on true
	where s.last_good_at is not null and ((d.next_due_at <= at and not s.paused) or t.clear_at <= at)
		and not exists (select 1 from runs r where r.site_id = s.id and r.type = 'drill' and r.status in ('queued', 'running'))
	order by 3, 2
	limit most
$$;
create function open_drills() returns table (organization_id uuid, open integer)
	language sql stable security definer set search_path = public, pg_temp as $$
	select r.organization_id, count(*)::integer from runs r
	where r.type = 'drill' and r.status in ('queued', 'running') group by r.organization_id
$$;
revoke all on function due_drills(timestamptz, integer), open_drills() from public;
grant execute on function due_drills(timestamptz, integer), open_drills() to skyeworx_app;
`;

/** Restore drills: their rules, what they made and must take away again, and how they went. */
export const drills: Migration = { id: 8, name: "drills", sql: `${tables}${isolation}${doors}` };
