import type { Migration } from "./migration.ts";

const tables = `
create table stores (
	id uuid primary key,
	organization_id uuid not null references organizations,
	place jsonb not null,
	sealed_secret bytea,
	created_at timestamptz not null
);
create table key_services (
	id uuid primary key,
	organization_id uuid not null references organizations,
	key jsonb not null,
	sealed_secret bytea,
	created_at timestamptz not null
);
create table storage_choices (
	organization_id uuid primary key default nullif(current_setting('skyeworx.organization', true), '')::uuid references organizations,
	external_id text not null unique default 'skyeworx-' || gen_random_uuid()::text,
	store_id uuid references stores,
	key_service_id uuid references key_services
);
alter table site_keys
	alter column sealed_key drop not null,
	add column key_service_id uuid references key_services,
	add column sealed_kit_check bytea,
	add column kit_proven_at timestamptz,
	add constraint site_keys_one_way check ((sealed_key is null) <> (key_service_id is null));
create table vault_moves (
	run_id uuid primary key references runs on delete cascade,
	organization_id uuid not null references organizations,
	site_id uuid not null references sites on delete cascade,
	old_storage jsonb not null,
	new_storage jsonb not null,
	switched_at timestamptz,
	removed_at timestamptz
);
create index vault_moves_of_site on vault_moves (site_id);
create unique index runs_one_move_at_a_time on runs (site_id) where type = 'move' and status in ('queued', 'running');
`;

/** What the roles of the customers' accounts ask for: somebody who could choose it would be let into another customer's account. */
const fixedExternalId = `
create function keep_external_id() returns trigger language plpgsql as $$
begin
	raise exception 'the external id of an organization never changes';
end $$;
create trigger storage_choices_external_id before update on storage_choices for each row
	when (old.external_id is distinct from new.external_id) execute function keep_external_id();
`;

const isolation = ["stores", "key_services", "storage_choices", "vault_moves"]
	.map(
		(table) => `
alter table ${table} enable row level security;
create policy own_organization on ${table}
	using (organization_id = nullif(current_setting('skyeworx.organization', true), '')::uuid)
	with check (organization_id = nullif(current_setting('skyeworx.organization', true), '')::uuid);
grant select, insert, update, delete on ${table} to skyeworx_app;`,
	)
	.join("\n");

/** Stores and key services of organizations, and the moves of vaults between them. */
export const storage: Migration = { id: 4, name: "storage", sql: `${tables}${fixedExternalId}${isolation}` };
