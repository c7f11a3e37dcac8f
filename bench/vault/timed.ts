import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What one run of a program took, its children included. */
export interface Spent {
	readonly wall: number;
	/** Processor seconds, user and system. */
	readonly cpu: number;
	/** Largest resident memory, megabytes. */
	readonly peak: number;
	readonly output: string;
}

const time = "/usr/bin/time";

/** Runs a program to its end under `/usr/bin/time`. @throws Error with what it said when it fails */
export function timed(program: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Spent {
	const folder = mkdtempSync(join(tmpdir(), "skyeworx-timed-"));
	const report = join(folder, "report");
	try {
		const { status, stdout, stderr } = spawnSync(time, ["-o", report, "-f", "%e %U %S %M", program, ...args], {
			env: { ...process.env, ...environment },
			maxBuffer: 256 * 1024 * 1024,
			encoding: "utf8",
		});
		if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed: ${stderr.slice(-2000)}`);
		const [wall = 0, user = 0, system = 0, kilobytes = 0] = readFileSync(report, "utf8").trim().split(" ").map(Number);
		return { wall, cpu: user + system, peak: kilobytes / 1024, output: stdout };
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** Which of the programs are missing here. */
export function missingPrograms(names: readonly string[]): readonly string[] {
	const folders = (process.env.PATH ?? "").split(":");
	return names.filter((name) => !(name.startsWith("/") ? existsSync(name) : folders.some((folder) => existsSync(join(folder, name)))));
}

/** Bytes of all files below a folder. */
export function folderSize(path: string): number {
	let sum = 0;
	for (const entry of readdirSync(path, { withFileTypes: true })) {
		const below = join(path, entry.name);
		sum += entry.isDirectory() ? folderSize(below) : statSync(below).size;
	}
	return sum;
}

/** Programs that {@link timed} and the comparison need. */
export const peerPrograms = [time, "restic", "borg"] as const;
