import { Worker } from "node:worker_threads";
import { AppError } from "@skyeworx/core";
import type { FinishedPack } from "./pack-sealer.ts";
import type { SealedFrame, Sealing } from "./sealing.ts";
import type { SealingAnswer, SealingRequest } from "./sealing-messages.ts";

interface Waiting {
	readonly resolve: (answer: SealingAnswer) => void;
	readonly reject: (error: unknown) => void;
}

/**
 * Seals packs on a thread of its own, which starts with the first pack: compressing, encrypting and reading back take about a sixth
 * of a backup's processor time. One thread serves all vaults of a process. Keys of a pack are there while it is being filled.
 */
export function sealingThread(): Sealing {
	let thread: SealingThread | undefined;
	let packs = 0;
	return {
		begin({ class: cls, file, idKey }) {
			if (thread === undefined || thread.ended) thread = new SealingThread();
			const own = thread;
			const number = packs++;
			own.send({ do: "begin", number, pack: { class: cls, file }, idKey });
			return {
				async seal(frame): Promise<SealedFrame> {
					const said = await own.ask({ do: "seal", number, frame }, [frame.buffer.buffer as ArrayBuffer]);
					return said as SealedFrame & SealingAnswer;
				},
				async finish(): Promise<FinishedPack> {
					const said = await own.ask({ do: "finish", number });
					if (said.done !== "finish") throw new AppError("internal", "The sealing thread answered something else");
					return said.pack;
				},
				abandon: () => own.send({ do: "abandon", number }),
			};
		},
		async close() {
			await thread?.close();
			thread = undefined;
		},
	};
}

class SealingThread {
	readonly #worker = new Worker(new URL("./sealing-worker.ts", import.meta.url));
	readonly #waiting: Waiting[] = [];
	ended = false;

	constructor() {
		// An idle thread does not keep the process alive; who waits for an answer does.
		this.#worker.unref();
		this.#worker.on("message", (said: SealingAnswer) => this.#answered(said));
		this.#worker.on("error", (cause) => this.#end(new AppError("internal", "The sealing thread failed", { cause })));
		this.#worker.on("exit", () => this.#end(new AppError("internal", "The sealing thread has ended")));
	}

	send(request: SealingRequest): void {
		if (!this.ended) this.#worker.postMessage(request);
	}

	async ask(request: SealingRequest, transfer: readonly ArrayBuffer[] = []): Promise<SealingAnswer> {
		if (this.ended) throw new AppError("internal", "The sealing thread has ended");
		this.#worker.postMessage(request, transfer);
		if (this.#waiting.length === 0) this.#worker.ref();
		return await new Promise<SealingAnswer>((resolve, reject) => this.#waiting.push({ resolve, reject }));
	}

	async close(): Promise<void> {
		await this.#worker.terminate();
	}

	#answered(said: SealingAnswer): void {
		const waiting = this.#waiting.shift();
		if (this.#waiting.length === 0) this.#worker.unref();
		if (said.done !== "failed") waiting?.resolve(said);
		else waiting?.reject(new AppError("internal", said.message, said.hint === undefined ? {} : { hint: said.hint }));
	}

	#end(error: AppError): void {
		this.ended = true;
		for (const { reject } of this.#waiting.splice(0)) reject(error);
	}
}
