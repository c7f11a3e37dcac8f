import type { Migration } from "./migration.ts";

const tables = `
alter table organizations add column plan text not null default 'enterprise';
create table site_policies (
	site_id uuid primary key references sites on delete cascade,
	organization_id uuid not null references organizations,
	policy jsonb not null,
	next_due_at timestamptz not null,
	sent_at timestamptz
);
create index site_policies_due on site_policies (next_due_at);
create table run_figures (
	run_id uuid primary key references runs on delete cascade,
	organization_id uuid not null references organizations,
	site_id uuid not null references sites on delete cascade,
	at timestamptz not null,
	status text not null,
	items integer not null,
	created integer not null,
	changed integer not null,
	deleted integer not null,
	opaque integer not null,
	bytes_added bigint not null,
	stored_bytes bigint not null,
	requests integer not null,
	points double precision not null,
	seconds double precision not null
);
create index run_figures_of_site on run_figures (site_id, at desc);
create table anomalies (
	id uuid primary key,
	organization_id uuid not null references organizations,
	site_id uuid not null references sites on delete cascade,
	run_id uuid not null references runs on delete cascade,
	at timestamptz not null,
	code text not null,
	measured double precision not null,
	usual double precision not null
);
create index anomalies_newest on anomalies (organization_id, at desc);
create table notice_targets (
	id uuid primary key,
	organization_id uuid not null references organizations,
	type text not null,
	sealed_target bytea not null,
	rules text[] not null,
	digest_hour integer,
	digest_sent_at timestamptz,
	created_at timestamptz not null
);
create table notices (
	id uuid primary key,
	organization_id uuid not null references organizations,
	site_id uuid references sites on delete cascade,
	rule text not null,
	subject text not null,
	sealed_body bytea not null,
	raised_at timestamptz not null,
	cleared_at timestamptz
);
create index notices_newest on notices (organization_id, raised_at desc);
create unique index notices_one_open on notices (organization_id, rule, subject) where cleared_at is null;
create table notice_deliveries (
	id uuid primary key,
	organization_id uuid not null references organizations,
	notice_id uuid references notices on delete cascade,
	target_id uuid not null references notice_targets on delete cascade,
	status text not null,
	attempts integer not null default 0,
	error_code text,
	created_at timestamptz not null,
	ended_at timestamptz
);
create index notice_deliveries_newest on notice_deliveries (organization_id, created_at desc);
`;

const isolated = ["site_policies", "run_figures", "anomalies", "notice_targets", "notices", "notice_deliveries"];

const isolation = isolated
	.map(
		(table) => `
alter table ${table} enable row level security;
create policy own_organization on ${table}
	using (organization_id = nullif(current_setting('skyeworx.organization', true), '')::uuid)
	with check (organization_id = nullif(current_setting('skyeworx.organization', true), '')::uuid);
grant select, insert, update, delete on ${table} to skyeworx_app;`,
	)
	.join("\n");

/** What Atlassian allows is counted over all organizations; the application reaches it through the doors below alone. */
const budgets = `
create table api_budgets (
	id text primary key,
	window_at timestamptz not null,
	used double precision not null,
	held_until timestamptz
);
alter table api_budgets enable row level security;
create function take_api_budget(budget text, at timestamptz, window_seconds double precision, wanted double precision, most double precision)
	returns table (granted double precision, again_at timestamptz)
	language plpgsql security definer set search_path = public, pg_temp as $$
declare
	this_window timestamptz := to_timestamp(floor(extract(epoch from at) / window_seconds) * window_seconds);
	kept api_budgets;
	free double precision;
begin
	insert into api_budgets (id, window_at, used) values (budget, this_window, 0) on conflict (id) do nothing;
	select * into kept from api_budgets b where b.id = budget for update;
	if kept.window_at < this_window then
		kept.window_at := this_window;
		kept.used := 0;
	end if;
	if kept.held_until is not null and kept.held_until > at then
		return query select 0::double precision, kept.held_until;
		return;
	end if;
	free := greatest(0, most - kept.used);
	granted := least(wanted, free);
	update api_budgets b set window_at = kept.window_at, used = kept.used + granted, held_until = null where b.id = budget;
	again_at := case when granted > 0 then at else kept.window_at + make_interval(secs => window_seconds) end;
	return next;
end $$;
create function settle_api_budget(budget text, at timestamptz, window_seconds double precision, difference double precision)
	returns void language sql security definer set search_path = public, pg_temp as $$
	update api_budgets b set used = greatest(0, b.used + difference)
	where b.id = budget and b.window_at = to_timestamp(floor(extract(epoch from at) / window_seconds) * window_seconds)
$$;
create function hold_api_budget(budget text, at timestamptz, until timestamptz)
	returns void language sql security definer set search_path = public, pg_temp as $$
	insert into api_budgets as b (id, window_at, used, held_until) values (budget, at, 0, until)
	on conflict (id) do update set held_until = greatest(b.held_until, excluded.held_until)
$$;
create function read_api_budget(budget text)
	returns table (window_at timestamptz, used double precision, held_until timestamptz)
	language sql stable security definer set search_path = public, pg_temp as
	$$ select b.window_at, b.used, b.held_until from api_budgets b where b.id = budget $$;
`;

