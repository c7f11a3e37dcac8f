import { AppError } from "@skyeworx/core";
import { clampRange, objectMissing, requireName, requireRunning } from "./names.ts";
import type { ByteRange, ObjectFacts, PutOptions, Store } from "./store.ts";

/** One call that is about to reach the memory store. */
export interface StoreCall {
	/** Counts from 1 over the store's life. */
	readonly number: number;
	readonly operation: "create" | "replace" | "read" | "facts" | "list" | "delete" | "extend-lock";
	/** The object's name, or the prefix of a list; each page of a list is a call. */
	readonly name: string;
}

/**
 * What goes wrong with a call: it fails without effect, takes effect and its answer is lost, the process dies before or
 * after the effect (and never asks again), or a read brings too few bytes. The numbers are what services answer: 409 (another
 * write goes on), 429 and 503 refuse for the moment; 412 takes effect and says "exists", because somebody on the way sent the
 * request twice.
 */
export type StoreFault = "fail-before" | "fail-after" | "crash-before" | "crash-after" | "partial" | "409" | "412" | "429" | "503";

export interface MemoryStoreOptions {
	/** The store's own clock; by default it stands at 2030-01-01 and moves a second with each write, far from the host's. */
	readonly now?: () => Date;
	/** Decides per call; undefined means nothing happens. */
	readonly fault?: (call: StoreCall) => StoreFault | undefined;
}

interface Version {
	/** Undefined: a delete marker. */
	readonly bytes: Uint8Array | undefined;
	readonly modifiedAt: Date;
	readonly retainUntil: Date | undefined;
}

/** A strict simulator of a folder, S3 and Azure, with the means of an operator or an attacker. */
export interface MemoryStore extends Store {
	/** Calls made so far. */
	readonly calls: number;
	/** Decides per call from now on. */
	setFault(fault: MemoryStoreOptions["fault"]): void;
	/** A store with the same objects, as another process sees them after this one died. */
	reopen(options?: MemoryStoreOptions): MemoryStore;
	/** Puts a delete marker over the object, as a versioned bucket does even when the object is locked. */
	hide(name: string): void;
	/** Changes or (undefined) removes stored bytes behind the vault's back; versions below stay. */
	tamper(name: string, change: (bytes: Uint8Array) => Uint8Array | undefined): void;
	/** Current objects, sorted by name. */
	names(): string[];
	/** Every version of an object, oldest first; a delete marker has no bytes. */
	versions(name: string): readonly { readonly bytes: Uint8Array | undefined }[];
}

export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
	return new VersionedMemory(new Map(), options);
}

const pageSize = 5;
const firstDay = Date.UTC(2030, 0, 1);

class VersionedMemory implements MemoryStore {
	readonly description = "memory";
	readonly #objects: Map<string, Version[]>;
	readonly #now: () => Date;
	#fault: MemoryStoreOptions["fault"];
	#calls = 0;
	#crashed = false;
	#writes = 0;

	constructor(objects: Map<string, Version[]>, options: MemoryStoreOptions) {
		this.#objects = objects;
		this.#fault = options.fault;
		this.#now = options.now ?? (() => new Date(firstDay + this.#writes * 1000));
	}

	get calls(): number {
		return this.#calls;
	}

	setFault(fault: MemoryStoreOptions["fault"]): void {
		this.#fault = fault;
	}

	reopen(options: MemoryStoreOptions = {}): MemoryStore {
		return new VersionedMemory(this.#objects, options);
	}

	create(name: string, bytes: Uint8Array, options?: PutOptions): Promise<"created" | "exists"> {
		return this.#call("create", name, options?.signal, (fault) => {
			// As S3: the condition looks at the current version only, and a delete marker counts as absent.
			if (this.#current(name)?.bytes !== undefined) return "exists";
			this.#push(name, bytes, options?.retainUntil);
			return fault === "412" ? "exists" : "created";
		});
	}

	replace(name: string, bytes: Uint8Array, options?: PutOptions): Promise<void> {
		return this.#call("replace", name, options?.signal, () => this.#push(name, bytes, options?.retainUntil));
	}

