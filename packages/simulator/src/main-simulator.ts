import { Command, InvalidArgumentError } from "commander";
import { startSimulator } from "./server.ts";
import type { SeedSize } from "./site/create-site.ts";
import { readStateFile, StateFile } from "./site/state-file.ts";

function parsePort(text: string): number {
	const port = Number(text);
	if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError("a port is a number from 0 to 65535");
	return port;
}

function parseSeed(text: string): SeedSize {
	if (text === "small" || text === "empty") return text;
	const items = Number(text);
	if (!Number.isInteger(items) || items < 0) throw new InvalidArgumentError('a seed is "small", "empty" or a number of work items');
	return items;
}

function parsePages(text: string): number {
	const pages = Number(text);
	if (!Number.isInteger(pages) || pages < 0) throw new InvalidArgumentError("a number of pages is a whole number from 0");
	return pages;
}

const saveEvery = 5000;

const program = new Command("simulator")
	.description("An Atlassian Cloud site on localhost: Jira, Jira Service Management, Confluence and their login.")
	.option("--port <number>", "port on 127.0.0.1; 0 takes any free one", parsePort, 0)
	.option("--seed <size>", 'what is in the site: "small", "empty" or a number of work items', parseSeed, "small" as SeedSize)
	.option("--pages <number>", "pages in Confluence; as many as go with the work items when left out", parsePages)
	.option("--state <file>", "keep the site in this file: go on with it when it is there, and save every change")
	.option("--json", "print one JSON line when ready", false);

program.parse();
const options = program.opts<{ port: number; seed: SeedSize; pages?: number; state?: string; json: boolean }>();

try {
	const saved = options.state === undefined ? undefined : readStateFile(options.state);
	const { port, seed, pages } = options;
	const running = await startSimulator({
		port,
		seed,
		...(pages === undefined ? {} : { pages }),
		...(saved === undefined ? {} : { saved }),
	});
	const file = options.state === undefined ? undefined : new StateFile(options.state, running, { fresh: saved === undefined });
	await file?.save();
	const complain = (error: unknown): void => console.error(`simulator: the site could not be saved in ${options.state}: ${String(error)}`);
	const timer = setInterval(() => {
		file?.save().catch(complain);
	}, saveEvery);
	timer.unref();
	const ready = { type: "ready", url: running.url, ...running.site, ...running.oauth };
	if (options.json) console.log(JSON.stringify(ready));
	else {
		console.log(`A simulated Atlassian site is at ${running.url}`);
		console.log(`  e-mail     ${ready.email}\n  API token  ${ready.apiToken}\n  cloud id   ${ready.cloudId}`);
	}
	const stop = (): void => {
		running
			.stop()
			.then(() => file?.save())
			.then(
				() => process.exit(0),
				(error: unknown) => {
					complain(error);
					process.exit(1);
				},
			);
	};
	process.once("SIGINT", stop);
	process.once("SIGTERM", stop);
	process.once("disconnect", stop);
} catch (error) {
	const code = (error as NodeJS.ErrnoException).code;
	const reason =
		code === "EADDRINUSE"
			? `port ${options.port} is in use; choose another with --port`
			: options.state !== undefined && code === undefined
				? `the site in ${options.state} can't be read (${String(error)}); move the file away to begin with a new site`
				: String(error);
	console.error(options.json ? JSON.stringify({ type: "error", message: reason }) : `simulator: ${reason}`);
	process.exitCode = 1;
}
