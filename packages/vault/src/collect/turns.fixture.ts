import { setImmediate } from "node:timers/promises";

/** Lets several tasks pass marked points one at a time, in every order there is. */
export class Turns {
	readonly #waiting = new Map<string, () => void>();
	readonly #running = new Set<string>();

	/** Waits until it is this task's turn. */
	pass(task: string): Promise<void> {
		return new Promise((resolve) => this.#waiting.set(task, resolve));
	}

	/** Runs the tasks; `choose` says which of the waiting ones goes on. */
	async run(tasks: Readonly<Record<string, () => Promise<void>>>, choose: (waiting: readonly string[]) => string): Promise<void> {
		const done = Object.entries(tasks).map(async ([name, task]) => {
			this.#running.add(name);
			try {
				await this.pass(name);
				await task();
			} finally {
				this.#running.delete(name);
			}
		});
		const settled = Promise.allSettled(done);
		while (this.#running.size > 0) {
			// Nothing here waits for a clock or a disk: one round of the event loop brings every task to its next point.
			await setImmediate();
			if (this.#waiting.size === 0) continue;
			const next = choose([...this.#waiting.keys()].sort());
			const go = this.#waiting.get(next);
			this.#waiting.delete(next);
			go?.();
		}
		for (const task of await settled) if (task.status === "rejected") throw task.reason;
	}
}

/**
 * Calls `trial` once for each possible sequence of choices, depth first.
 * @returns number of trials
 */
export async function everyOrder(trial: (choose: (options: readonly string[]) => string) => Promise<void>): Promise<number> {
	let path: { readonly options: number; at: number }[] = [];
	for (let trials = 1; ; trials++) {
		let depth = 0;
		const taken: string[] = [];
		try {
			await trial((options) => {
				const step = path[depth] ?? { options: options.length, at: 0 };
				if (depth === path.length) path.push(step);
				depth++;
				const chosen = options[step.at] ?? "";
				taken.push(chosen);
				return chosen;
			});
		} catch (cause) {
			throw new Error(`in the order ${taken.join(" ")}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
		}
		path = path.slice(0, depth);
		while (path.length > 0 && (path.at(-1)?.at ?? 0) + 1 >= (path.at(-1)?.options ?? 0)) path.pop();
		const last = path.at(-1);
		if (last === undefined) return trials;
		last.at++;
	}
}
