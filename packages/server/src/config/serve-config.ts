import { resolve } from "node:path";
import { z } from "zod";
import { applicationSettings, applicationsOf, halfApplications } from "./application-settings.ts";
import { aDatabaseUrl, aPort, commaList, databaseUrl, optionalPlan, optionalText, port, wholeNumber, yesOrNo } from "./setting-schemas.ts";
import { helpLines, readSettings, rowsOf, type SettingRow } from "./settings.ts";

const settings = {
	role: {
		text: "what this process does: api answers requests, worker does the jobs, all does both",
		must: 'be "all", "api" or "worker"',
		fallback: "all",
		schema: z.enum(["all", "api", "worker"]),
	},
	data: {
		text: "folder of this process alone: catalogs, spooled ciphertext, keys, and the embedded database",
		must: "name a folder",
		fallback: "data",
		schema: z.string().min(1),
	},
	host: { text: "address to listen on", must: "name an address", fallback: "127.0.0.1", schema: z.string().min(1) },
	port: { text: "port of the API and the web UI; 0 takes any free one", must: aPort, fallback: "7070", schema: port },
	"public-url": {
		text: "address under which people reach the server; with https, cookies are sent over TLS only",
		must: "be an address like https://backup.example.com",
		fallback: "",
		schema: z.union([z.literal("").transform(() => undefined), z.url({ protocol: /^https?$/ })]),
	},
	"ops-host": {
		text: "address of the listener for health and metrics",
		must: "name an address",
		fallback: "127.0.0.1",
		schema: z.string().min(1),
	},
	"ops-port": {
		text: "port of the listener for /health/live, /health/ready and /metrics; empty for none",
		must: aPort,
		fallback: "",
		schema: z.union([z.literal("").transform(() => undefined), port]),
	},
	"database-url": {
		text: "PostgreSQL 15 or newer, as the owner of the database; empty starts the embedded one",
		must: aDatabaseUrl,
		fallback: "",
		schema: databaseUrl,
		secret: true,
	},
	"master-key": {
		text: "64 hexadecimal digits that seal the organizations' keys, the same for every process; empty keeps one in the data folder",
		must: "be 64 hexadecimal digits",
		fallback: "",
		schema: z.union([z.literal("").transform(() => undefined), z.string().regex(/^[0-9a-f]{64}$/i)]),
		secret: true,
	},
	"vault-folder": {
		text: "folder for new vaults, the same for every process; empty keeps them in the data folder",
		must: "name a folder",
		fallback: "",
		schema: optionalText,
	},
	"storage-roots": {
		text: "more folders below which callers may put vaults, with commas between them",
		must: "name folders",
		fallback: "",
		schema: commaList,
	},
	"private-storage": {
		text: "whether S3-compatible stores and key services may lie at addresses of private networks, and without TLS",
		must: "be true or false",
		fallback: "false",
		schema: yesOrNo,
	},
	"key-lifetime-seconds": {
		text: "how long a vault's key is used before its key service is asked again: so soon a revocation is noticed",
		must: "be a number from 10 to 3600",
		fallback: "300",
		schema: wholeNumber(10, 3600),
	},
	"site-addresses": {
		text: "whether sites may lie at Atlassian's addresses only, or at any",
		must: 'be "atlassian" or "any"',
		fallback: "atlassian",
		schema: z.enum(["atlassian", "any"]),
	},
	concurrency: {
		text: "sites that this process works on at once",
		must: "be a number from 1 to 64",
		fallback: "4",
		schema: wholeNumber(1, 64),
	},
	"scheduled-at-once": {
		text: "scheduled backups that wait or run at once, over all processes",
		must: "be a number from 1 to 10000",
		fallback: "32",
		schema: wholeNumber(1, 10_000),
	},
	"rate-limit": {
		text: "API requests a minute and caller",
		must: "be a number from 10 to 1000000",
		fallback: "1200",
		schema: wholeNumber(10, 1_000_000),
	},
	"trust-proxy": {
		text: "whether X-Forwarded-For of a proxy in front is believed",
		must: "be true or false",
		fallback: "false",
		schema: yesOrNo,
	},
	"drain-seconds": {
		text: "how long a stopping process waits for its jobs to reach a safe point",
		must: "be a number from 1 to 600",
		fallback: "25",
		schema: wholeNumber(1, 600),
	},
	"log-level": {
		text: "least level that is logged",
		must: 'be "debug", "info", "warn" or "error"',
		fallback: "info",
		schema: z.enum(["debug", "info", "warn", "error"]),
	},
	"points-per-hour": {
		text: "Atlassian's points quota of the OAuth app, over all organizations",
		must: "be a number from 1000 to 10000000",
		fallback: "65000",
		schema: wholeNumber(1000, 10_000_000),
	},
	"site-requests-per-second": {
		text: "requests a second to one site, over all processes",
		must: "be a number from 1 to 1000",
		fallback: "50",
		schema: wholeNumber(1, 1000),
	},
	"smtp-url": {
		text: "mail server for notices, like smtps://user:password@mail.example.com; empty sends no mail",
		must: "be an address like smtps://user:password@mail.example.com",
		fallback: "",
		schema: z.union([z.literal("").transform(() => undefined), z.url({ protocol: /^smtps?$/ })]),
		secret: true,
	},
	"mail-from": {
		text: "sender of notices",
		must: "be an e-mail address",
		fallback: "skyeworx@localhost",
		schema: z.string().regex(/^[^\s@<>]+@[^\s@<>]+$/),
	},
	"private-webhooks": {
		text: "whether webhooks may go to addresses of private networks",
		must: "be true or false",
		fallback: "false",
		schema: yesOrNo,
	},
	"control-backup": {
		text: "where the database's rows are exported to, sealed with the master key: a folder, s3://… or azure://…; empty exports nothing",
		must: "be a folder or a store's address",
		fallback: "",
		schema: optionalText,
	},
	"control-backup-hours": {
		text: "hours between two exports of the database",
		must: "be a number from 1 to 168",
		fallback: "24",
		schema: wholeNumber(1, 168),
	},
	"control-backup-keep": {
		text: "exports of the database that are kept",
		must: "be a number from 1 to 1000",
		fallback: "14",
		schema: wholeNumber(1, 1000),
	},
	"restore-control": {
		text: "put the newest export at this address (control-backup) back into an empty database, and end",
		must: "be a folder or a store's address",
		fallback: "",
		schema: optionalText,
	},
	rebuild: {
		text: "make organizations and sites again from the vaults that this JSON file lists, and end",
		must: "name a file",
		fallback: "",
		schema: optionalText,
	},
	"set-plan": {
		text: "give an organization another plan (ID=professional or ID=enterprise), and end",
		must: "be an organization's id, = and professional or enterprise",
		fallback: "",
		schema: optionalPlan,
	},
	organization: {
		text: "name of the organization that is made when the database has none",
		must: "be a name of at most 100 characters",
		fallback: "My organization",
		schema: z.string().min(1).max(100),
	},
	"local-password": {
		text: "password of the first organization's owner, at least 16 characters; empty switches the sign-in by password off",
		must: "have 16 to 200 characters",
		fallback: "",
		schema: z.union([z.literal("").transform(() => undefined), z.string().min(16).max(200)]),
		secret: true,
	},
	...applicationSettings,
} as const;

