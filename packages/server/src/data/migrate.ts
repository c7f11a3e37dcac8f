import { createHash } from "node:crypto";
import { AppError, type Log } from "@skyeworx/core";
import { Client } from "pg";
import { foundation } from "./migrations/0001-foundation.ts";
import { operations } from "./migrations/0002-operations.ts";
import { access } from "./migrations/0003-access.ts";
import { storage } from "./migrations/0004-storage.ts";
import { upkeep } from "./migrations/0005-upkeep.ts";
import { dataRights } from "./migrations/0006-data-rights.ts";
import { openRuns } from "./migrations/0007-open-runs.ts";
import { drills } from "./migrations/0008-drills.ts";
import { operatorPlan } from "./migrations/0009-operator-plan.ts";
import { dailyFigures } from "./migrations/0012-daily-figures.ts";
import { setup } from "./migrations/0013-setup.ts";
import type { Migration } from "./migrations/migration.ts";

const migrations: readonly Migration[] = [
	foundation,
	operations,
	access,
	storage,
	upkeep,
	dataRights,
	openRuns,
	drills,
	operatorPlan,
	dailyFigures,
	setup,
];

/** Held while migrating, so that two servers starting at once do it once. */
const advisoryLock = 0x5c7e_0001;

export interface MigrateOptions {
	/** As the database's owner. */
	readonly ownerUrl: string;
	/** Password of the role that all requests use. */
	readonly appPassword: string;
	readonly log: Log;
}

/**
 * Brings the database to this program's shape, forward only, each step in a transaction of its own.
 * @throws AppError `database-unreachable`; `conflict` when the database was made by a newer program or a step differs
 */
export async function migrate(options: MigrateOptions): Promise<void> {
	const client = new Client({ connectionString: options.ownerUrl });
	await client.connect().catch((cause: unknown) => {
		throw new AppError("database-unreachable", "The database does not accept the connection", {
			cause,
			hint: "Look whether it runs and whether the address, user and password are right.",
		});
	});
	try {
		await client.query("select pg_advisory_lock($1)", [advisoryLock]);
		await prepareRole(client, options.appPassword);
		await client.query(
			"create table if not exists schema_migrations (id integer primary key, name text not null, sha256 text not null, applied_at timestamptz not null default now())",
		);
		const { rows } = await client.query<{ id: number; sha256: string }>("select id, sha256 from schema_migrations order by id");
		const applied = new Map(rows.map((row) => [row.id, row.sha256]));
		refuseStrangers(applied);
		for (const migration of migrations) if (!applied.has(migration.id)) await apply(client, migration, options.log);
	} finally {
		await client.end();
	}
}

async function prepareRole(client: Client, password: string): Promise<void> {
	const { rowCount } = await client.query("select 1 from pg_roles where rolname = 'skyeworx_app'");
	if (rowCount === 0) await client.query("create role skyeworx_app nologin nosuperuser nobypassrls nocreatedb nocreaterole");
	// Roles can't take parameters; the password is hex.
	if (!/^[0-9a-f]{32,}$/.test(password)) throw new Error("the application role's password must be hex");
	await client.query(`alter role skyeworx_app login nosuperuser nobypassrls password '${password}'`);
	await client.query("grant usage on schema public to skyeworx_app");
}

function refuseStrangers(applied: ReadonlyMap<number, string>): void {
	for (const [id, sha256] of applied) {
		const known = migrations.find((migration) => migration.id === id);
		if (known !== undefined && digest(known) === sha256) continue;
		throw new AppError(
			"conflict",
			`The database holds step ${id}, which this program ${known === undefined ? "does not know" : "knows otherwise"}`,
			{
				hint: "Start the version of Skyeworx that last used this data, or a newer one.",
			},
		);
	}
}

async function apply(client: Client, migration: Migration, log: Log): Promise<void> {
	await client.query("begin");
	try {
		await client.query(migration.sql);
		await client.query("insert into schema_migrations (id, name, sha256) values ($1, $2, $3)", [
			migration.id,
			migration.name,
			digest(migration),
		]);
		await client.query("commit");
	} catch (error) {
		await client.query("rollback");
		throw error;
	}
	log.info("database migrated", { step: migration.id, name: migration.name });
}

function digest(migration: Migration): string {
	return createHash("sha256").update(migration.sql).digest("hex");
}
