import type { Migration } from "./migration.ts";

const tables = `
create table organizations (
	organization_id uuid primary key,
	sealed_name bytea not null,
	sealed_key bytea not null,
	created_at timestamptz not null
);
create table users (
	id uuid primary key,
	organization_id uuid not null references organizations,
	sealed_name bytea not null,
	sealed_email bytea,
	role text not null,
	created_at timestamptz not null
);
create table sign_in_codes (
	code_hash bytea primary key,
	organization_id uuid not null references organizations,
	user_id uuid not null references users,
	expires_at timestamptz not null,
	used_at timestamptz
);
create table sessions (
	id uuid primary key,
	organization_id uuid not null references organizations,
	user_id uuid not null references users,
	token_hash bytea not null unique,
	created_at timestamptz not null,
	expires_at timestamptz not null
);
create table api_keys (
	id uuid primary key,
	organization_id uuid not null references organizations,
	sealed_name bytea not null,
	prefix text not null,
	secret_hash bytea not null unique,
	permissions text[] not null,
	site_ids uuid[],
	created_at timestamptz not null,
	expires_at timestamptz,
	last_used_at timestamptz,
	revoked_at timestamptz
);
create table sites (
	id uuid primary key,
	organization_id uuid not null references organizations,
	sealed_name bytea not null,
	url text not null,
	cloud_id text not null,
	time_zone text not null,
	apps text[] not null,
	paused boolean not null default false,
	promise_seconds integer not null,
	storage jsonb not null,
	vault_id text not null,
	head_seq bigint,
	head_sha256 text,
	last_good_snapshot_id bigint,
	last_good_at timestamptz,
	sealed_facts bytea not null,
	checked_at timestamptz,
	problem_code text,
	sealed_problem bytea,
	created_at timestamptz not null,
	unique (organization_id, cloud_id)
);
create table connections (
	site_id uuid primary key references sites on delete cascade,
	organization_id uuid not null references organizations,
	type text not null,
	address jsonb not null,
	sealed_credential bytea not null,
	updated_at timestamptz not null
);
create table site_keys (
	site_id uuid primary key references sites on delete cascade,
	organization_id uuid not null references organizations,
	sealed_key bytea not null
);
create table runs (
	id uuid primary key,
	organization_id uuid not null references organizations,
	site_id uuid not null references sites on delete cascade,
	type text not null,
	status text not null,
	trigger text not null,
	level text,
	actor_type text not null,
	actor_id text not null,
	sealed_actor_name bytea not null,
	created_at timestamptz not null,
	started_at timestamptz,
	finished_at timestamptz,
	cancel_requested boolean not null default false,
	progress jsonb,
	phases jsonb not null default '[]',
	snapshot_id bigint,
	error_code text,
	sealed_result bytea
);
create index runs_newest on runs (organization_id, created_at desc, id desc);
create index runs_of_site on runs (site_id, created_at desc);
create unique index runs_one_backup_at_a_time on runs (site_id) where type = 'backup' and status in ('queued', 'running');
create table restore_plans (
	id uuid primary key,
	organization_id uuid not null references organizations,
	site_id uuid not null references sites on delete cascade,
	status text not null,
	actor_type text not null,
	actor_id text not null,
	sealed_actor_name bytea not null,
	created_at timestamptz not null,
	expires_at timestamptz not null,
	done integer not null default 0,
	total integer not null default 0,
	sealed_request bytea not null,
	sealed_plan bytea,
	restore_id uuid,
	error_code text,
	sealed_error bytea
);
create table restores (
	id uuid primary key,
	organization_id uuid not null references organizations,
	site_id uuid not null references sites on delete cascade,
	plan_id uuid not null unique references restore_plans,
	status text not null,
	actor_type text not null,
	actor_id text not null,
	sealed_actor_name bytea not null,
	sealed_label bytea not null,
	sealed_reason bytea,
	created_at timestamptz not null,
	started_at timestamptz,
	finished_at timestamptz,
	cancel_requested boolean not null default false,
	done integer not null default 0,
	total integer not null,
	restored integer not null default 0,
	skipped integer not null default 0,
	failed integer not null default 0,
	undone integer not null default 0,
	sealed_undo bytea,
	error_code text,
	sealed_error bytea
);
create index restores_newest on restores (organization_id, created_at desc, id desc);
create table restore_journal (
	restore_id uuid not null references restores on delete cascade,
	seq integer not null,
	organization_id uuid not null references organizations,
	sealed_record bytea not null,
	at timestamptz not null,
	primary key (restore_id, seq)
);
create table idempotency_keys (
	organization_id uuid not null references organizations,
	actor_id text not null,
	key_hash bytea not null,
	request_hash bytea not null,
	status integer,
	sealed_answer bytea,
	created_at timestamptz not null,
	primary key (organization_id, actor_id, key_hash)
);
create table audit_entries (
	organization_id uuid not null references organizations,
	seq bigint not null,
	at timestamptz not null,
	actor_type text not null,
	actor_id text not null,
	sealed_actor_name bytea not null,
	ip text,
	action text not null,
	target_type text,
	target_id text,
	outcome text not null,
	error_code text,
	error_detail text,
	facts jsonb not null,
	request_id text,
	previous_hash bytea not null,
	hash bytea not null,
	primary key (organization_id, seq)
);
create table audit_heads (
	organization_id uuid primary key references organizations,
	seq bigint not null,
	hash bytea not null,
	mac bytea not null
);
`;