/** What `skyeworx serve` was asked to do. */
export type ServeConfig = ReturnType<typeof readServeConfig>;

/** Every setting of `skyeworx serve`, from the same table that reads them. */
export function serveSettingRows(): readonly SettingRow[] {
	return rowsOf(settings);
}

const switches = {
	"sign-in-link": "print a new sign-in link for the first owner, and end",
	"api-key": "print a new API key that may do everything in the first organization, and end: for scripts that set it up",
	deletions: "print the operator's log, as JSON lines, and end: certificates of organizations that were deleted, plans that were set",
	check: "read the settings and end",
	help: "print this",
} as const;

/** Where the settings come from. */
export interface ServeSources {
	readonly argv: readonly string[];
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Relative folders are meant from here. */
	readonly folder: string;
	readonly readFile: (path: string) => string;
}

/**
 * Reads flags, then the environment (secrets also as `…_FILE`), then the file of `--config`, then what is usual.
 * @throws AppError `bad-input` that names every problem at once
 */
export function readServeConfig({ folder, ...sources }: ServeSources) {
	const hint = "skyeworx serve --help lists the flags.";
	const read = readSettings(settings, { ...sources, switches: Object.keys(switches), file: true, hint }, (values) => [
		...(values.role !== "all" && values["database-url"] === undefined
			? ["--database-url must be given for the roles api and worker: the embedded database belongs to one process"]
			: []),
		...(values.port !== undefined && values.port !== 0 && values.role !== "worker" && values.port === values["ops-port"]
			? ["--port and --ops-port must differ"]
			: []),
		...halfApplications(values),
	]);
	const { values } = read;
	return {
		...values,
		applications: applicationsOf(values),
		data: resolve(folder, values.data),
		"vault-folder": values["vault-folder"] === undefined ? undefined : resolve(folder, values["vault-folder"]),
		"control-backup": placeOf(folder, values["control-backup"]),
		"restore-control": placeOf(folder, values["restore-control"]),
		rebuild: values.rebuild === undefined ? undefined : resolve(folder, values.rebuild),
		help: read.switches.has("help"),
		check: read.switches.has("check"),
		deletions: read.switches.has("deletions"),
		signInLink: read.switches.has("sign-in-link"),
		apiKey: read.switches.has("api-key"),
	};
}

/** A store's address; folders are meant from where the settings are read. */
function placeOf(folder: string, address: string | undefined): string | undefined {
	return address === undefined || address.includes("://") ? address : resolve(folder, address);
}

/** What `--help` prints. */
export function serveHelp(): string {
	return `Skyeworx as a server, configured by flags, the environment and a file.\n\nskyeworx serve [flags]\n\n${helpLines(settings, switches)}\n\nEach flag is also read from the environment (--ops-port: SKYEWORX_OPS_PORT) and from the JSON file of --config.\n`;
}
