import { AppError, type Clock, isAppError, isRetryable } from "@skyeworx/core";
import { sameBytes } from "../format/bytes.ts";
import type { OpenedRoot } from "../unlock.ts";
import type { BlobIds } from "./blob-id.ts";
import { type DomainKeys, type DomainRef, domainKeys, type RootKeys, rootKeys } from "./vault-keys.ts";

/** Keys of a domain by generation, or that the log says they were destroyed. */
type OpenedContent = ReadonlyMap<number, Uint8Array> | "shredded";

export interface KeyRingPorts {
	readonly vaultId: string;
	readonly domain: number;
	readonly clock: Clock;
	/** Milliseconds; undefined: as long as the vault is open. */
	readonly lifetime: number | undefined;
	/** Asks a slot for the root key. */
	openRoot(): Promise<OpenedRoot>;
	/** Reads what the log says of keys, then opens the domain's. */
	openContent(root: { readonly slotId: string; readonly roots: RootKeys }): Promise<OpenedContent>;
	/** What the log says that these keys do not know: a newer content key or its end, or that the slot is gone. */
	news(held: { readonly slotId: string; readonly content: DomainRef | "shredded" | "not yet" }): "none" | "content" | "slot";
}

interface Held {
	slotId: string;
	readonly rootKey: Uint8Array;
	readonly roots: RootKeys;
	generations: ReadonlyMap<number, Uint8Array>;
	content: DomainKeys | "shredded" | "not yet";
}

/** A refusal is believed so long before the slot is asked again: not once for each of a thousand reads. */
const refusalKept = 10_000;
/** Below, keys would be gone before a slow store has answered. */
const shortestLifetime = 1000;
/** A vault in use asks so early before its time is over: a key service may be away for the rest of it. */
const renewBefore = 1 / 4;

/**
 * The keys of an open vault, for a limited time. `roots` and `content` look like plain keys and are asked each time: after
 * {@link drop} they throw instead of answering, so that nothing can be sealed or judged with a key that is gone.
 */
export class KeyRing {
	readonly roots: RootKeys;
	readonly content: DomainKeys;
	readonly #ports: KeyRingPorts;
	readonly #stop = new AbortController();
	readonly #onDrop: (() => void)[] = [];
	#held: Held | undefined;
	#deadline = Number.POSITIVE_INFINITY;
	#used = false;
	#watching = false;
	#renewing: Promise<void> | undefined;
	#refusal: AppError | undefined;
	#refusedUntil = 0;
	#drops = 0;

