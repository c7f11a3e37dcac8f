import type { Clock } from "@skyeworx/core";

/** Writes the newest of many values, at most one each interval; `settle` writes what is left. */
export interface Throttled<T> {
	say(value: T): void;
	settle(): Promise<void>;
}

/** A write that fails is told to `onError`; progress is not worth failing a run for. */
export function throttled<T>(
	clock: Clock,
	milliseconds: number,
	sink: { readonly write: (value: T) => Promise<void>; readonly onError: (error: unknown) => void },
): Throttled<T> {
	let newest: { readonly value: T } | undefined;
	let lastAt = Number.NEGATIVE_INFINITY;
	let pumping: Promise<void> | undefined;
	let hurry = new AbortController();
	const pump = async () => {
		while (newest !== undefined) {
			const early = lastAt + milliseconds - clock.monotonic();
			if (early > 0) await clock.sleep(early, hurry.signal).catch(() => {});
			const { value } = newest;
			newest = undefined;
			lastAt = clock.monotonic();
			await sink.write(value).catch(sink.onError);
		}
	};
	return {
		say(value) {
			newest = { value };
			pumping ??= pump().finally(() => {
				pumping = undefined;
			});
		},
		async settle() {
			hurry.abort();
			await pumping;
			hurry = new AbortController();
		},
	};
}
