import { AppError } from "@skyeworx/core";
import type { Observation } from "../connector/observation.ts";

export type FileObservation = Extract<Observation, { type: "file" }>;

/** A file of at most this many bytes is fetched into memory, several at a time; a larger one streams through alone. */
const inMemoryLimit = 4 * 1024 * 1024;
const inFlight = 6;

type Stored = (observation: FileObservation, content: AsyncIterable<Uint8Array>) => Promise<void>;
type Failed = (observation: FileObservation, error: unknown) => Promise<void>;

/**
 * Fetches attachment bytes with a few requests in flight and hands them over one after another, in no promised order.
 * Memory stays under `inFlight` x `inMemoryLimit` plus one stream's buffers.
 */
export class FileFetcher {
	readonly #store: Stored;
	readonly #failed: Failed;
	readonly #signal: AbortSignal;
	readonly #pending = new Set<Promise<void>>();
	/** Files of untold size that turned out to be large. */
	readonly #large: FileObservation[] = [];
	#turn: Promise<void> = Promise.resolve();
	#broken: unknown;

	constructor(options: { readonly store: Stored; readonly failed: Failed; readonly signal: AbortSignal }) {
		this.#store = options.store;
		this.#failed = options.failed;
		this.#signal = options.signal;
	}

	/** Starts or queues the download; waits while too many are under way. @throws what storing a file threw */
	async add(observation: FileObservation): Promise<void> {
		if (this.#broken !== undefined) throw this.#broken;
		const isLarge = observation.size !== undefined && observation.size > inMemoryLimit;
		if (isLarge) this.#large.push(observation);
		if (this.#large.length > 0) await this.drain();
		if (isLarge) return;
		while (this.#pending.size >= inFlight) await Promise.race(this.#pending);
		const work: Promise<void> = this.#fetchThenStore(observation)
			.catch((error: unknown) => {
				this.#broken ??= error;
			})
			.finally(() => this.#pending.delete(work));
		this.#pending.add(work);
	}

	/** Waits until every file asked for is stored or has failed. @throws what storing a file threw */
	async drain(): Promise<void> {
		await Promise.all(this.#pending);
		if (this.#broken !== undefined) throw this.#broken;
		for (const file of this.#large.splice(0)) await this.#streamThrough(file);
	}

	async #fetchThenStore(observation: FileObservation): Promise<void> {
		let chunks: readonly Uint8Array[] | undefined;
		try {
			chunks = await gathered(counted(await observation.open(this.#signal), observation));
		} catch (error) {
			await this.#inTurn(() => this.#failed(observation, error));
			return;
		}
		if (chunks === undefined) this.#large.push(observation);
		else await this.#inTurn(() => this.#store(observation, iterate(chunks)));
	}

	async #streamThrough(observation: FileObservation): Promise<void> {
		let source: AsyncIterable<Uint8Array>;
		try {
			source = await observation.open(this.#signal);
		} catch (error) {
			await this.#failed(observation, error);
			return;
		}
		const { content, failure } = watched(counted(source, observation));
		try {
			await this.#store(observation, content);
		} catch (error) {
			if (failure() === undefined) throw error;
			await this.#failed(observation, failure());
		}
	}

	/** The vault's writer takes one record at a time. */
	async #inTurn(work: () => Promise<void>): Promise<void> {
		const mine = this.#turn.then(work);
		this.#turn = mine.catch(() => {});
		await mine;
	}
}

/** All of a file; undefined when it is too large to be held. */
async function gathered(source: AsyncIterable<Uint8Array>): Promise<readonly Uint8Array[] | undefined> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of source) {
		size += chunk.length;
		if (size > inMemoryLimit) return undefined;
		chunks.push(chunk);
	}
	return chunks;
}

/** Remembers whether it was the source that failed, not the one who reads it. */
function watched(source: AsyncIterable<Uint8Array>): { readonly content: AsyncIterable<Uint8Array>; failure(): unknown } {
	let failure: unknown;
	async function* content(): AsyncIterable<Uint8Array> {
		try {
			yield* source;
		} catch (error) {
			failure = error;
			throw error;
		}
	}
	return { content: content(), failure: () => failure };
}

async function* counted(source: AsyncIterable<Uint8Array>, observation: FileObservation): AsyncIterable<Uint8Array> {
	let size = 0;
	for await (const chunk of source) {
		size += chunk.length;
		yield chunk;
	}
	if (observation.size !== undefined && size !== observation.size) {
		throw new AppError("site-answer-malformed", `A file ended after ${size} of ${observation.size} bytes`, {
			facts: { kind: observation.ref.kind, id: observation.ref.id, part: observation.part },
			hint: "It is read again with the next backup.",
		});
	}
}

async function* iterate(chunks: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
	yield* chunks;
}