/** Work that goes over all organizations sees ids and times, and nothing else. */
const doors = `
create function due_sites(at timestamptz, most integer)
	returns table (
		organization_id uuid, site_id uuid, due_at timestamptz, last_good_at timestamptz, promise_seconds integer,
		connection_type text, expected_points double precision
	)
	language sql stable security definer set search_path = public, pg_temp as $$
	select s.organization_id, s.id, coalesce(p.next_due_at, s.created_at), s.last_good_at, s.promise_seconds, c.type,
		coalesce((select f.points from run_figures f where f.site_id = s.id order by f.at desc limit 1), 0)
	from sites s
	join connections c on c.site_id = s.id
	left join site_policies p on p.site_id = s.id
	where not s.paused and coalesce(p.next_due_at, s.created_at) <= at
		and not exists (select 1 from runs r where r.site_id = s.id and r.type = 'backup' and r.status in ('queued', 'running'))
	order by 3, 2
	limit most
$$;
create function scheduled_runs() returns table (organization_id uuid, open integer)
	language sql stable security definer set search_path = public, pg_temp as $$
	select r.organization_id, count(*)::integer from runs r
	where r.trigger = 'schedule' and r.type = 'backup' and r.status in ('queued', 'running')
	group by r.organization_id
$$;
create function open_jobs(created_before timestamptz)
	returns table (organization_id uuid, site_id uuid, type text, id uuid)
	language sql stable security definer set search_path = public, pg_temp as $$
	select r.organization_id, r.site_id, r.type, r.id from runs r where r.status in ('queued', 'running') and r.created_at < created_before
	union all
	select r.organization_id, r.site_id, case when r.status = 'undoing' then 'undo' else 'restore' end, r.id
	from restores r where r.status in ('queued', 'running', 'undoing') and r.created_at < created_before
$$;
create function purge_expired(at timestamptz) returns integer
	language plpgsql security definer set search_path = public, pg_temp as $$
declare
	gone integer := 0;
	removed integer;
begin
	delete from sessions where expires_at < at;
	get diagnostics removed = row_count;
	gone := gone + removed;
	delete from sign_in_codes where expires_at < at;
	get diagnostics removed = row_count;
	gone := gone + removed;
	delete from idempotency_keys where created_at < at - interval '25 hours';
	get diagnostics removed = row_count;
	return gone + removed;
end $$;
create function fleet_figures(at timestamptz)
	returns table (sites integer, paused integer, late integer, queued integer, running integer, oldest_queued_seconds double precision)
	language sql stable security definer set search_path = public, pg_temp as $$
	select
		(select count(*)::integer from sites),
		(select count(*)::integer from sites s where s.paused),
		(select count(*)::integer from sites s where not s.paused
			and coalesce(s.last_good_at, s.created_at) + make_interval(secs => s.promise_seconds) < at),
		(select count(*)::integer from runs r where r.status = 'queued'),
		(select count(*)::integer from runs r where r.status = 'running'),
		coalesce((select extract(epoch from at - min(r.created_at)) from runs r where r.status = 'queued'), 0)::double precision
$$;
`;

const functions = [
	"take_api_budget(text, timestamptz, double precision, double precision, double precision)",
	"settle_api_budget(text, timestamptz, double precision, double precision)",
	"hold_api_budget(text, timestamptz, timestamptz)",
	"read_api_budget(text)",
	"due_sites(timestamptz, integer)",
	"scheduled_runs()",
	"open_jobs(timestamptz)",
	"purge_expired(timestamptz)",
	"fleet_figures(timestamptz)",
].join(", ");

const grants = `
revoke all on function ${functions} from public;
grant execute on function ${functions} to skyeworx_app;
`;

/** Policies, figures, notices, and what is counted over all organizations. */
export const operations: Migration = { id: 2, name: "operations", sql: `${tables}${isolation}${budgets}${doors}${grants}` };
