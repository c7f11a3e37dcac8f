import { createWriteStream, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes, jsonLog, systemClock, systemRandom, toAppError } from "@skyeworx/core";
import { demoHelp, readDemoConfig } from "./config/demo-config.ts";
import { jsonOutput, peopleOutput } from "./demo/demo-output.ts";
import { runDemo } from "./demo/run-demo.ts";

// Whoever read the output may be gone before us; that must not end a backup, nor the orderly stop.
for (const stream of [process.stdout, process.stderr]) {
	stream.on("error", (error: NodeJS.ErrnoException) => {
		if (error.code !== "EPIPE") throw error;
	});
}

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")) as { version: string };
const screen = {
	write: (text: string) => process.stdout.write(text),
	writeError: (text: string) => process.stderr.write(text),
	drawing: process.stdout.isTTY === true,
};
const output = process.argv.includes("--json") ? jsonOutput(screen) : peopleOutput(screen);
const ended = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
	process.on(signal, () => {
		if (ended.signal.aborted && signal === "SIGINT") process.exit(exitCodes.cancelled);
		ended.abort(new Error("stopped"));
	});
}

try {
	const config = readDemoConfig(process.argv.slice(2), process.env, process.cwd());
	if (config.help) screen.write(demoHelp());
	else {
		mkdirSync(config.dataFolder, { recursive: true, mode: 0o755 });
		const file = createWriteStream(join(config.dataFolder, "server.log"), { flags: "a", mode: 0o600 });
		const log = jsonLog((line) => file.write(line));
		await runDemo(config, { clock: systemClock, random: systemRandom, log, output, signal: ended.signal, version });
		file.end();
	}
} catch (error) {
	const known = toAppError(error);
	output.failed(known);
	if (known.code === "internal" && known.cause instanceof Error) screen.writeError(`${known.cause.stack ?? known.cause.message}\n`);
	process.exitCode = exitCodes[known.code];
}
