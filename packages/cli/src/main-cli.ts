import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { runCli } from "./run-cli.ts";

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")) as { version: string };

const interrupted = new AbortController();
process.once("SIGINT", () => interrupted.abort());
process.once("SIGTERM", () => interrupted.abort());
// A reader that closes the pipe (`| head`) ends the command quietly.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

process.exitCode = await runCli(process.argv.slice(2), {
	env: process.env,
	readInput: async () => await text(process.stdin),
	fetch: (url, init) => fetch(url, init),
	out: (words) => process.stdout.write(words),
	err: (words) => process.stderr.write(words),
	columns: process.stdout.columns ?? 120,
	isTerminal: process.stderr.isTTY === true,
	signal: interrupted.signal,
	version,
});
