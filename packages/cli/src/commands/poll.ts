import { systemClock } from "@skyeworx/core";

/** Asks again, a little later each time (200 ms to 2 s), until there is an answer. @throws AppError `cancelled` */
export async function pollUntil<T>(signal: AbortSignal, ask: () => Promise<T | undefined>): Promise<T> {
	for (let pause = 200; ; pause = Math.min(2000, pause * 1.3)) {
		const answer = await ask();
		if (answer !== undefined) return answer;
		await systemClock.sleep(pause, signal);
	}
}
