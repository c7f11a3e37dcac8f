import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** One `skyeworx serve` as a process of its own. */
export interface ServeProcess {
	readonly name: string;
	/** Undefined for a worker. */
	readonly url: string | undefined;
	/** When it began a job, in milliseconds; undefined when it never did. */
	beganAt(jobId: string): number | undefined;
	log(): string;
	kill(): Promise<void>;
	stop(): Promise<number | null>;
}

/** Starts a process and waits until it listens or works. */
export async function startServeProcess(name: string, flags: readonly string[], now: () => number): Promise<ServeProcess> {
	const main = join(import.meta.dirname, "../main-serve.ts");
	const child: ChildProcess = spawn(process.execPath, [main, ...flags], {
		stdio: ["ignore", "pipe", "pipe"],
		env: { PATH: process.env.PATH ?? "" },
	});
	let logged = "";
	const began = new Map<string, number>();
	const ready = Promise.withResolvers<string | undefined>();
	const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
	if (child.stderr === null || child.stdout === null) throw new Error("the output is a pipe");
	child.stdout.resume();
	createInterface({ input: child.stderr }).on("line", (line) => {
		logged += `${line}\n`;
		if (!line.startsWith("{")) return;
		const entry = JSON.parse(line) as { message: string; id?: string; url?: string };
		if (entry.message === "a job begins" && entry.id !== undefined && !began.has(entry.id)) began.set(entry.id, now());
		if (entry.message === "listening" || entry.message === "working") ready.resolve(entry.url);
	});
	const url = await Promise.race([
		ready.promise,
		exited.then((code) => {
			throw new Error(`${name} ended with ${code}: ${logged}`);
		}),
	]);
	return {
		name,
		url,
		beganAt: (id) => began.get(id),
		log: () => logged,
		async kill() {
			child.kill("SIGKILL");
			await exited;
		},
		async stop() {
			child.kill("SIGTERM");
			return await exited;
		},
	};
}
