/** One request as the simulator saw it. */
export interface LoggedRequest {
	readonly at: number;
	readonly method: string;
	/** The route's template, or the raw path where nothing matched. */
	readonly template: string;
	readonly path: string;
	readonly query: string;
	readonly status: number;
	/** Set when a fault was injected into this request. */
	readonly fault: string | undefined;
}

/** Keeps the last requests and counts all of them by operation, for tests and benches. */
export class RequestLog {
	readonly #limit: number;
	#entries: LoggedRequest[] = [];
	#counts = new Map<string, number>();
	#total = 0;
	#writes = 0;

	constructor(limit = 20_000) {
		this.#limit = limit;
	}

	/** Notes a request; the oldest half is dropped when the log is full. */
	add(entry: LoggedRequest): void {
		this.#total += 1;
		const operation = `${entry.method} ${entry.template}`;
		this.#counts.set(operation, (this.#counts.get(operation) ?? 0) + 1);
		if (this.#entries.length >= this.#limit) this.#entries = this.#entries.slice(this.#limit / 2);
		this.#entries.push(entry);
	}

	/** Notes that something may have been written; also by what is not logged. */
	noteWrite(): void {
		this.#writes += 1;
	}

	/** How many requests since the start may have written something. */
	get writes(): number {
		return this.#writes;
	}

	/** The requests still held, oldest first. */
	get entries(): readonly LoggedRequest[] {
		return this.#entries;
	}

	/** How many requests were made since the start or the last `clear`. */
	get total(): number {
		return this.#total;
	}

	/** Requests by `"METHOD template"`. */
	counts(): Record<string, number> {
		return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
	}

	/** Forgets everything. */
	clear(): void {
		this.#entries = [];
		this.#counts = new Map();
		this.#total = 0;
	}
}
