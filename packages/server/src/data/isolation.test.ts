import { systemRandom } from "@skyeworx/core";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordAudit } from "../audit/record.ts";
import { deriveKey } from "../keys/seal.ts";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";

const server = new TestServer();
let first: TestOrganization;
let second: TestOrganization;
let owner: Client;
let app: Client;

beforeAll(async () => {
	await server.start();
	first = await server.organization("First");
	second = await server.organization("Second");
	server.site.pages.set("1", { title: "Plan", body: "secret plan" });
	for (const organization of [first, second]) {
		const siteId = await server.connect(organization);
		await server.backUp(organization.client, siteId);
		await organization.client.createApiKey({ body: { name: "other", permissions: ["status.see"] } });
	}
	owner = new Client({ connectionString: server.ownerUrl });
	const url = new URL(server.ownerUrl);
	url.username = "skyeworx_app";
	url.password = Buffer.from(deriveKey(server.masterKey, "database-role")).toString("hex");
	app = new Client({ connectionString: url.href });
	await owner.connect();
	await app.connect();
});

afterAll(async () => {
	await owner?.end();
	await app?.end();
	await server.close();
});

async function organizationTables(): Promise<string[]> {
	const { rows } = await owner.query<{ table_name: string }>(
		"select table_name from information_schema.columns where table_schema = 'public' and column_name = 'organization_id' order by 1",
	);
	return rows.map((row) => row.table_name);
}

describe("the database keeps organizations apart", () => {
	it("has row-level security on every table that belongs to an organization, and on no table a hole", async () => {
		const tables = await organizationTables();
		expect(tables.length).toBeGreaterThanOrEqual(15);
		const { rows } = await owner.query<{ relname: string; relrowsecurity: boolean }>(
			"select relname, relrowsecurity from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
		);
		for (const row of rows) expect(row.relrowsecurity, row.relname).toBe(row.relname !== "schema_migrations");
		const grants = await owner.query<{ table_name: string }>(
			"select distinct table_name from information_schema.role_table_grants where grantee = 'skyeworx_app'",
		);
		expect(grants.rows.map((row) => row.table_name).sort()).toEqual(tables.sort());
	});

	it("gives the application a role that can't get around it", async () => {
		const { rows } = await owner.query(
			"select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = 'skyeworx_app'",
		);
		expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false }]);
		const owned = await owner.query("select 1 from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = 'skyeworx_app'");
		expect(owned.rowCount).toBe(0);
		await expect(app.query("alter table sites disable row level security")).rejects.toThrow(/must be owner/);
		await expect(app.query("set role postgres")).rejects.toThrow(/permission denied/);
		await expect(app.query("select * from jobs.job")).rejects.toThrow(/permission denied/);
	});

	it("shows nothing without an organization, and with one nothing of another", async () => {
		for (const table of await organizationTables()) {
			const all = await owner.query<{ organization_id: string }>(`select distinct organization_id from ${table}`);
			expect((await app.query(`select 1 from ${table}`)).rowCount, table).toBe(0);
			await app.query("begin");
			await app.query("select set_config('skyeworx.organization', $1, true)", [first.organizationId]);
			const seen = await app.query<{ organization_id: string }>(`select distinct organization_id from ${table}`);
			await app.query("commit");
			const expected = all.rows.some((row) => row.organization_id === first.organizationId)
				? [{ organization_id: first.organizationId }]
				: [];
			expect(seen.rows, table).toEqual(expected);
			expect((await app.query(`select 1 from ${table}`)).rowCount, `${table} after the transaction`).toBe(0);
		}
	});

	it("refuses to write for another organization, or to move a row to it", async () => {
		const asFirst = async (statement: string, values: unknown[]) => {
			await app.query("begin");
			await app.query("select set_config('skyeworx.organization', $1, true)", [first.organizationId]);
			try {
				return await app.query(statement, values);
			} finally {
				await app.query("rollback");
			}
		};
		const row = [systemRandom.uuid(), second.organizationId];
		const insert = "insert into users (id, organization_id, sealed_name, role, created_at) values ($1, $2, '', 'owner', now())";
		await expect(asFirst(insert, row)).rejects.toThrow(/row-level security/);
		await expect(asFirst("update sites set organization_id = $1", [second.organizationId])).rejects.toThrow(/row-level security/);
		expect((await asFirst("update sites set paused = true where organization_id = $1", [second.organizationId])).rowCount).toBe(0);
		expect((await asFirst("delete from sites where organization_id = $1", [second.organizationId])).rowCount).toBe(0);
	});

	it("lets nobody change or delete an audit entry", async () => {
		const actor = { type: "system" as const, id: "test", name: "Test" };
		await recordAudit(server.platform, { organizationId: first.organizationId, actor, action: "test", outcome: "success" });
		await app.query("begin");
		await app.query("select set_config('skyeworx.organization', $1, true)", [first.organizationId]);
		await expect(app.query("update audit_entries set action = 'x'")).rejects.toThrow(/permission denied/);
		await app.query("rollback");
		for (const statement of ["update audit_entries set action = 'x'", "delete from audit_entries", "truncate audit_entries"]) {
			await expect(owner.query(statement), statement).rejects.toThrow(/append-only/);
		}
	});

	it("holds no title, text, name, token or key in the clear", async () => {
		const { rows } = await owner.query<{ schema: string; name: string }>(
			"select table_schema as schema, table_name as name from information_schema.tables where table_schema in ('public', 'jobs') and table_type = 'BASE TABLE'",
		);
		const secrets = ["secret plan", "Plan", "secret-token", "mira@example.com", "Mira Falk", "Owner of First", first.apiKey, "Test site"];
		for (const { schema, name } of rows) {
			const { rows: content } = await owner.query<{ line: string }>(`select t::text as line from ${schema}."${name}" t`);
			for (const { line } of content) {
				for (const secret of secrets) {
					expect(line.includes(secret), `${secret} in ${name}`).toBe(false);
					expect(line.includes(Buffer.from(secret).toString("hex")), `${secret} as bytes in ${name}`).toBe(false);
				}
			}
		}
	});
});
