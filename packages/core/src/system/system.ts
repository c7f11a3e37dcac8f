import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../errors.ts";
import type { Clock, Log, LogFacts, Random } from "../ports.ts";

/** The machine's clock. */
export const systemClock: Clock = {
	now: () => new Date(),
	monotonic: () => performance.now(),
	async sleep(milliseconds, signal) {
		try {
			await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
		} catch (cause) {
			throw new AppError("cancelled", "Stopped while waiting", { cause });
		}
	},
};

/** The operating system's random source. */
export const systemRandom: Random = {
	bytes: (count) => randomBytes(count),
	uuid: () => randomUUID(),
	fraction: () => randomInt(2 ** 47) / 2 ** 47,
};

/** Writes one JSON object a line to `write` (standard error by default). */
export function jsonLog(write: (line: string) => void = (line) => process.stderr.write(line)): Log {
	const at = (level: string) => (message: string, facts?: LogFacts) => {
		write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...facts })}\n`);
	};
	return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** Writes nothing. */
export const quietLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
