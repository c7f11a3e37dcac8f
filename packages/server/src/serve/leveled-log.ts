import type { Log, LogFacts } from "@skyeworx/core";

const levels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof levels)[number];

/** Leaves out what is below a level. */
export function leveledLog(log: Log, least: LogLevel): Log {
	const from = levels.indexOf(least);
	const nothing = (_message: string, _facts?: LogFacts) => {};
	const at = (level: LogLevel) => (levels.indexOf(level) < from ? nothing : log[level]);
	return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
