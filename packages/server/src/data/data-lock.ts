import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AppError, type Clock } from "@skyeworx/core";

export interface DataLock {
	release(): void;
}

/** The open lock files of this process. Held here because a database that nothing refers to is collected, and its lock with it. */
const held = new Set<DatabaseSync>();

/**
 * Takes a data folder for this process. The lock is the kernel's (a file lock that SQLite takes), so it goes with the
 * process however it ends; the file beside it only tells people who has it.
 * @throws AppError `data-folder-busy`
 */
export function lockDataFolder(folder: string, clock: Clock): DataLock {
	mkdirSync(folder, { recursive: true });
	const holder = join(folder, "in-use-by.json");
	const database = new DatabaseSync(join(folder, "in-use.lock"));
	try {
		database.exec("pragma busy_timeout = 0; pragma locking_mode = exclusive; begin exclusive");
	} catch (cause) {
		database.close();
		throw busy(folder, holder, cause);
	}
	held.add(database);
	writeFileSync(holder, `${JSON.stringify({ pid: process.pid, since: clock.now().toISOString() })}\n`);
	return {
		release() {
			rmSync(holder, { force: true });
			held.delete(database);
			database.close();
		},
	};
}

function busy(folder: string, holder: string, cause: unknown): AppError {
	let who = "another process";
	try {
		who = `process ${(JSON.parse(readFileSync(holder, "utf8")) as { pid: number }).pid}`;
	} catch {
		// The other process has not written it yet.
	}
	return new AppError("data-folder-busy", `The data folder ${folder} is in use by ${who}`, {
		cause,
		hint: "Stop the other Skyeworx server, or give this one another folder with --data.",
	});
}
