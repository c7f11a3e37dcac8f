import { join } from "node:path";
import { issuePath } from "./corpus.ts";
import { folderSize, type Spent, timed } from "./timed.ts";

/** One backup tool with a repository of its own. */
export interface Repository {
	readonly name: string;
	/** Backs up a folder of the corpus; the changed files are for tools whose source tells what changed, as a SaaS does. */
	backup(root: string, folder: string, changed?: readonly string[]): Spent;
	verify(): Spent;
	/** Seconds to get one record back, from a standing start. */
	restoreOne(root: string): number;
	/** Bytes in the repository. */
	size(): number;
}

/** restic with its defaults; repository format 2, that is with zstd. */
export function restic(folder: string): Repository {
	const environment = {
		RESTIC_PASSWORD: "bench",
		RESTIC_REPOSITORY: folder,
		RESTIC_CACHE_DIR: `${folder}-cache`,
		RESTIC_PROGRESS_FPS: "0.01",
	};
	const run = (...args: readonly string[]) => timed("restic", args, environment);
	run("init", "--repository-version", "2");
	return {
		name: "restic",
		backup: (root, part) => run("backup", "--quiet", join(root, part)),
		verify: () => run("check", "--read-data", "--quiet"),
		restoreOne: (root) => run("dump", "latest", join(root, issuePath(77))).wall,
		size: () => folderSize(folder),
	};
}

/** borg with encryption in the repository and zstd at level 3. */
export function borg(folder: string): Repository {
	const environment = { BORG_PASSPHRASE: "bench", BORG_BASE_DIR: `${folder}-base`, BORG_RELOCATED_REPO_ACCESS_IS_OK: "yes" };
	const run = (...args: readonly string[]) => timed("borg", args, environment);
	run("init", "--encryption", "repokey-blake2", folder);
	let runs = 0;
	return {
		name: "borg",
		backup(root, part) {
			runs += 1;
			return run("create", "--compression", "zstd,3", `${folder}::run-${runs}`, join(root, part));
		},
		verify: () => run("check", "--verify-data", folder),
		restoreOne: (root) => run("extract", "--stdout", `${folder}::run-${runs}`, join(root, issuePath(77)).slice(1)).wall,
		size: () => folderSize(folder),
	};
}

/** How Node is started for a vault. */
export const vaultFlags = ["--max-semi-space-size=8", "--initial-old-space-size=32"] as const;

export interface VaultRepository extends Repository {
	/** Milliseconds to read single records in a running process. */
	readRecords(): { readonly records: number; readonly median: number; readonly slowest: number };
}

/** What the files of a folder cost that are only read, hashed, compressed and sealed. */
export function bareRun(folder: string): Spent {
	return timed(process.execPath, [...vaultFlags, join(import.meta.dirname, "main-bare-run.ts"), folder]);
}

/** A Skyeworx vault in a folder, worked on by a process of its own. */
export function skyeworx(folder: string, listFile: (changed: readonly string[]) => string): VaultRepository {
	const main = join(import.meta.dirname, "main-vault-run.ts");
	const run = (...args: readonly string[]) => timed(process.execPath, [...vaultFlags, main, ...args], { MALLOC_MMAP_THRESHOLD_: "262144" });
	return {
		name: "skyeworx",
		backup: (root, part, changed) => run("backup", folder, root, part, ...(changed === undefined ? [] : [listFile(changed)])),
		verify: () => run("verify", folder),
		restoreOne: () => Number.NaN,
		readRecords: () => JSON.parse(run("read", folder).output) as ReturnType<VaultRepository["readRecords"]>,
		size: () => folderSize(folder),
	};
}
