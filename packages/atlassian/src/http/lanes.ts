import { AppError } from "@skyeworx/core";

/** Lets a limited number of calls run at once; the number shrinks when the site complains and grows back slowly. */
export class Lanes {
	private readonly most: number;
	private allowed: number;
	private running = 0;
	private good = 0;
	private queue: { readonly start: () => void; readonly fail: (error: Error) => void; readonly signal: AbortSignal }[] = [];
	private readonly heeded = new WeakSet<AbortSignal>();

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
		this.heed(signal);
		return new Promise((start, fail) => {
			this.queue.push({ start, fail, signal });
		});
	}

	private admit(): void {
		while (this.running < this.allowed) {
			const next = this.queue.shift();
			if (next === undefined) return;
			this.running += 1;
			next.start();
		}
	}

	/** One listener for all the calls of a run: hundreds wait at a time. */
	private heed(signal: AbortSignal): void {
		if (this.heeded.has(signal)) return;
		this.heeded.add(signal);
		signal.addEventListener("abort", () => this.drop(signal), { once: true });
	}

	private drop(signal: AbortSignal): void {
		const dropped = this.queue.filter((waiting) => waiting.signal === signal);
		this.queue = this.queue.filter((waiting) => waiting.signal !== signal);
		for (const waiting of dropped) waiting.fail(new AppError("cancelled", "Cancelled while waiting for a free lane"));
	}
}
