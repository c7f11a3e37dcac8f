/** Time, as a dependency. UTC. */
export interface Clock {
	now(): Date;
	/** Milliseconds that only ever grow; for durations, never for dates. */
	monotonic(): number;
	/** @throws AppError `cancelled` when the signal aborts */
	sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Randomness, as a dependency. */
export interface Random {
	bytes(count: number): Uint8Array;
	uuid(): string;
	/** A number in [0, 1). */
	fraction(): number;
}

/** Facts of a log line: ids, codes and counts; never a secret, a title or a text of a customer. */
export type LogFacts = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Log {
	debug(message: string, facts?: LogFacts): void;
	info(message: string, facts?: LogFacts): void;
	warn(message: string, facts?: LogFacts): void;
	error(message: string, facts?: LogFacts): void;
}
