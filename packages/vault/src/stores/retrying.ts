import { AppError, type Clock, isRetryable } from "@skyeworx/core";
import { damaged } from "../damage.ts";
import type { ObjectFacts, Store } from "./store.ts";

const attempts = 6;
const firstPause = 200;

/** Repeats what a store or a key service refused for the moment, with growing pauses: the one place where the vault retries. */
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

/**
 * The same store, asked again when it does not answer. After a lost answer `create` says "exists" of what it made itself:
 * whoever must know compares the bytes.
 */
export function patientStore(store: Store, clock: Clock): Store {
	const extendLock = store.extendLock?.bind(store);
	return {
		description: store.description,
		create: (name, bytes, options) => retrying(clock, () => store.create(name, bytes, options), options?.signal),
		replace: (name, bytes, options) => retrying(clock, () => store.replace(name, bytes, options), options?.signal),
		read: (name, range, signal) => retrying(clock, () => readOnce(store, name, range, signal), signal),
		facts: (name) => retrying(clock, () => store.facts(name)),
		list: (prefix) => patientList(store, clock, prefix),
		delete: (name) => retrying(clock, () => store.delete(name)),
		...(extendLock === undefined ? {} : { extendLock: (name: string, until: Date) => retrying(clock, () => extendLock(name, until)) }),
	};
}

/** A range inside the object comes back whole: an answer that ends early counts as a broken connection. */
async function readOnce(store: Store, ...[name, range, signal]: Parameters<Store["read"]>): Promise<Uint8Array> {
	const bytes = await store.read(name, range, signal);
	if (range === undefined || "suffix" in range || bytes.length === range.length) return bytes;
	const facts = await store.facts(name);
	if (facts !== undefined && facts.size < range.offset + range.length) {
		throw damaged({ object: name, what: "size", detail: `it ends after ${facts.size} bytes` });
	}
	throw new AppError("store-unreachable", `The store answered with fewer bytes of ${name} than it was asked for`, {
		facts: { object: name, asked: range.length, got: bytes.length },
	});
}

/** Begins again when a page fails, and passes on only what it has not yet: nobody gets a name twice. */
async function* patientList(store: Store, clock: Clock, prefix: string): AsyncIterable<ObjectFacts> {
	const given = new Set<string>();
	let pause = firstPause;
	for (let attempt = 1; ; attempt++) {
		try {
			for await (const facts of store.list(prefix)) {
				if (given.has(facts.name)) continue;
				given.add(facts.name);
				attempt = 1;
				pause = firstPause;
				yield facts;
			}
			return;
		} catch (error) {
			if (!isRetryable(error) || attempt >= attempts) throw error;
			await clock.sleep(pause);
			pause *= 2;
		}
	}
}
