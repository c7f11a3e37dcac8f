import type { Migration } from "./migration.ts";

const people = `
create table roles (
	id uuid primary key,
	organization_id uuid not null references organizations,
	sealed_name bytea not null,
	permissions text[] not null,
	created_at timestamptz not null
);
alter table organizations add column approvals text[] not null default '{}';
alter table users
	add column role_id uuid references roles,
	add column site_ids uuid[],
	add column spaces text[],
	add column role_from text not null default 'given',
	add column active boolean not null default true,
	add column entra_id text,
	add column external_id text,
	add column user_name_digest bytea,
	add column sealed_profile bytea,
	add column updated_at timestamptz,
	add column last_sign_in_at timestamptz;
create unique index users_by_entra_id on users (organization_id, entra_id);
create unique index users_by_user_name on users (organization_id, user_name_digest);
create table invitations (
	id uuid primary key,
	organization_id uuid not null references organizations,
	token_hash bytea not null unique,
	sealed_name bytea not null,
	sealed_email bytea not null,
	role text not null,
	role_id uuid references roles,
	site_ids uuid[],
	spaces text[],
	created_by text not null,
	created_at timestamptz not null,
	expires_at timestamptz not null,
	accepted_at timestamptz,
	revoked_at timestamptz
);
alter table api_keys
	add column spaces text[],
	add column addresses text[],
	add column created_by text;
alter table restore_plans add column space_names text[];
alter table restores add column space_names text[];
create table approvals (
	id uuid primary key,
	organization_id uuid not null references organizations,
	deed text not null,
	permission text not null,
	target_type text not null,
	target_id text not null,
	site_id uuid references sites on delete cascade,
	space_names text[],
	sealed_label bytea not null,
	sealed_reason bytea,
	actor_type text not null,
	actor_id text not null,
	sealed_actor_name bytea not null,
	behind text,
	status text not null,
	created_at timestamptz not null,
	expires_at timestamptz not null,
	decided_at timestamptz,
	decided_by text,
	sealed_decider_name bytea
);
create index approvals_newest on approvals (organization_id, created_at desc, id desc);
`;

const signIn = `
alter table sessions
	add column previous_token_hash bytea unique,
	add column rotated_at timestamptz,
	add column last_seen_at timestamptz,
	add column method text,
	add column ip text,
	add column sealed_agent bytea;
create table identity_settings (
	organization_id uuid primary key references organizations,
	tenant_id text unique,
	group_roles jsonb not null default '[]',
	default_role text,
	updated_at timestamptz not null
);
create table passkeys (
	id uuid primary key,
	organization_id uuid not null references organizations,
	user_id uuid not null references users on delete cascade,
	credential_id bytea not null unique,
	public_key bytea not null,
	counter bigint not null,
	transports text[] not null,
	sealed_name bytea not null,
	created_at timestamptz not null,
	last_used_at timestamptz
);
create table sign_in_attempts (
	hash bytea primary key,
	expires_at timestamptz not null
);
alter table sign_in_attempts enable row level security;
create table scim_tokens (
	id uuid primary key,
	organization_id uuid not null references organizations,
	token_hash bytea not null unique,
	prefix text not null,
	created_at timestamptz not null,
	last_used_at timestamptz,
	revoked_at timestamptz
);
create table scim_groups (
	id uuid primary key,
	organization_id uuid not null references organizations,
	external_id text,
	name_digest bytea not null,
	sealed_name bytea not null,
	created_at timestamptz not null,
	updated_at timestamptz not null,
	unique (organization_id, name_digest)
);
create table scim_group_members (
	group_id uuid not null references scim_groups on delete cascade,
	user_id uuid not null references users on delete cascade,
	organization_id uuid not null references organizations,
	primary key (group_id, user_id)
);
create index scim_groups_of_user on scim_group_members (user_id);
`;