	constructor(ports: KeyRingPorts, first: OpenedRoot) {
		this.#ports = ports;
		if (ports.lifetime !== undefined && !(ports.lifetime >= shortestLifetime))
			throw new AppError("bad-input", "Keys can't be kept for less than a second", { facts: { lifetime: ports.lifetime } });
		this.#hold(first);
		this.#extend();
		this.roots = liveRoots(() => this.#requireHeld().roots);
		this.content = liveContent(() => this.#requireContent());
	}

	/** Opens the domain's keys after the root key: what a fresh ring does not have yet. */
	async loadContent(): Promise<void> {
		const content = await this.#ports.openContent(this.#requireHeld());
		this.#setContent(this.#requireHeld(), content);
	}

	/** Takes keys that were just made, or forgets those that were just destroyed. */
	setContent(content: OpenedContent): void {
		this.#setContent(this.#requireHeld(), content);
	}

	/**
	 * Makes sure that the keys may still be used; undefined when there is nothing to wait for.
	 * @throws AppError `vault-key-revoked`, `vault-key-unavailable`, and what a slot or a domain key is damaged with
	 */
	ready(): Promise<void> | undefined {
		this.#used = true;
		return this.#isFresh() ? undefined : this.#renew();
	}

	/** {@link ready}, for contents. @throws AppError also `vault-shredded` */
	contentReady(): Promise<void> | undefined {
		const wait = this.ready();
		if (wait !== undefined) return wait.then(() => void this.#requireContent());
		this.#requireContent();
		return undefined;
	}

	/** Runs a task that may have taken keys out of the ring. @throws why they were dropped, when they were dropped meanwhile */
	async during<T>(task: () => Promise<T>): Promise<T> {
		await this.ready();
		const before = this.#drops;
		const result = await task();
		if (this.#drops !== before) throw this.#gone();
		return result;
	}

	/** Called after every drop: for caches of plaintext and of keys that came from these. */
	onDrop(listener: () => void): void {
		this.#onDrop.push(listener);
	}

	/** The slot that the held root key came out of. */
	get slotId(): string {
		return this.#requireHeld().slotId;
	}

	/** The root key itself, for wrapping it once more. */
	get rootKey(): Uint8Array {
		return this.#requireHeld().rootKey;
	}

	/** Overwrites all keys for good. */
	close(): void {
		this.#stop.abort();
		this.#refusal = new AppError("internal", "The vault was closed");
		this.#refusedUntil = Number.POSITIVE_INFINITY;
		this.#drop();
	}

	#isFresh(): boolean {
		return this.#held !== undefined && !this.#isOver() && this.#news(this.#held) === "none";
	}

	#isOver(): boolean {
		return this.#deadline !== Number.POSITIVE_INFINITY && this.#ports.clock.monotonic() >= this.#deadline;
	}

	#news({ slotId, content }: Held): "none" | "content" | "slot" {
		return this.#ports.news({ slotId, content: typeof content === "string" ? content : content.ref });
	}

	/** @param early before the time is over, to have the rest of it for a second try */
	#renew(early = false): Promise<void> {
		this.#renewing ??= this.#renewOnce(early).finally(() => {
			this.#renewing = undefined;
		});
		return this.#renewing;
	}

	async #renewOnce(early: boolean): Promise<void> {
		if (this.#refusal !== undefined && this.#ports.clock.monotonic() < this.#refusedUntil) throw this.#refusal;
		try {
			// A rotated or shredded content key is no reason to ask a key service.
			const reopen = this.#held === undefined || this.#isOver() || early || this.#news(this.#held) === "slot";
			const held = reopen ? this.#hold(await this.#opened()) : this.#requireHeld();
			const content = await this.#ports.openContent(held);
			this.#stop.signal.throwIfAborted();
			this.#setContent(held, content);
			if (reopen) this.#extend();
		} catch (error) {
			if (this.#stop.signal.aborted) throw this.#gone();
			const refusal = withdrawn(error);
			if (isRetryable(refusal) && this.#held !== undefined && !this.#isOver()) throw refusal;
			this.#refusal = refusal;
			this.#refusedUntil = isRetryable(refusal) ? 0 : this.#ports.clock.monotonic() + refusalKept;
			this.#drop();
			throw refusal;
		}
	}

	async #opened(): Promise<OpenedRoot> {
		const opened = await this.#ports.openRoot();
		if (this.#stop.signal.aborted) opened.rootKey.fill(0);
		this.#stop.signal.throwIfAborted();
		return opened;
	}

	#hold({ slotId, rootKey }: OpenedRoot): Held {
		const before = this.#held;
		// The keys that are in use stay the same bytes; only the proof that they still open is new.
		this.#refusal = undefined;
		if (before !== undefined && sameBytes(before.rootKey, rootKey)) {
			rootKey.fill(0);
			before.slotId = slotId;
			return before;
		}
		this.#drop();
		const roots = rootKeys(rootKey, this.#ports.vaultId);
		this.#held = { slotId, rootKey, roots, generations: new Map(), content: "not yet" };
		return this.#held;
	}

	#setContent(held: Held, opened: OpenedContent): void {
		const { domain } = this.#ports;
		if (opened === "shredded") {
			wipeContent(held);
			held.content = "shredded";
			this.#dropped();
			return;
		}
		const known = held.content !== "not yet" && held.content !== "shredded" && held.generations.size === opened.size;
		if (known) {
			for (const key of opened.values()) key.fill(0);
			return;
		}
		wipeContent(held);
		held.generations = opened;
		held.content = domainKeys({ domain, generation: Math.max(...opened.keys()) }, opened);
	}

	#extend(): void {
		const { lifetime, clock } = this.#ports;
		if (lifetime === undefined) return;
		this.#deadline = clock.monotonic() + lifetime;
		this.#used = false;
		if (!this.#watching) void this.#watch();
	}

	/** When the time is over: a vault in use proves its key again, an idle one forgets it. */
	async #watch(): Promise<void> {
		const { clock, lifetime = 0 } = this.#ports;
		this.#watching = true;
		try {
			while (this.#held !== undefined) {
				const left = this.#deadline - clock.monotonic();
				const early = left - lifetime * renewBefore;
				if (early > 0) await clock.sleep(early, this.#stop.signal);
				else if (left > 0 && !this.#used) await clock.sleep(left, this.#stop.signal);
				else if (left > 0) await this.#renew(true).catch((error: unknown) => this.#waitForService(error, left));
				else if (this.#used) await this.#renew();
				else this.#drop();
			}
		} catch {
			// Closed, or refused: whoever asks next is told.
		} finally {
			this.#watching = false;
		}
	}

	/** While the keys may still be used, a key service that is away is asked again and again. */
	async #waitForService(error: unknown, left: number): Promise<void> {
		if (!isRetryable(error)) throw error;
		const { clock, lifetime = 0 } = this.#ports;
		await clock.sleep(Math.min(left, lifetime / 16), this.#stop.signal);
	}

	#drop(): void {
		const held = this.#held;
		this.#held = undefined;
		if (held === undefined) return;
		wipeContent(held);
		held.rootKey.fill(0);
		for (const key of [held.roots.log, held.roots.checkpoint, held.roots.mac, held.roots.domainWrap]) key.fill(0);
		this.#dropped();
	}

	#dropped(): void {
		this.#drops++;
		for (const listener of this.#onDrop) listener();
	}

	#requireHeld(): Held {
		this.#used = true;
		if (this.#held === undefined) throw this.#gone();
		return this.#held;
	}

	#requireContent(): DomainKeys {
		const { content } = this.#requireHeld();
		if (content === "shredded") throw shredded(this.#ports.domain);
		if (content === "not yet") throw this.#gone();
		return content;
	}

	#gone(): AppError {
		return (
			this.#refusal ??
			new AppError("vault-key-unavailable", "The vault's key was put away while nobody used it", { hint: "Try again: it is opened anew." })
		);
	}
}

