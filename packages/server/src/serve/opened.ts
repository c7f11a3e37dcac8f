import type { Log } from "@skyeworx/core";

/** Opens things in order and closes them in the opposite one, whatever happens in between. */
export class Opened {
	readonly #closers: (() => Promise<void> | void)[] = [];

	add<T>(thing: T, close: (thing: T) => Promise<void> | void): T {
		this.#closers.push(() => close(thing));
		return thing;
	}

	async close(log: Log): Promise<void> {
		for (const close of this.#closers.toReversed()) {
			try {
				await close();
			} catch (error) {
				log.error("something did not close", { cause: error instanceof Error ? error.message : String(error) });
			}
		}
	}
}

/** Waits for a signal. */
export function untilAborted(signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) resolve();
		else signal.addEventListener("abort", () => resolve(), { once: true });
	});
}
