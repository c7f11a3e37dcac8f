import { release } from "@skyeworx/core";
import type { Dispatcher } from "undici";

/** An answer whose body is on its way. */
export interface BegunAnswer {
	readonly status: number;
	readonly headers: Dispatcher.ResponseData["headers"];
	/** All of it, once; rejects when the connection breaks before its end. */
	bytes(): Promise<Uint8Array>;
}

/**
 * Sends a request whose answer is small enough to be held, as documents are. Resolves when the answer begins.
 * A stream that nobody needs costs more than the rest of a request, and documents are nearly all that is asked for.
 * @throws what undici says, or the signal's reason
 */
export function requestWhole(dispatcher: Dispatcher, options: Dispatcher.DispatchOptions, signal: AbortSignal): Promise<BegunAnswer> {
	return new Promise((begun, failed) => {
		if (signal.aborted) return failed(signal.reason);
		try {
			dispatcher.dispatch(options, new WholeAnswer(signal, begun, failed));
		} catch (error) {
			failed(error);
		}
	});
}

class WholeAnswer implements Dispatcher.DispatchHandler {
	readonly #signal: AbortSignal;
	readonly #begun: (answer: BegunAnswer) => void;
	readonly #failed: (error: unknown) => void;
	readonly #body = Promise.withResolvers<void>();
	readonly #chunks: Buffer[] = [];
	readonly #abort = (): void => this.#controller?.abort(this.#signal.reason as Error);
	#controller: Dispatcher.DispatchController | undefined;

	constructor(signal: AbortSignal, begun: (answer: BegunAnswer) => void, failed: (error: unknown) => void) {
		this.#signal = signal;
		this.#begun = begun;
		this.#failed = failed;
		// Whoever needs the body hears of its error there.
		this.#body.promise.catch(() => undefined);
		signal.addEventListener("abort", this.#abort, { once: true });
	}

	onRequestStart(controller: Dispatcher.DispatchController): void {
		this.#controller = controller;
		if (this.#signal.aborted) this.#abort();
	}

	onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Dispatcher.ResponseData["headers"]): void {
		// 103 Early Hints and the like come before the answer.
		if (status < 200) return;
		this.#begun({ status, headers, bytes: () => this.#bytes() });
	}

	onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
		this.#chunks.push(chunk);
	}

	onResponseEnd(): void {
		this.#signal.removeEventListener("abort", this.#abort);
		this.#body.resolve();
	}

	onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
		this.#signal.removeEventListener("abort", this.#abort);
		this.#failed(error);
		this.#body.reject(error);
	}

	async #bytes(): Promise<Uint8Array> {
		await this.#body.promise;
		const [first] = this.#chunks;
		if (first !== undefined && this.#chunks.length === 1) return first;
		const whole = Buffer.concat(this.#chunks);
		for (const chunk of this.#chunks) release(chunk);
		return whole;
	}
}
