import { resolve } from "node:path";
import { z } from "zod";
import { aDatabaseUrl, aPort, databaseUrl, port } from "./setting-schemas.ts";
import { helpLines, readSettings, rowsOf, type SettingRow } from "./settings.ts";

const settings = {
	data: { text: "folder that keeps everything", must: "name a folder", fallback: "data", schema: z.string().min(1) },
	port: { text: "port of the server; 0 takes any free one", must: aPort, fallback: "7070", schema: port },
	"simulator-port": { text: "port of the simulated site", must: aPort, fallback: "7071", schema: port },
	seed: {
		text: '"small" or a number of work items, for a new simulated site',
		must: 'be "small", "empty" or a number of work items',
		fallback: "small",
		schema: z.string().regex(/^(small|empty|\d{1,8})$/),
	},
	"database-url": {
		text: "PostgreSQL 15 or newer to use instead of the embedded one",
		must: aDatabaseUrl,
		fallback: "",
		schema: databaseUrl,
		secret: true,
	},
} as const;

/** What `npm start` was asked to do. */
export interface DemoConfig {
	readonly json: boolean;
	readonly help: boolean;
	readonly dataFolder: string;
	readonly port: number;
	readonly simulatorPort: number;
	readonly seed: string;
	readonly databaseUrl: string | undefined;
}

/** Every setting of `npm start`, from the same table that reads them. */
export function settingRows(): readonly SettingRow[] {
	return rowsOf(settings);
}

/**
 * Reads flags, then the environment, then what is usual.
 * @throws AppError `bad-input` that names every problem at once
 */
export function readDemoConfig(argv: readonly string[], env: Readonly<Record<string, string | undefined>>, folder: string): DemoConfig {
	const sources = { argv, env, switches: ["json"], hint: "npm start -- --help lists the flags." };
	const { values, switches } = readSettings(settings, sources, (read) =>
		read.port !== undefined && read.port !== 0 && read.port === read["simulator-port"] ? ["--port and --simulator-port must differ"] : [],
	);
	return {
		json: switches.has("json"),
		help: switches.has("help"),
		dataFolder: resolve(folder, values.data),
		port: values.port,
		simulatorPort: values["simulator-port"],
		seed: values.seed,
		databaseUrl: values["database-url"],
	};
}

/** What `--help` prints. */
export function demoHelp(): string {
	const lines = helpLines(settings, { json: "print JSON lines for programs", help: "print this" });
	return `Skyeworx with everything it needs: database, server, worker, web UI and a simulated Atlassian site.\n\nnpm start -- [flags]\n\n${lines}\n`;
}