/** Old entries (format 1) keep their hash; new ones cover names and reasons by a digest that anyone can compute again from an export. */
const audit = `
alter table audit_entries
	add column format smallint not null default 1,
	add column sealed_private bytea,
	add column private_digest bytea;
alter table audit_entries enable always trigger audit_entries_append_only;
alter table audit_entries enable always trigger audit_entries_no_truncate;
create index audit_by_action on audit_entries (organization_id, action, seq desc);
create index audit_by_actor on audit_entries (organization_id, actor_id, seq desc);
create index audit_by_target on audit_entries (organization_id, target_id, seq desc);
create index audit_by_outcome on audit_entries (organization_id, outcome, seq desc);
create index audit_by_time on audit_entries (organization_id, at);
create table audit_keys (
	organization_id uuid primary key references organizations,
	public_key bytea not null,
	sealed_private_key bytea not null,
	created_at timestamptz not null
);
create table audit_checkpoints (
	organization_id uuid not null references organizations,
	seq bigint not null,
	hash bytea not null,
	at timestamptz not null,
	signature bytea not null,
	primary key (organization_id, seq)
);
create trigger audit_checkpoints_append_only before update or delete on audit_checkpoints for each row execute function refuse_change();
create trigger audit_checkpoints_no_truncate before truncate on audit_checkpoints for each statement execute function refuse_change();
alter table audit_checkpoints enable always trigger audit_checkpoints_append_only;
alter table audit_checkpoints enable always trigger audit_checkpoints_no_truncate;
create trigger audit_keys_append_only before update or delete on audit_keys for each row execute function refuse_change();
alter table audit_keys enable always trigger audit_keys_append_only;
do $$ begin
	execute format('revoke update, delete, truncate on audit_entries, audit_checkpoints, audit_keys from %I', current_user);
end $$;
`;

const appendOnly = new Set(["audit_keys", "audit_checkpoints"]);
const isolated = [
	"roles",
	"invitations",
	"approvals",
	"identity_settings",
	"passkeys",
	"scim_tokens",
	"scim_groups",
	"scim_group_members",
	"audit_keys",
	"audit_checkpoints",
];

const isolation = isolated
	.map(
		(table) => `
alter table ${table} enable row level security;
create policy own_organization on ${table}
	using (organization_id = nullif(current_setting('skyeworx.organization', true), '')::uuid)
	with check (organization_id = nullif(current_setting('skyeworx.organization', true), '')::uuid);
grant select, insert${appendOnly.has(table) ? "" : ", update, delete"} on ${table} to skyeworx_app;`,
	)
	.join("\n");

/** What must be found before it is known whose it is: one row for one secret or one id, and never a list. */
const doors = `
create function find_session_token(hash bytea) returns table (id uuid, organization_id uuid, user_id uuid, is_previous boolean)
	language sql stable security definer set search_path = public, pg_temp as
	$$ select s.id, s.organization_id, s.user_id, s.token_hash <> hash from sessions s where s.token_hash = hash or s.previous_token_hash = hash $$;
create function find_invitation(hash bytea) returns table (id uuid, organization_id uuid)
	language sql stable security definer set search_path = public, pg_temp as
	$$ select i.id, i.organization_id from invitations i where i.token_hash = hash $$;
create function find_passkey(credential bytea) returns table (id uuid, organization_id uuid, user_id uuid)
	language sql stable security definer set search_path = public, pg_temp as
	$$ select p.id, p.organization_id, p.user_id from passkeys p where p.credential_id = credential $$;
create function find_tenant(tenant text) returns table (organization_id uuid)
	language sql stable security definer set search_path = public, pg_temp as
	$$ select i.organization_id from identity_settings i where i.tenant_id = tenant $$;
create function find_scim_token(hash bytea) returns table (id uuid, organization_id uuid)
	language sql stable security definer set search_path = public, pg_temp as
	$$ select t.id, t.organization_id from scim_tokens t where t.token_hash = hash $$;
create function open_sign_in_attempt(attempt bytea, expires timestamptz, present timestamptz) returns void
	language sql volatile security definer set search_path = public, pg_temp as $$
		delete from sign_in_attempts a where a.expires_at < present;
		insert into sign_in_attempts (hash, expires_at) values (attempt, expires);
	$$;
create function use_sign_in_attempt(attempt bytea, present timestamptz) returns boolean
	language sql volatile security definer set search_path = public, pg_temp as $$
		with used as (delete from sign_in_attempts a where a.hash = attempt returning a.expires_at)
		select coalesce((select u.expires_at > present from used u), false);
	$$;
revoke all on function find_session_token(bytea), find_invitation(bytea), find_passkey(bytea), find_tenant(text), find_scim_token(bytea),
	open_sign_in_attempt(bytea, timestamptz, timestamptz), use_sign_in_attempt(bytea, timestamptz) from public;
grant execute on function find_session_token(bytea), find_invitation(bytea), find_passkey(bytea), find_tenant(text), find_scim_token(bytea),
	open_sign_in_attempt(bytea, timestamptz, timestamptz), use_sign_in_attempt(bytea, timestamptz) to skyeworx_app;
`;

/** Members, roles, invitations, sign-in, SCIM, approvals, and the audit log's signatures. */
export const access: Migration = { id: 3, name: "access", sql: `${people}${signIn}${audit}${isolation}${doors}` };
