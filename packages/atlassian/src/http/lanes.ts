import { AppError } from "@skyeworx/core";

/** Lets a limited number of calls run at once; the number shrinks when the site complains and grows back slowly. */
export class Lanes {
	private readonly most: number;
	private allowed: number;
	private running = 0;
	private good = 0;
	private readonly queue: { readonly start: () => void; readonly fail: (error: Error) => void; readonly signal: AbortSignal }[] = [];

	constructor(most: number) {
		this.most = most;
		this.allowed = most;
	}

	/** Runs work in a free lane. */
	async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
		await this.enter(signal);
		try {
			return await work();
		} finally {
			this.running -= 1;
			this.admit();
		}
	}

	/** Halves the lanes: the site said it is too much. */
	complain(): void {
		this.allowed = Math.max(1, Math.floor(this.allowed / 2));
		this.good = 0;
	}

	/** Opens one more lane after a row of good answers. */
	praise(): void {
		this.good += 1;
		if (this.good < 20 || this.allowed >= this.most) return;
		this.good = 0;
		this.allowed += 1;
		this.admit();
	}

	private enter(signal: AbortSignal): Promise<void> {
		if (signal.aborted) return Promise.reject(new AppError("cancelled", "Cancelled before the call"));
		if (this.running < this.allowed) {
			this.running += 1;
			return Promise.resolve();
		}
		return new Promise((resolve, reject) => {
			const abort = () => {
				this.queue.splice(this.queue.indexOf(waiting), 1);
				reject(new AppError("cancelled", "Cancelled while waiting for a free lane"));
			};
			const start = () => {
				signal.removeEventListener("abort", abort);
				this.running += 1;
				resolve();
			};
			const waiting = { start, fail: reject, signal };
			signal.addEventListener("abort", abort, { once: true });
			this.queue.push(waiting);
		});
	}

	private admit(): void {
		while (this.running < this.allowed) {
			const next = this.queue.shift();
			if (next === undefined) return;
			next.start();
		}
	}
}
