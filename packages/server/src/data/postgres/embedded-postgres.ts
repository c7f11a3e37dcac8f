import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { AppError, type Clock, type Log, type Random } from "@skyeworx/core";
import { findPostgres, type PostgresBinaries } from "./binaries.ts";
import { stopLeftover } from "./leftover.ts";
import { type RunAs, runAs } from "./run-as.ts";

export interface EmbeddedPostgresOptions {
	/** Holds `postgres/` (the cluster) and `keys/database.password`. The caller holds the folder's lock. */
	readonly folder: string;
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Log;
}

export interface RunningPostgres {
	/** `postgres://…`, as the owner of the database. */
	readonly url: string;
	readonly pid: number;
	/** Ends it cleanly: open transactions are rolled back, everything committed is on disk. */
	stop(): Promise<void>;
}

const settings = [
	"listen_addresses=127.0.0.1",
	"unix_socket_directories=",
	"max_connections=80",
	"shared_buffers=64MB",
	"timezone=UTC",
	"log_min_messages=warning",
	// A failing statement's text and values would otherwise stand in the log.
	"log_min_error_statement=panic",
	"log_error_verbosity=terse",
];

/**
 * Starts the PostgreSQL of the data folder on a free loopback port, making it first when there is none.
 * @throws AppError `database-unreachable`
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<RunningPostgres> {
	const binaries = await findPostgres();
	const user = runAs();
	const cluster = join(options.folder, "postgres");
	const password = databasePassword(options);
	await stopLeftover(cluster, options);
	if (!existsSync(join(cluster, "PG_VERSION"))) await initialize({ binaries, user, cluster, password });
	const port = await freePort();
	const args = ["-D", cluster, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])];
	// Its own process group: Ctrl-C in the terminal must not end the database before the jobs that use it.
	const child = spawnAs(user, binaries.postgres, args, { detached: true });
	await untilReady(child, options.log);
	return {
		url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
		pid: child.pid ?? 0,
		stop: () => stop(child),
	};
}

function databasePassword(options: EmbeddedPostgresOptions): string {
	const path = join(options.folder, "keys", "database.password");
	mkdirSync(join(options.folder, "keys"), { recursive: true, mode: 0o700 });
	if (!existsSync(path)) writeFileSync(path, Buffer.from(options.random.bytes(24)).toString("hex"), { mode: 0o600, flag: "wx" });
	return readFileSync(path, "utf8").trim();
}

interface Initialize {
	readonly binaries: PostgresBinaries;
	readonly user: RunAs;
	readonly cluster: string;
	readonly password: string;
}

async function initialize({ binaries, user, cluster, password }: Initialize): Promise<void> {
	// A run that was killed in the middle leaves a folder that initdb refuses.
	rmSync(cluster, { recursive: true, force: true });
	mkdirSync(cluster, { recursive: true, mode: 0o700 });
	user.own(cluster);
	const passwordFile = `${cluster}.password`;
	writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
	user.own(passwordFile);
	try {
		const args = ["-D", cluster, "-U", "postgres", "-A", "scram-sha-256", `--pwfile=${passwordFile}`, "-E", "UTF8", "--locale=C"];
		const child = spawnAs(user, binaries.initdb, args, { detached: false });
		const { code, output } = await finished(child);
		if (code === 0) return;
		rmSync(cluster, { recursive: true, force: true });
		throw unreachable(`PostgreSQL could not set up its folder (initdb ended with ${code}): ${output.trim().split("\n").at(-1) ?? ""}`);
	} finally {
		rmSync(passwordFile, { force: true });
	}
}

function spawnAs(user: RunAs, program: string, args: readonly string[], options: { readonly detached: boolean }): ChildProcess {
	const line = user.command(program, args);
	return spawn(line.program, [...line.args], {
		stdio: ["ignore", "pipe", "pipe"],
		detached: options.detached,
		cwd: "/",
		env: { LC_ALL: "C", TZ: "UTC" },
	});
}

function finished(child: ChildProcess): Promise<{ readonly code: number | null; readonly output: string }> {
	return new Promise((resolve, reject) => {
		let output = "";
		child.stdout?.on("data", (chunk: Buffer) => {
			output += chunk.toString();
		});
		child.stderr?.on("data", (chunk: Buffer) => {
			output += chunk.toString();
		});
		child.once("error", reject);
		child.once("close", (code) => resolve({ code, output }));
	});
}

function untilReady(child: ChildProcess, log: Log): Promise<void> {
	return new Promise((resolve, reject) => {
		let said = "";
		child.stderr?.on("data", (chunk: Buffer) => {
			if (said.length < 8000) said += chunk.toString();
			if (said.includes("ready to accept connections")) resolve();
		});
		child.once("error", (cause) => reject(unreachable("PostgreSQL could not be started", cause)));
		child.once("exit", (code) => {
			log.info("embedded PostgreSQL ended", { code: code ?? undefined });
			reject(unreachable(`PostgreSQL ended while starting (exit code ${code}): ${said.trim().split("\n").at(-1) ?? ""}`));
		});
	});
}

function stop(child: ChildProcess): Promise<void> {
	return new Promise((resolve) => {
		if (child.exitCode !== null || child.signalCode !== null) return resolve();
		child.once("exit", () => resolve());
		child.kill("SIGINT");
	});
}

function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const probe = createServer();
		probe.once("error", reject);
		probe.listen(0, "127.0.0.1", () => {
			const address = probe.address();
			probe.close(() => (address !== null && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
		});
	});
}

function unreachable(message: string, cause?: unknown): AppError {
	return new AppError("database-unreachable", message, {
		cause,
		hint: "Name a PostgreSQL of your own with --database-url, or look at the message.",
	});
}
