/**
 * Runs several streams side by side and gives what they say as it comes; each keeps its own order. None is asked for more than
 * one element ahead, so nothing piles up. When one throws, the others are ended before the error goes up.
 */
export async function* merged<T>(streams: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
	const open = new Map(streams.map((stream, index) => [index, stream[Symbol.asyncIterator]()] as const));
	const ask = async (index: number, iterator: AsyncIterator<T>) => ({ index, result: await iterator.next() });
	const pending = new Map([...open].map(([index, iterator]) => [index, ask(index, iterator)] as const));
	try {
		while (pending.size > 0) {
			const { index, result } = await Promise.race(pending.values());
			const iterator = open.get(index);
			if (result.done === true || iterator === undefined) {
				pending.delete(index);
				open.delete(index);
				continue;
			}
			pending.set(index, ask(index, iterator));
			yield result.value;
		}
	} finally {
		// What is still under way may fail for the same reason; that is no second error.
		for (const left of pending.values()) left.catch(() => {});
		await Promise.allSettled([...open.values()].map(async (iterator) => await iterator.return?.()));
	}
}
