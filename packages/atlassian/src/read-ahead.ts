/**
 * Runs tasks a few at a time and gives their results in the order of the tasks. Memory holds at most `ahead` results. A task that
 * fails ends the row with its error; tasks already begun run out unheard.
 */
export async function* readAhead<T>(tasks: Iterable<() => Promise<T>>, ahead: number): AsyncGenerator<T> {
	const running: Promise<T>[] = [];
	const iterator = tasks[Symbol.iterator]();
	const begin = (): void => {
		const next = iterator.next();
		if (next.done === true) return;
		const work = next.value();
		// Its error is met when its turn comes; until then it is no unhandled one.
		work.catch(() => undefined);
		running.push(work);
	};
	for (let i = 0; i < ahead; i++) begin();
	for (let next = running.shift(); next !== undefined; next = running.shift()) {
		const value = await next;
		begin();
		yield value;
	}
}
