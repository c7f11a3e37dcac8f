/** Lets one task at a time through, in the order in which they came. */
export class Lock {
	#last: Promise<unknown> = Promise.resolve();

	run<T>(task: () => Promise<T>): Promise<T> {
		const next = this.#last.then(task, task);
		this.#last = next.catch(() => undefined);
		return next;
	}
}
