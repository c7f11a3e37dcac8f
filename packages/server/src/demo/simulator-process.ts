import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { AppError } from "@skyeworx/core";
import { z } from "zod";

const readyLine = z.object({ type: z.literal("ready"), url: z.url(), email: z.string(), apiToken: z.string() });
const errorLine = z.object({ type: z.literal("error"), message: z.string() });

/** The simulated site, in a process of its own as Atlassian would be. */
export interface SimulatorProcess {
	readonly url: string;
	readonly email: string;
	readonly apiToken: string;
	stop(): Promise<void>;
}

/**
 * Starts the simulator and waits until it answers. It keeps its site in the state file and ends when this process does.
 * @throws AppError `site-unreachable` with what it said
 */
export async function startSimulatorProcess(options: {
	readonly port: number;
	readonly seed: string;
	readonly stateFile: string;
}): Promise<SimulatorProcess> {
	const main = join(import.meta.dirname, "../../../simulator/src/main-simulator.ts");
	const words = [main, "--port", String(options.port), "--seed", options.seed, "--state", options.stateFile, "--json"];
	// Its own process group: Ctrl-C in the terminal must not end the site before the jobs that read it.
	const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe", "ipc"], detached: true });
	const ready = await untilReady(child);
	return { url: ready.url, email: ready.email, apiToken: ready.apiToken, stop: () => stop(child) };
}

async function untilReady(child: ChildProcess): Promise<z.output<typeof readyLine>> {
	let said = "";
	child.stderr?.on("data", (chunk: Buffer) => {
		if (said.length < 4000) said += chunk.toString();
	});
	if (child.stdout === null) throw new Error("the simulator's output is a pipe");
	const lines = createInterface({ input: child.stdout });
	for await (const line of lines) {
		const ready = readyLine.safeParse(jsonOf(line));
		if (ready.success) {
			child.stdout.resume();
			return ready.data;
		}
	}
	const reason = errorLine.safeParse(jsonOf(said.trim().split("\n").at(-1) ?? "")).data?.message ?? said.trim().split("\n").at(-1) ?? "";
	throw new AppError("site-unreachable", `The simulated site did not start: ${reason}`, {
		hint: "Choose another port with --simulator-port.",
	});
}

function jsonOf(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch {
		return undefined;
	}
}

function stop(child: ChildProcess): Promise<void> {
	return new Promise((resolve) => {
		if (child.exitCode !== null || child.signalCode !== null) return resolve();
		child.once("exit", () => resolve());
		child.kill("SIGTERM");
	});
}
