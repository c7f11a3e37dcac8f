import { readFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes, jsonLog, systemClock, systemRandom, toAppError } from "@skyeworx/core";
import { openStore } from "@skyeworx/vault";
import { readServeConfig, serveHelp } from "./config/serve-config.ts";
import { leveledLog } from "./serve/leveled-log.ts";
import { runServe } from "./serve/run-serve.ts";
import { realBackends } from "./sites/real-backends.ts";

// Whoever reads the output may be gone before us; that must not end a backup, nor the orderly stop.
for (const stream of [process.stdout, process.stderr]) {
	stream.on("error", (error: NodeJS.ErrnoException) => {
		if (error.code !== "EPIPE") throw error;
	});
}

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")) as { version: string };
const ended = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
	process.on(signal, () => {
		if (ended.signal.aborted && signal === "SIGINT") process.exit(exitCodes.cancelled);
		ended.abort(new Error("stopped"));
	});
}

const say = (text: string) => process.stdout.write(`${text}\n`);
try {
	const config = readServeConfig({
		argv: process.argv.slice(2),
		env: process.env,
		folder: process.cwd(),
		readFile: (path) => readFileSync(path, "utf8"),
	});
	if (config.help) process.stdout.write(serveHelp());
	else if (config.check) say("The settings are complete.");
	else {
		const log = leveledLog(jsonLog(), config["log-level"]);
		const ports = { clock: systemClock, random: systemRandom, log };
		const backends = realBackends({
			...ports,
			privateStorage: config["private-storage"],
			keyLifetime: config["key-lifetime-seconds"] * 1000,
		});
		await runServe(config, {
			...ports,
			backends,
			openStore: (address) => openStore(address, { clock: systemClock, env: process.env }),
			readFile: (path) => readFileSync(path, "utf8"),
			say,
			signal: ended.signal,
			version,
		});
	}
} catch (error) {
	const known = toAppError(error);
	process.stderr.write(`error: ${known.message}\n${known.hint === undefined ? "" : `  ${known.hint}\n`}`);
	if (known.code === "internal" && known.cause instanceof Error) process.stderr.write(`${known.cause.stack ?? known.cause.message}\n`);
	process.exitCode = exitCodes[known.code];
}
