import type { Migration } from "./migration.ts";

const tables = `
create table site_grants (
	id uuid primary key,
	organization_id uuid not null references organizations,
	user_id uuid not null references users on delete cascade,
	sealed_grant bytea not null,
	granted boolean not null default false,
	used_at timestamptz,
	expires_at timestamptz not null
);
create index site_grants_old on site_grants (organization_id, expires_at);
create table site_setups (
	site_id uuid primary key references sites on delete cascade,
	organization_id uuid not null references organizations,
	looked_at timestamptz,
	finished_at timestamptz
);
`;

const isolation = ["site_grants", "site_setups"]
	.map(
		(table) => `
alter table ${table} enable row level security;
create policy own_organization on ${table}
	using (organization_id = nullif(current_setting('skyeworx.organization', true), '')::uuid)
	with check (organization_id = nullif(current_setting('skyeworx.organization', true), '')::uuid);
grant select, insert, update, delete on ${table} to skyeworx_app;`,
	)
	.join("\n");

/** Grants on their way from Atlassian to a site, and how far the set-up of sites has come. */
export const setup: Migration = { id: 13, name: "setup", sql: `${tables}${isolation}` };