	async read(name: string, range?: ByteRange, signal?: AbortSignal): Promise<Uint8Array> {
		let partial = false;
		const found = await this.#call("read", name, signal, (fault) => {
			partial = fault === "partial";
			const bytes = this.#current(name)?.bytes;
			if (bytes === undefined) throw objectMissing(name);
			const { offset, length } = clampRange(bytes.length, range);
			return bytes.slice(offset, offset + length);
		});
		return partial ? found.slice(0, Math.floor(found.length / 2)) : found;
	}

	facts(name: string): Promise<ObjectFacts | undefined> {
		return this.#call("facts", name, undefined, () => this.#factsOf(name));
	}

	async *list(prefix: string): AsyncIterable<ObjectFacts> {
		// Page by page and in no order of names; what others write meanwhile may appear or not.
		let after = "";
		for (;;) {
			const page = await this.#call("list", prefix, undefined, () =>
				this.names()
					.filter((name) => name.startsWith(prefix))
					.map((name) => ({ name, place: placeInList(name) }))
					.filter(({ place }) => place > after)
					.sort((a, b) => (a.place < b.place ? -1 : 1))
					.slice(0, pageSize),
			);
			for (const { name, place } of page) {
				await Promise.resolve();
				after = place;
				const facts = this.#factsOf(name);
				if (facts !== undefined) yield facts;
			}
			if (page.length < pageSize) return;
		}
	}

	delete(name: string): Promise<"deleted" | "locked"> {
		return this.#call("delete", name, undefined, () => {
			const versions = this.#objects.get(name) ?? [];
			const now = this.#now().getTime();
			if (versions.some((version) => (version.retainUntil?.getTime() ?? 0) > now)) return "locked";
			this.#objects.delete(name);
			return "deleted";
		});
	}

	extendLock(name: string, until: Date): Promise<void> {
		return this.#call("extend-lock", name, undefined, () => {
			const versions = this.#objects.get(name) ?? [];
			const current = versions.findLast(({ bytes }) => bytes !== undefined);
			if (current === undefined) throw objectMissing(name);
			if ((current.retainUntil?.getTime() ?? 0) < until.getTime()) versions[versions.indexOf(current)] = { ...current, retainUntil: until };
		});
	}

	hide(name: string): void {
		this.#push(name, undefined, undefined);
	}

	tamper(name: string, change: (bytes: Uint8Array) => Uint8Array | undefined): void {
		const versions = this.#objects.get(name) ?? [];
		const current = versions.pop();
		if (current?.bytes === undefined) throw objectMissing(name);
		const bytes = change(current.bytes.slice());
		if (bytes !== undefined) versions.push({ ...current, bytes });
		if (versions.length === 0) this.#objects.delete(name);
	}

	names(): string[] {
		return [...this.#objects.keys()].filter((name) => this.#current(name)?.bytes !== undefined).sort();
	}

	versions(name: string): readonly { readonly bytes: Uint8Array | undefined }[] {
		return this.#objects.get(name) ?? [];
	}

	async #call<T>(
		operation: StoreCall["operation"],
		name: string,
		signal: AbortSignal | undefined,
		effect: (fault: StoreFault | undefined) => T,
	): Promise<T> {
		if (operation !== "list") requireName(name);
		requireRunning(signal);
		await Promise.resolve();
		if (this.#crashed) throw crashError();
		this.#calls++;
		const fault = this.#fault?.({ number: this.#calls, operation, name });
		this.#crashed = fault === "crash-before" || fault === "crash-after";
		if (fault === "crash-before") throw crashError();
		if (fault === "fail-before") throw unreachable(operation, name);
		if (fault === "409" || fault === "429" || fault === "503") throw unreachable(operation, name, Number(fault));
		const result = effect(fault);
		await Promise.resolve();
		if (fault === "crash-after") throw crashError();
		if (fault === "fail-after") throw unreachable(operation, name);
		return result;
	}

	#current(name: string): Version | undefined {
		return this.#objects.get(name)?.at(-1);
	}

	#push(name: string, bytes: Uint8Array | undefined, retainUntil: Date | undefined): void {
		this.#writes++;
		const versions = this.#objects.get(name) ?? [];
		versions.push({ bytes: bytes?.slice(), modifiedAt: this.#now(), retainUntil });
		this.#objects.set(name, versions);
	}

	#factsOf(name: string): ObjectFacts | undefined {
		const current = this.#current(name);
		return current?.bytes === undefined ? undefined : { name, size: current.bytes.length, modifiedAt: current.modifiedAt };
	}
}

function unreachable(operation: string, name: string, status?: number): AppError {
	return new AppError("store-unreachable", "The memory store does not answer", { facts: { operation, object: name, status } });
}

/** An order that is not that of the names: backwards, letter by letter. */
function placeInList(name: string): string {
	return Buffer.from(name).reverse().toString();
}

// Not retryable: a dead process does not try again.
function crashError(): AppError {
	return new AppError("internal", "The process died here");
}
