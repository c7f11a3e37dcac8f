import { AppError } from "@skyeworx/core";
import { Kysely, PostgresDialect, sql, type Transaction } from "kysely";
import pg from "pg";
import type { Tables } from "./tables.ts";

/** The control plane's database, as the role that row-level security binds. */
export type Database = Kysely<Tables>;
/** A transaction that sees one organization. */
export type Scoped = Transaction<Tables>;

const int8 = 20;

/** Numbers stay numbers: sequence numbers and sizes here are far below 2^53. */
const types: pg.CustomTypesConfig = {
	getTypeParser: ((oid: number, format?: "text" | "binary") =>
		oid === int8 && format !== "binary" ? Number : pg.types.getTypeParser(oid, format as "text")) as typeof pg.types.getTypeParser,
};

/** Opens a pool on the database. */
export function openDatabase(url: string, options: { readonly connections: number; readonly onError: (error: Error) => void }): Database {
	const pool = new pg.Pool({ connectionString: url, max: options.connections, types, application_name: "skyeworx" });
	// An idle connection that breaks must not end the process; the next query opens another.
	pool.on("error", options.onError);
	return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/**
 * Runs work in one transaction that sees and writes only the organization's rows.
 * @throws AppError `database-unreachable` when there is no connection to be had
 */
export async function withOrganization<T>(database: Database, organizationId: string, work: (scoped: Scoped) => Promise<T>): Promise<T> {
	try {
		return await database.transaction().execute(async (scoped) => {
			await sql`select set_config('skyeworx.organization', ${organizationId}, true)`.execute(scoped);
			return await work(scoped);
		});
	} catch (error) {
		throw databaseError(error);
	}
}

const connectionCodes = new Set(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EPIPE", "57P01", "57P02", "57P03", "08006", "08001", "53300"]);

/** Tells a database that is away from other errors. */
export function databaseError(error: unknown): unknown {
	const code = (error as { code?: unknown } | null)?.code;
	const message = error instanceof Error ? error.message : "";
	const away = (typeof code === "string" && connectionCodes.has(code)) || message.includes("Connection terminated");
	if (error instanceof AppError || !away) return error;
	return new AppError("database-unreachable", "The database does not answer", {
		cause: error,
		hint: "Look whether PostgreSQL runs; the request may be repeated.",
	});
}

/** Whether a statement broke a uniqueness rule (the named one, when given). */
export function isDuplicate(error: unknown, constraint?: string): boolean {
	const { code, constraint: broken } = (error ?? {}) as { code?: unknown; constraint?: unknown };
	return code === "23505" && (constraint === undefined || broken === constraint);
}