const appendOnly = `
create function refuse_change() returns trigger language plpgsql as $$
begin
	raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger audit_entries_append_only before update or delete on audit_entries for each row execute function refuse_change();
create trigger audit_entries_no_truncate before truncate on audit_entries for each statement execute function refuse_change();
`;

const isolated = [
	"organizations",
	"users",
	"sign_in_codes",
	"sessions",
	"api_keys",
	"sites",
	"connections",
	"site_keys",
	"runs",
	"restore_plans",
	"restores",
	"restore_journal",
	"idempotency_keys",
	"audit_entries",
	"audit_heads",
];

const isolation = isolated
	.map(
		(table) => `
alter table ${table} enable row level security;
create policy own_organization on ${table}
	using (organization_id = nullif(current_setting('skyeworx.organization', true), '')::uuid)
	with check (organization_id = nullif(current_setting('skyeworx.organization', true), '')::uuid);
grant select, insert${table === "audit_entries" || table === "restore_journal" ? "" : ", update, delete"} on ${table} to skyeworx_app;`,
	)
	.join("\n");

/** What must be found before it is known whose it is: each answers one row for one secret's hash, and never lists. */
const doors = `
create function find_session(hash bytea) returns table (id uuid, organization_id uuid, user_id uuid, expires_at timestamptz)
	language sql stable security definer set search_path = public, pg_temp as
	$$ select s.id, s.organization_id, s.user_id, s.expires_at from sessions s where s.token_hash = hash $$;
create function find_api_key(hash bytea) returns table (id uuid, organization_id uuid)
	language sql stable security definer set search_path = public, pg_temp as
	$$ select k.id, k.organization_id from api_keys k where k.secret_hash = hash $$;
create function find_sign_in_code(hash bytea) returns table (organization_id uuid, user_id uuid)
	language sql stable security definer set search_path = public, pg_temp as
	$$ select c.organization_id, c.user_id from sign_in_codes c where c.code_hash = hash $$;
create function organization_ids() returns setof uuid
	language sql stable security definer set search_path = public, pg_temp as
	$$ select o.organization_id from organizations o order by o.created_at $$;
revoke all on function find_session(bytea), find_api_key(bytea), find_sign_in_code(bytea), organization_ids() from public;
grant execute on function find_session(bytea), find_api_key(bytea), find_sign_in_code(bytea), organization_ids() to skyeworx_app;
`;

/** The tables of the control plane, each closed to every organization but its own. */
export const foundation: Migration = { id: 1, name: "foundation", sql: `${tables}${appendOnly}${isolation}${doors}` };
