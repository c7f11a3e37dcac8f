import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { AppError, type Clock, type Log } from "@skyeworx/core";

/**
 * Ends a PostgreSQL that a killed server left running on this folder. Nobody else can be using it: the caller holds the
 * data folder's lock.
 * @throws AppError `database-unreachable` when it does not end
 */
export async function stopLeftover(cluster: string, ports: { readonly clock: Clock; readonly log: Log }): Promise<void> {
	const pidFile = join(cluster, "postmaster.pid");
	if (!existsSync(pidFile)) return;
	const pid = Number(readFileSync(pidFile, "utf8").split("\n")[0]);
	if (!isPostgresOf(pid, cluster)) {
		rmSync(pidFile, { force: true });
		return;
	}
	ports.log.warn("ending a PostgreSQL that was left running", { pid });
	process.kill(pid, "SIGINT");
	for (let waited = 0; waited < 200; waited += 1) {
		if (!isPostgresOf(pid, cluster)) return;
		await ports.clock.sleep(50);
	}
	throw new AppError("database-unreachable", `A PostgreSQL left running on the data folder (process ${pid}) does not end`, {
		hint: "End that process and start again.",
	});
}

/** The process may be another one by now that got the same number. */
function isPostgresOf(pid: number, cluster: string): boolean {
	try {
		process.kill(pid, 0);
		const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
		return command.includes("postgres") && command.includes(cluster);
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code;
		// Without /proc (macOS) a living process of that number is taken for it.
		return code === "ENOENT" && process.platform !== "linux";
	}
}
