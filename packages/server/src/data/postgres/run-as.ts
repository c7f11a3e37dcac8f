import { spawnSync } from "node:child_process";
import { chownSync, existsSync } from "node:fs";
import { AppError } from "@skyeworx/core";

/** How to start PostgreSQL's programs: it refuses to run as root. */
export interface RunAs {
	/** Wraps a command line. */
	command(program: string, args: readonly string[]): { readonly program: string; readonly args: readonly string[] };
	/** Gives a file or folder to the user that the programs run as. */
	own(path: string): void;
}

const setpriv = "/usr/bin/setpriv";

/**
 * As an ordinary user: as we are. As root: as `postgres` or `nobody`, keeping only the capability to reach a folder below
 * a private one (`/root`).
 * @throws AppError `database-unreachable` when root has no way to step down
 */
export function runAs(): RunAs {
	const isRoot = process.platform !== "win32" && process.getuid?.() === 0;
	const canSetpriv = existsSync(setpriv);
	if (!isRoot) {
		return { command: (program, args) => (canSetpriv ? withSetpriv([], program, args) : { program, args }), own: () => {} };
	}
	const user = findUser("postgres") ?? findUser("nobody");
	if (!canSetpriv || user === undefined) {
		throw new AppError("database-unreachable", "PostgreSQL does not run as root, and this machine has no setpriv to step down with", {
			hint: "Start as an ordinary user, or name a PostgreSQL with --database-url.",
		});
	}
	const capabilities = ["--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override", "--bounding-set=-all,+dac_override"];
	const flags = [`--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups", ...capabilities];
	return {
		command: (program, args) => withSetpriv(flags, program, args),
		own: (path) => chownSync(path, user.uid, user.gid),
	};
}

/** The kernel ends the program when this process dies, however it dies. */
function withSetpriv(flags: readonly string[], program: string, args: readonly string[]) {
	return { program: setpriv, args: ["--pdeathsig=INT", ...flags, "--", program, ...args] };
}

function findUser(name: string): { readonly uid: number; readonly gid: number } | undefined {
	const [uid, gid] = ["-u", "-g"].map((flag) => spawnSync("id", [flag, name], { encoding: "utf8" }));
	if (uid?.status !== 0 || gid?.status !== 0) return undefined;
	return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}
