import { AppError, type Clock, isRetryable } from "@skyeworx/core";
import { damaged } from "../damage.ts";
import type { Store } from "./store.ts";

const attempts = 6;
const firstPause = 200;

/** Repeats what a store refused for the moment: the one place where the vault retries reads and content-named writes. */
export async function retrying<T>(clock: Clock, task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
	let pause = firstPause;
	for (let attempt = 1; ; attempt++) {
		try {
			return await task();
		} catch (error) {
			if (!isRetryable(error) || attempt >= attempts) throw error;
			await clock.sleep(pause, signal);
			pause *= 2;
		}
	}
}

/** Reads exactly these bytes; an answer that ends early counts as a broken connection. @throws AppError `vault-damaged` when the object is shorter */
export async function readExactly(
	store: Store,
	name: string,
	range: { readonly offset: number; readonly length: number },
): Promise<Uint8Array> {
	const bytes = await store.read(name, range);
	if (bytes.length !== range.length) {
		const facts = await store.facts(name);
		if (facts !== undefined && facts.size < range.offset + range.length) {
			throw damaged({ object: name, what: "size", detail: `it ends after ${facts.size} bytes` });
		}
		throw new AppError("store-unreachable", `The store answered with fewer bytes of ${name} than it was asked for`, {
			facts: { object: name, asked: range.length, got: bytes.length },
		});
	}
	return bytes;
}
