/** Works on up to `width` items at once and gives the results in the items' order. */
export async function* inOrder<T, R>(
	items: AsyncIterable<T> | Iterable<T>,
	width: number,
	work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
	const under: Promise<R>[] = [];
	try {
		for await (const item of items) {
			const result = work(item);
			// An early failure must not count as unhandled while results before it are still awaited.
			result.catch(() => {});
			under.push(result);
			if (under.length >= width) yield await (under.shift() as Promise<R>);
		}
		while (under.length > 0) yield await (under.shift() as Promise<R>);
	} finally {
		await Promise.allSettled(under);
	}
}

/** Asks for the next one while the one before is worked on. */
export async function* ahead<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
	let next = items.next();
	try {
		for (;;) {
			const current = await next;
			if (current.done === true) return;
			next = items.next();
			next.catch(() => {});
			yield current.value;
		}
	} finally {
		await next.catch(() => {});
		await items.return(undefined);
	}
}

/** All items as a list. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
	const all: T[] = [];
	for await (const item of items) all.push(item);
	return all;
}
