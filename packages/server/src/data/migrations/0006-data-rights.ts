import type { Migration } from "./migration.ts";

const tables = `
create table deletions (
	organization_id uuid primary key references organizations,
	state text not null check (state in ('asked', 'erasing')),
	actor_type text not null,
	actor_id text not null,
	sealed_actor_name bytea not null,
	sealed_reason bytea,
	asked_at timestamptz not null,
	confirmed_at timestamptz,
	confirmed_by text,
	progress jsonb not null default '{}'
);
alter table deletions enable row level security;
create policy own_organization on deletions
	using (organization_id = nullif(current_setting('skyeworx.organization', true), '')::uuid)
	with check (organization_id = nullif(current_setting('skyeworx.organization', true), '')::uuid);
grant select, insert, update, delete on deletions to skyeworx_app;
create index run_figures_newest on run_figures (organization_id, at);
`;

/** What happened to whole organizations; belongs to none of them, and the application can neither read nor change it. */
const operatorAudit = `
create table operator_audit (
	seq bigint primary key,
	at timestamptz not null,
	action text not null,
	subject text not null,
	facts text not null,
	previous_hash bytea not null,
	hash bytea not null
);
alter table operator_audit enable row level security;
create trigger operator_audit_append_only before update or delete on operator_audit for each row execute function refuse_change();
create trigger operator_audit_no_truncate before truncate on operator_audit for each statement execute function refuse_change();
alter table operator_audit enable always trigger operator_audit_append_only;
alter table operator_audit enable always trigger operator_audit_no_truncate;
create function operator_audit_hash(entry operator_audit) returns bytea language sql immutable as $$
	select sha256(entry.previous_hash || convert_to(concat_ws('|', entry.seq, extract(epoch from entry.at), entry.action, entry.subject, entry.facts), 'UTF8'))
$$;
`;

/** The one exception to append-only: all of an organization that is being erased goes, its log with it. */
const appendOnly = `
create or replace function refuse_change() returns trigger language plpgsql as $$
declare
	owner_id uuid;
begin
	if tg_op = 'DELETE' then
		owner_id := nullif(to_jsonb(old) ->> 'organization_id', '')::uuid;
		if exists (select 1 from public.deletions d where d.organization_id = owner_id and d.state = 'erasing') then
			return old;
		end if;
	end if;
	raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
`;

const doors = `
create function erasing_organizations() returns setof uuid
	language sql stable security definer set search_path = public, pg_temp as
	$$ select d.organization_id from deletions d where d.state = 'erasing' order by d.confirmed_at $$;
create function erase_organization(erased uuid, erased_at timestamptz, certificate text) returns bigint
	language plpgsql security definer set search_path = public, pg_temp as $$
declare
	name text;
	gone bigint;
	total bigint := 0;
	waiting text[];
	kept text[];
	entry operator_audit;
	before bytea;
begin
	perform 1 from deletions d where d.organization_id = erased and d.state = 'erasing' and d.confirmed_at is not null for update;
	if not found then
		raise exception 'no such deletion' using errcode = 'no_data_found';
	end if;
	-- A site that came while the others were erased: its keys are still there, so that nothing may be forgotten yet.
	if exists (
		select 1 from sites s where s.organization_id = erased
			and not exists (select 1 from jsonb_array_elements(certificate::jsonb -> 'sites') e where e ->> 'site' = s.id::text)
	) then
		raise exception 'a site is not erased yet' using errcode = 'object_not_in_prerequisite_state';
	end if;
	execute format('grant delete on audit_entries, audit_checkpoints, audit_keys to %I', current_user);
	select array_agg(c.table_name::text) into waiting from information_schema.columns c
		join information_schema.tables t using (table_schema, table_name)
		where c.table_schema = 'public' and c.column_name = 'organization_id' and t.table_type = 'BASE TABLE'
			and c.table_name not in ('organizations', 'deletions');
	-- Tables refer to each other: what can't go yet goes in the next round.
	while cardinality(waiting) > 0 loop
		kept := '{}';
		foreach name in array waiting loop
			begin
				execute format('delete from %I where organization_id = $1', name) using erased;
				get diagnostics gone = row_count;
				total := total + gone;
			exception when foreign_key_violation then
				kept := kept || name;
			end;
		end loop;
		if cardinality(kept) = cardinality(waiting) then
			raise exception 'tables hold each other: %', kept;
		end if;
		waiting := kept;
	end loop;
	execute format('revoke delete on audit_entries, audit_checkpoints, audit_keys from %I', current_user);
	delete from deletions d where d.organization_id = erased;
	delete from organizations o where o.organization_id = erased;
	perform pg_advisory_xact_lock(hashtextextended('operator-audit', 0));
	select o.seq, o.hash into entry.seq, before from operator_audit o order by o.seq desc limit 1;
	entry.seq := coalesce(entry.seq, 0) + 1;
	entry.at := erased_at;
	entry.action := 'organization.erase';
	entry.subject := erased::text;
	entry.facts := (certificate::jsonb || jsonb_build_object('rows', total))::text;
	entry.previous_hash := coalesce(before, '\\x'::bytea);
	entry.hash := operator_audit_hash(entry);
	insert into operator_audit select entry.*;
	return total;
end $$;
revoke all on function erasing_organizations(), erase_organization(uuid, timestamptz, text), operator_audit_hash(operator_audit) from public;
grant execute on function erasing_organizations(), erase_organization(uuid, timestamptz, text) to skyeworx_app;
`;

/** Deletion of a whole organization, and the operator's own log, which keeps the certificate. */
export const dataRights: Migration = { id: 6, name: "data-rights", sql: `${tables}${operatorAudit}${appendOnly}${doors}` };
