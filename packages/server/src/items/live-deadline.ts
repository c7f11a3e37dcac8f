import { AppError, type Clock } from "@skyeworx/core";

/** Whoever looks at an item waits for it: a site that is down must not keep them for as long as a backup would try. */
const patienceMilliseconds = 8000;

/** Gives a live read so much time and no more. @throws AppError `site-unreachable` when it takes longer */
export async function withinPatience<T>(
	clock: Pick<Clock, "sleep">,
	signal: AbortSignal | undefined,
	read: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
	const ended = new AbortController();
	const over = new AbortController();
	const late = clock.sleep(patienceMilliseconds, ended.signal).then(
		() => over.abort(),
		() => {},
	);
	const reading = read(signal === undefined ? over.signal : AbortSignal.any([over.signal, signal]));
	reading.catch(() => {});
	try {
		return await Promise.race([reading, late.then(() => (over.signal.aborted ? Promise.reject(tooSlow()) : reading))]);
	} finally {
		ended.abort();
	}
}

function tooSlow(): AppError {
	return new AppError("site-unreachable", `The site did not answer within ${patienceMilliseconds / 1000} seconds`, {
		hint: "The kept versions can be looked at; try the live one again later.",
	});
}