function liveRoots(held: () => RootKeys): RootKeys {
	return {
		get log() {
			return held().log;
		},
		get checkpoint() {
			return held().checkpoint;
		},
		get mac() {
			return held().mac;
		},
		get domainWrap() {
			return held().domainWrap;
		},
		purpose: (name) => held().purpose(name),
	};
}

function liveContent(held: () => DomainKeys): DomainKeys {
	const ids: BlobIds = (type, bytes) => held().ids(type, bytes);
	return {
		get ref(): DomainRef {
			return held().ref;
		},
		ids,
		get idKey() {
			return held().idKey;
		},
		get chunking() {
			return held().chunking;
		},
		generationKey: (generation) => held().generationKey(generation),
	};
}

function wipeContent(held: Held): void {
	for (const key of held.generations.values()) key.fill(0);
	if (held.content !== "not yet" && held.content !== "shredded") {
		held.content.ids.wipe?.();
		held.content.idKey.fill(0);
		held.content.chunking.fill(0);
	}
	held.generations = new Map();
	held.content = "not yet";
}

/** A slot that opened once and does not open any more was taken away. */
function withdrawn(error: unknown): AppError {
	const noSlot =
		isAppError(error, "vault-damaged") && error.facts.what === "missing" && String(error.facts.object).startsWith("keys/slots/");
	if (isAppError(error, "vault-key-wrong") || noSlot) {
		return new AppError("vault-key-revoked", "The key slot that this program opened the vault with was removed", {
			hint: "Open the vault with another of its keys, for example the recovery kit.",
			cause: error,
		});
	}
	return isAppError(error) ? error : new AppError("internal", "The vault's key could not be opened anew", { cause: error });
}

/** The error for contents whose key was destroyed on purpose. */
function shredded(domain: number): AppError {
	return new AppError("vault-shredded", "The key of this vault's contents was destroyed: they can't be read any more, by anybody", {
		facts: { domain },
		hint: "Only the vault's history is left. Make a new vault to back up again.",
	});
}
