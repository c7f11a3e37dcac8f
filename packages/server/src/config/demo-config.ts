import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { AppError } from "@skyeworx/core";
import { z } from "zod";

const port = z
	.string()
	.regex(/^\d{1,5}$/)
	.transform(Number)
	.pipe(z.number().max(65_535));
const aPort = "be a number from 0 to 65535";

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
		must: "be an address like postgres://user:password@host/database",
		fallback: "",
		schema: z.union([z.literal(""), z.url({ protocol: /^postgres(ql)?$/ })]),
	},
} as const;

type Name = keyof typeof settings;

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

/** The name of a setting's environment variable: `SKYEWORX_SIMULATOR_PORT`. */
function variable(name: Name): string {
	return `SKYEWORX_${name.toUpperCase().replaceAll("-", "_")}`;
}

/** One setting of `npm start`, for the table in the README. */
export interface SettingRow {
	readonly flag: string;
	readonly variable: string;
	readonly text: string;
	/** Empty when there is none. */
	readonly standard: string;
}

/** Every setting of `npm start`, from the same table that reads them. */
export function settingRows(): readonly SettingRow[] {
	return (Object.keys(settings) as Name[]).map((name) => ({
		flag: `--${name}`,
		variable: variable(name),
		text: settings[name].text,
		standard: settings[name].fallback,
	}));
}

/**
 * Reads flags, then the environment, then what is usual.
 * @throws AppError `bad-input` that names every problem at once
 */
export function readDemoConfig(argv: readonly string[], env: Readonly<Record<string, string | undefined>>, folder: string): DemoConfig {
	const problems: string[] = [];
	const flags = readFlags(argv, problems);
	const read = <N extends Name>(name: N): z.output<(typeof settings)[N]["schema"]> | undefined => {
		const text = flags[name] ?? env[variable(name)] ?? settings[name].fallback;
		const parsed = settings[name].schema.safeParse(text);
		if (parsed.success && text.trim() === text) return parsed.data as z.output<(typeof settings)[N]["schema"]>;
		// An address of a database holds its password.
		const given = name === "database-url" ? "" : `, and ${JSON.stringify(text)} is not`;
		problems.push(`--${name} must ${settings[name].must}${given}`);
		return undefined;
	};
	const values = {
		data: read("data"),
		port: read("port"),
		simulatorPort: read("simulator-port"),
		seed: read("seed"),
		database: read("database-url"),
	};
	if (values.port !== undefined && values.port !== 0 && values.port === values.simulatorPort)
		problems.push("--port and --simulator-port must differ");
	if (problems.length > 0) throw new AppError("bad-input", problems.join("; "), { hint: "npm start -- --help lists the flags." });
	return {
		json: flags.json === true,
		help: flags.help === true,
		dataFolder: resolve(folder, values.data ?? ""),
		port: values.port ?? 0,
		simulatorPort: values.simulatorPort ?? 0,
		seed: values.seed ?? "small",
		databaseUrl: values.database === "" ? undefined : values.database,
	};
}

type Flags = { readonly [N in Name]?: string } & { readonly json?: boolean; readonly help?: boolean };

function readFlags(argv: readonly string[], problems: string[]): Flags {
	const text = Object.fromEntries(Object.keys(settings).map((name) => [name, { type: "string" as const }]));
	const { tokens } = parseArgs({
		args: [...argv],
		options: { ...text, json: { type: "boolean" }, help: { type: "boolean", short: "h" } },
		strict: false,
		tokens: true,
	});
	const flags: Record<string, string | boolean> = {};
	for (const token of tokens) {
		if (token.kind === "positional") problems.push(`"${token.value}" is not expected here`);
		if (token.kind !== "option") continue;
		const isSwitch = token.name === "json" || token.name === "help";
		if (!isSwitch && !(token.name in settings)) problems.push(`there is no flag ${token.rawName}`);
		else if (isSwitch && token.value !== undefined) problems.push(`${token.rawName} takes no value`);
		else if (!isSwitch && token.value === undefined) problems.push(`${token.rawName} needs a value`);
		else flags[token.name] = token.value ?? true;
	}
	return flags as Flags;
}

/** What `--help` prints. */
export function demoHelp(): string {
	const lines = Object.entries(settings).map(([name, { text, fallback }]) => {
		const usual = fallback === "" ? "" : ` (${fallback})`;
		return `  --${`${name} VALUE`.padEnd(24)} ${text}${usual}`;
	});
	const all = [...lines, `  --${"json".padEnd(24)} print JSON lines for programs`, `  --${"help".padEnd(24)} print this`];
	return `Skyeworx with everything it needs: database, server, worker, web UI and a simulated Atlassian site.\n\nnpm start -- [flags]\n\n${all.join("\n")}\n`;
}
