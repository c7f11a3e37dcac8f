import type { Migration } from "./migration.ts";

const tables = `
create table site_upkeep (
	site_id uuid primary key references sites on delete cascade,
	organization_id uuid not null references organizations,
	rules jsonb not null default '{}',
	rules_version integer not null default 0,
	sealed_hold bytea,
	held_at timestamptz,
	verify_days integer not null default 30,
	next_due_at timestamptz,
	verified_at timestamptz,
	verified_level text,
	structure_at timestamptz,
	pass_began_at timestamptz,
	pass_packs integer not null default 0,
	whole_since timestamptz,
	damaged integer not null default 0,
	damaged_at timestamptz,
	sealed_damage bytea
);
create index site_upkeep_due on site_upkeep (next_due_at);
create unique index runs_one_upkeep_at_a_time on runs (site_id) where type = 'upkeep' and status in ('queued', 'running');
create table connection_watch (
	site_id uuid primary key references sites on delete cascade,
	organization_id uuid not null references organizations,
	looked_at timestamptz not null,
	next_look_at timestamptz not null,
	warnings text[] not null default '{}',
	sealed_seen bytea not null
);
alter table connections add column expires_at timestamptz;
create table session_tokens (
	token_hash bytea primary key,
	organization_id uuid not null references organizations,
	session_id uuid not null references sessions on delete cascade
);
create index session_tokens_of_session on session_tokens (session_id);
`;

const isolated = ["site_upkeep", "connection_watch", "session_tokens"];

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

/** Work that goes over all organizations sees ids and times, and nothing else. */
const doors = `
create function due_upkeep(at timestamptz, most integer)
	returns table (organization_id uuid, site_id uuid, due_at timestamptz)
	language sql stable security definer set search_path = public, pg_temp as $$
	select s.organization_id, s.id, coalesce(u.next_due_at, s.created_at + interval '1 day')
	from sites s left join site_upkeep u on u.site_id = s.id
	where s.last_good_at is not null and coalesce(u.next_due_at, s.created_at + interval '1 day') <= at
		and not exists (select 1 from runs r where r.site_id = s.id and r.type = 'upkeep' and r.status in ('queued', 'running'))
	order by 3, 2
	limit most
$$;
create function open_upkeep() returns table (organization_id uuid, open integer)
	language sql stable security definer set search_path = public, pg_temp as $$
	select r.organization_id, count(*)::integer from runs r
	where r.type = 'upkeep' and r.status in ('queued', 'running') group by r.organization_id
$$;
create function due_looks(at timestamptz, most integer) returns table (organization_id uuid, site_id uuid)
	language sql stable security definer set search_path = public, pg_temp as $$
	select s.organization_id, s.id from sites s left join connection_watch w on w.site_id = s.id
	where not s.paused and coalesce(w.next_look_at, s.created_at) <= at
	order by coalesce(w.next_look_at, s.created_at), s.id
	limit most
$$;
`;

/** A token that was rotated away, however long ago, still leads to its session: whoever brings it has copied it. */
const tokens = `
create or replace function find_session_token(hash bytea) returns table (id uuid, organization_id uuid, user_id uuid, is_previous boolean)
	language sql stable security definer set search_path = public, pg_temp as $$
	select s.id, s.organization_id, s.user_id, s.token_hash <> hash from sessions s where s.token_hash = hash or s.previous_token_hash = hash
	union
	select s.id, s.organization_id, s.user_id, true from session_tokens t join sessions s on s.id = t.session_id where t.token_hash = hash
	limit 1
$$;
`;

/** Requests are counted where Atlassian's budgets are; what was counted for a minute is worth nothing an hour later. */
const counts = `
create index api_budgets_of_requests on api_budgets (window_at) where id like 'requests/%';
create or replace function purge_expired(at timestamptz) returns integer
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
	delete from api_budgets b where b.id like 'requests/%' and b.window_at < at - interval '1 hour';
	get diagnostics removed = row_count;
	gone := gone + removed;
	delete from idempotency_keys where created_at < at - interval '25 hours';
	get diagnostics removed = row_count;
	return gone + removed;
end $$;
`;

const functions = ["due_upkeep(timestamptz, integer)", "open_upkeep()", "due_looks(timestamptz, integer)"].join(", ");

const grants = `
revoke all on function ${functions} from public;
grant execute on function ${functions} to skyeworx_app;
`;

/** Retention, the upkeep of vaults, the watch over credentials, and the tokens that sessions have left behind. */
export const upkeep: Migration = { id: 5, name: "upkeep", sql: `${tables}${isolation}${doors}${tokens}${counts}${grants}` };
