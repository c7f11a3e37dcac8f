/** The site's own time: runs with the real clock from a chosen instant, can be moved ahead, and can stand still or go by its readings. */
export class SimulatorClock {
	#offset: number;
	#fixed: number | undefined;
	readonly #tick: number;

	/**
	 * @param options `start`: epoch milliseconds to begin at, the real time unless told; `offset`: how far to be ahead of the real clock
	 * instead; `frozen`: move only by `advance`; `tick`: move by that many milliseconds with each reading, and by `advance`, so that
	 * what happens does not depend on how fast the machine is
	 */
	constructor(options: { readonly start?: number; readonly offset?: number; readonly frozen?: boolean; readonly tick?: number } = {}) {
		const real = Date.now();
		this.#offset = options.offset ?? (options.start ?? real) - real;
		this.#tick = options.tick ?? 0;
		this.#fixed = options.frozen === true || this.#tick > 0 ? (options.start ?? real) : undefined;
	}

	/** How far this clock is ahead of the real one, in milliseconds. */
	get offset(): number {
		return this.#fixed === undefined ? this.#offset : this.#fixed - Date.now();
	}

	/** Epoch milliseconds. */
	now(): number {
		if (this.#fixed === undefined) return Date.now() + this.#offset;
		this.#fixed += this.#tick;
		return this.#fixed;
	}

	/** Moves time ahead by `ms`. */
	advance(ms: number): void {
		if (this.#fixed === undefined) this.#offset += ms;
		else this.#fixed += ms;
	}

	/** Waits `ms` of real time (slow answers). */
	wait(ms: number): Promise<void> {
		return new Promise((resolve) => {
			setTimeout(resolve, ms).unref();
		});
	}
}

/** Writes an instant as Jira does: `2026-03-01T09:30:00.000+0000`. */
export function jiraTime(ms: number): string {
	return `${new Date(ms).toISOString().slice(0, -1)}+0000`;
}

/** Writes an instant as Confluence does: `2026-03-01T09:30:00.000Z`. */
export function isoTime(ms: number): string {
	return new Date(ms).toISOString();
}

/** Reads an RFC 3339 instant, also with Jira's `+0000` offsets; undefined when it is none. */
export function parseTime(text: string): number | undefined {
	const ms = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
	return Number.isNaN(ms) ? undefined : ms;
}
