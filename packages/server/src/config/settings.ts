import { parseArgs } from "node:util";
import { AppError } from "@skyeworx/core";
import type { z } from "zod";

/** One thing that can be set: read, checked, explained and documented from this one description. */
interface Setting {
	/** For the table in the documents and for `--help`. */
	readonly text: string;
	/** Goes on after "must": `be a number from 0 to 65535`. */
	readonly must: string;
	/** Taken when nothing is said; empty when there is none. */
	readonly fallback: string;
	/** Takes the text and gives the value. */
	readonly schema: z.ZodType;
	/** Never repeated in a message; may also be given as a file (`…_FILE` in the environment). */
	readonly secret?: true;
}

/** Settings by the name of their flag. */
export type SettingTable = Readonly<Record<string, Setting>>;

/** What is read with a table. */
export type SettingValues<T extends SettingTable> = { readonly [Name in keyof T]: z.output<T[Name]["schema"]> };

/** One setting, for a table in the documents. */
export interface SettingRow {
	readonly flag: string;
	readonly variable: string;
	readonly text: string;
	/** Empty when there is none. */
	readonly standard: string;
	readonly secret: boolean;
}

/** Every setting of a table, for documents. */
export function rowsOf(table: SettingTable): readonly SettingRow[] {
	return Object.entries(table).map(([name, { text, fallback, secret }]) => ({
		flag: `--${name}`,
		variable: variable(name),
		text,
		standard: fallback,
		secret: secret === true,
	}));
}

/** The name of a setting's environment variable: `SKYEWORX_SIMULATOR_PORT`. */
function variable(name: string): string {
	return `SKYEWORX_${name.toUpperCase().replaceAll("-", "_")}`;
}

/** Where settings come from; the first that says something counts: flags, environment, file. */
export interface SettingSources {
	readonly argv: readonly string[];
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Reads a file's text; needed for secrets in files and for `--config`. @throws when it can't be read */
	readonly readFile?: (path: string) => string;
	/** Flags without a value. */
	readonly switches: readonly string[];
	/** Whether `--config FILE` (JSON, by the flags' names) is taken. */
	readonly file?: boolean;
	/** What the reader of a refusal can do. */
	readonly hint: string;
}

export interface ReadSettings<T extends SettingTable> {
	readonly values: SettingValues<T>;
	readonly switches: ReadonlySet<string>;
}

/**
 * Reads every setting of a table; `check` looks at all of them together and says what does not fit.
 * @throws AppError `bad-input` that names every problem at once, and no secret
 */
export function readSettings<T extends SettingTable>(
	table: T,
	sources: SettingSources,
	check: (values: Partial<SettingValues<T>>) => readonly string[] = () => [],
): ReadSettings<T> {
	const problems: string[] = [];
	const flags = readFlags(table, sources, problems);
	const file = sources.file === true ? readConfigFile(table, sources, flags, problems) : {};
	const values: Record<string, unknown> = {};
	for (const [name, setting] of Object.entries(table)) {
		const text = flags.texts[name] ?? sources.env[variable(name)] ?? secretFile(name, setting, sources, problems) ?? file[name];
		const parsed = setting.schema.safeParse(text ?? setting.fallback);
		if (parsed.success && (text === undefined || text.trim() === text)) values[name] = parsed.data;
		else problems.push(`--${name} must ${setting.must}${setting.secret === true ? "" : `, and ${JSON.stringify(text ?? "")} is not`}`);
	}
	problems.push(...check(values as Partial<SettingValues<T>>));
	if (problems.length > 0) throw new AppError("bad-input", problems.join("; "), { hint: sources.hint });
	return { values: values as SettingValues<T>, switches: flags.switches };
}

interface Flags {
	readonly texts: Readonly<Record<string, string>>;
	readonly switches: ReadonlySet<string>;
}

function readFlags(table: SettingTable, sources: SettingSources, problems: string[]): Flags {
	const named = [...Object.keys(table), ...(sources.file === true ? ["config"] : [])];
	const { tokens } = parseArgs({
		args: [...sources.argv],
		options: {
			...Object.fromEntries(named.map((name) => [name, { type: "string" as const }])),
			...Object.fromEntries(sources.switches.map((name) => [name, { type: "boolean" as const }])),
			help: { type: "boolean", short: "h" },
		},
		strict: false,
		tokens: true,
	});
	const texts: Record<string, string> = {};
	const switches = new Set<string>();
	for (const token of tokens) {
		if (token.kind === "positional") problems.push(`"${token.value}" is not expected here`);
		if (token.kind !== "option") continue;
		const isSwitch = token.name === "help" || sources.switches.includes(token.name);
		if (!isSwitch && !named.includes(token.name)) problems.push(`there is no flag ${token.rawName}`);
		else if (isSwitch && token.value !== undefined) problems.push(`${token.rawName} takes no value`);
		else if (isSwitch) switches.add(token.name);
		else if (token.value === undefined) problems.push(`${token.rawName} needs a value`);
		else texts[token.name] = token.value;
	}
	return { texts, switches };
}

function secretFile(name: string, setting: Setting, sources: SettingSources, problems: string[]): string | undefined {
	const path = setting.secret === true ? sources.env[`${variable(name)}_FILE`] : undefined;
	if (path === undefined) return undefined;
	return textOf(sources, path, `${variable(name)}_FILE`, problems)?.trim();
}

function textOf(sources: SettingSources, path: string, what: string, problems: string[]): string | undefined {
	try {
		return sources.readFile?.(path);
	} catch {
		problems.push(`${what} names a file that can't be read: ${path}`);
		return undefined;
	}
}

function readConfigFile(table: SettingTable, sources: SettingSources, flags: Flags, problems: string[]): Record<string, string> {
	const path = flags.texts.config ?? sources.env[variable("config")];
	if (path === undefined) return {};
	const text = textOf(sources, path, "--config", problems);
	if (text === undefined) return {};
	let parsed: unknown;
	try {
		parsed = JSON.parse(text);
	} catch {
		parsed = undefined;
	}
	if (parsed === null || typeof parsed !== "object" || Array.isArray(parsed)) {
		problems.push("--config must name a file with one JSON object");
		return {};
	}
	const values: Record<string, string> = {};
	for (const [name, value] of Object.entries(parsed)) {
		if (!(name in table)) problems.push(`the file of --config holds "${name}", which is no setting`);
		else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") values[name] = String(value);
		else problems.push(`"${name}" in the file of --config must be a text, a number, true or false`);
	}
	return values;
}

/** The lines of `--help` for a table, and for switches given with what they do. */
export function helpLines(table: SettingTable, switches: Readonly<Record<string, string>>): string {
	const lines = Object.entries(table).map(
		([name, { text, fallback }]) => `  --${`${name} VALUE`.padEnd(32)} ${text}${fallback === "" ? "" : ` (${fallback})`}`,
	);
	return [...lines, ...Object.entries(switches).map(([name, text]) => `  --${name.padEnd(32)} ${text}`)].join("\n");
}
