import { AppError, type Clock, canonicalBytes, isAppError, isRetryable, type JsonValue, type Log, type Random } from "@skyeworx/core";
import { sha256Hex } from "../crypto/derive.ts";
import type { RootKeys } from "../crypto/vault-keys.ts";
import { damaged } from "../damage.ts";
import { fromHex, sameBytes, toHex } from "../format/bytes.ts";
import type { Store } from "../stores/store.ts";
import type { LogHead } from "../vault.ts";
import { openChained, sealChained } from "./chained-object.ts";
import { type Checkpoint, checkpointEvery, listCheckpoints, makeCheckpoint, openCheckpoint, type StoredCheckpoint } from "./checkpoint.ts";
import { Lock } from "./lock.ts";
import { entryJson, type LogEntry, type Operation, parseEntry } from "./operation.ts";
import { applyEntry, checkpointVersion, emptyState, logName, movedAway, type VaultState } from "./state.ts";

export interface LogPorts {
	readonly store: Store;
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Log;
	/** Asked for a key at each use, never before: it throws once the keys are gone, and bytes taken earlier are zeros then. */
	readonly roots: Pick<RootKeys, "log" | "checkpoint">;
	/** Makes sure that the keys may be used, before the log is read on or written. */
	readonly ready?: () => Promise<void> | undefined;
	/** Hex SHA-256 of vault.json: what the first entry follows. */
	readonly genesis: string;
}

/** Parses one log object that must follow the given head. @throws AppError `vault-damaged`, `vault-unsupported` */
export function readLogObject(
	bytes: Uint8Array,
	at: { readonly seq: number; readonly previous: string; readonly key: Uint8Array },
): LogEntry {
	const object = logName(at.seq);
	const opened = openChained(bytes, { object, kind: "log", seq: at.seq, key: at.key });
	if (toHex(opened.hash) !== at.previous) throw damaged({ object, what: "chain", detail: "it does not follow the entry before it" });
	return parseEntry(object, opened.body);
}

export interface Appended {
	readonly seq: number;
	/** By this writer's clock. */
	readonly at: string;
}

export interface LoadOptions {
	/** Remembered outside the store. */
	readonly expectHead?: LogHead | undefined;
	/** Goes on from the newest checkpoint although log entries up to it are lost: for a repair. */
	readonly lostEnd?: boolean | undefined;
}

/** A vault's total order: every change is one create-only entry that carries the hash of the one before. */
export class VaultLog {
	readonly #ports: LogPorts;
	readonly #writer: string;
	readonly #lock = new Lock();
	#state: VaultState;
	#head: string;
	#checkpointAt: number;
	/** Packs and segments that entries read by this process condemned or retired; names are remembered when they are long deleted. */
	readonly #doomed = new Set<string>();

	private constructor(ports: LogPorts, start: Checkpoint) {
		this.#ports = ports;
		this.#writer = ports.random.uuid();
		this.#state = start.state;
		this.#head = start.head;
		this.#checkpointAt = start.state.seq;
	}

	/** A log without entries: the first append creates the vault. */
	static start(ports: LogPorts): VaultLog {
		return new VaultLog(ports, { state: emptyState(), head: ports.genesis });
	}

	/**
	 * Loads the newest checkpoint and the entries after it.
	 * @throws AppError `vault-rolled-back` when the store lacks what a checkpoint or the remembered head has seen
	 */
	static async load(ports: LogPorts, { expectHead, lostEnd = false }: LoadOptions = {}): Promise<VaultLog> {
		const log = new VaultLog(
			ports,
			(await newestCheckpoint(ports, { expectHead, lostEnd })) ?? { state: emptyState(), head: ports.genesis },
		);
		if (expectHead !== undefined && expectHead.seq === log.#state.seq) log.#requireHead(expectHead);
		await log.#follow(expectHead);
		await log.#requireNoGap();
		if (log.#state.seq === 0)
			throw damaged({ object: logName(1), what: "missing", detail: "the vault was not created to the end, or its log was removed" });
		if (expectHead !== undefined && expectHead.seq > log.#state.seq) throw rolledBack(expectHead, log.head());
		return log;
	}

	get state(): Readonly<VaultState> {
		return this.#state;
	}

	head(): LogHead {
		return { seq: this.#state.seq, sha256: this.#head };
	}

	/** Reads what other writers appended. */
	async refresh(): Promise<void> {
		await this.#ports.ready?.();
		await this.catchUp();
	}

	/** {@link refresh} with the keys that are at hand: for those who open them. */
	catchUp(): Promise<void> {
		return this.#lock.run(() => this.#follow());
	}

	/**
	 * Appends one entry. `prepare` looks at the newest state and is asked again whenever another writer was faster; it must
	 * re-check there that everything it refers to still stands. `retainUntil` locks the entry, where the store has locks.
	 */
	async append(prepare: (state: Readonly<VaultState>) => Operation | Promise<Operation>, retainUntil?: Date): Promise<Appended> {
		const done = await this.appendIf(prepare, retainUntil);
		if (done === undefined) throw new AppError("internal", "A log entry was not prepared");
		return done;
	}

	/** Appends one entry, or none when `prepare` answers undefined: what it was for is done, or can't be done any more. */
	async appendIf(
		prepare: (state: Readonly<VaultState>) => Operation | undefined | Promise<Operation | undefined>,
		retainUntil?: Date,
	): Promise<Appended | undefined> {
		const txnId = this.#ports.random.uuid();
		for (;;) {
			await this.refresh();
			// Looked at here, in the state that is built upon: whoever began before the move must not write into what was left behind.
			if (this.#state.needs.write.has(movedAway)) throw wasMoved();
			const base = this.#state.seq;
			const operation = await prepare(this.#state);
			if (operation === undefined) return undefined;
			const at = this.#ports.clock.now().toISOString();
			const done = await this.#lock.run(async () => {
				if (this.#state.seq !== base) return false;
				this.#requireNotDoomed(operation);
				const body = canonicalBytes(entryJson({ txnId, at, writer: this.#writer, operation }) as JsonValue);
				return this.#tryAppend(body, retainUntil);
			});
			if (done) {
				await this.#lock.run(() => this.#writeCheckpoint(checkpointEvery));
				return { seq: base + 1, at };
			}
		}
	}

	/** Writes a checkpoint of the newest entry now, unless there is one. */
	writeCheckpoint(): Promise<void> {
		return this.#lock.run(() => this.#writeCheckpoint(1));
	}

	async #tryAppend(body: Uint8Array, retainUntil: Date | undefined): Promise<boolean> {
		const { store, roots, random } = this.#ports;
		const seq = this.#state.seq + 1;
		const bytes = sealChained({ kind: "log", seq, hash: fromHex(this.#head), body }, roots.log, random.bytes(12));
		// "exists" may be the echo of our own attempt whose answer was lost: only the stored bytes tell.
		const answer = await store.create(logName(seq), bytes, { sha256: sha256Hex(bytes), retainUntil });
		if (answer === "exists" && !sameBytes(await store.read(logName(seq)), bytes)) return false;
		this.#apply(seq, bytes);
		return true;
	}

	#apply(seq: number, bytes: Uint8Array): void {
		const entry = readLogObject(bytes, { seq, previous: this.#head, key: this.#ports.roots.log });
		applyEntry(this.#state, seq, entry);
		for (const name of takenOut(entry.operation)) this.#doomed.add(name);
		this.#head = sha256Hex(bytes);
	}

	/** What an entry brings in must not have been taken for dead while its writer was slow: it would be deleted under it, or is. */
	#requireNotDoomed(operation: Operation): void {
		if (!broughtIn(operation).some(({ sha256 }) => this.#doomed.has(sha256))) return;
		throw new AppError("conflict", "The run took so long that a collection took what it wrote for dead", { hint: "Run it again." });
	}

	async #follow(expectHead?: LogHead): Promise<void> {
		for (;;) {
			const seq = this.#state.seq + 1;
			const bytes = await readIfThere(this.#ports.store, logName(seq));
			if (bytes === undefined) return;
			await this.#applyRead(seq, bytes);
			if (expectHead?.seq === seq) this.#requireHead(expectHead);
		}
	}

	async #applyRead(seq: number, bytes: Uint8Array): Promise<void> {
		try {
			this.#apply(seq, bytes);
		} catch (error) {
			// A cut answer looks like damage: a second look tells them apart.
			const again = await this.#ports.store.read(logName(seq));
			if (!isAppError(error, "vault-damaged") || sameBytes(again, bytes)) throw error;
			this.#apply(seq, again);
		}
	}

	#requireHead(expected: LogHead): void {
		if (expected.sha256 !== this.#head) throw rolledBack(expected, this.head());
	}

	/** Looks for entries behind the first absent one. */
	async #requireNoGap(): Promise<void> {
		for (;;) {
			const next = this.#state.seq + 1;
			let beyond: string | undefined;
			// Names have a fixed width: this and the next hundred entries have one of two beginnings.
			for (const prefix of new Set([logName(next).slice(0, -2), logName(next + 100).slice(0, -2)])) {
				for await (const { name } of this.#ports.store.list(prefix)) if (name >= logName(next)) beyond = name;
			}
			if (beyond === undefined) return;
			// Another writer may have appended between the last read and the list.
			await this.#follow();
			if (this.#state.seq < next) throw damaged({ object: logName(next), what: "missing", detail: `the log goes on at ${beyond}` });
		}
	}

	async #writeCheckpoint(after: number): Promise<void> {
		const { store, roots, random, log } = this.#ports;
		if (this.#state.seq - this.#checkpointAt < after) return;
		const { name, bytes } = makeCheckpoint({ state: this.#state, head: this.#head }, roots.checkpoint, random.bytes(12));
		try {
			await store.create(name, bytes);
			this.#checkpointAt = this.#state.seq;
		} catch (error) {
			// The log alone is enough; the next append tries again.
			log.warn("a checkpoint of the vault's log was not written", { object: name, error: isAppError(error) ? error.code : "internal" });
		}
	}
}

function broughtIn(operation: Operation): readonly { readonly sha256: string }[] {
	switch (operation.op) {
		case "snapshot":
			return [...operation.packs, ...operation.segments];
		case "condemn":
		case "quarantine":
			return [...operation.add, ...operation.segments.add];
		case "idx-replace":
			return operation.segments.add;
		default:
			return [];
	}
}

function takenOut(operation: Operation | undefined): readonly string[] {
	switch (operation?.op) {
		case "condemn":
			return [...operation.remove, ...operation.segments.remove];
		case "quarantine":
		case "idx-replace":
			return operation.segments.remove;
		default:
			return [];
	}
}

async function readIfThere(store: Store, name: string): Promise<Uint8Array | undefined> {
	try {
		return await store.read(name);
	} catch (error) {
		if (isAppError(error, "store-object-missing")) return undefined;
		throw error;
	}
}

async function newestCheckpoint(ports: LogPorts, { expectHead, lostEnd }: LoadOptions): Promise<Checkpoint | undefined> {
	for (const { name, seq } of await listCheckpoints(ports.store)) {
		let checkpoint: StoredCheckpoint;
		try {
			checkpoint = openCheckpoint(name, await ports.store.read(name), ports.roots.checkpoint);
		} catch (error) {
			if (isRetryable(error) || !isAppError(error)) throw error;
			ports.log.warn("a checkpoint of the vault's log can't be used", { object: name, error: error.code });
			continue;
		}
		const bytes = await readIfThere(ports.store, logName(seq));
		const lost = bytes === undefined && lostEnd === true;
		if (!lost && (bytes === undefined || sha256Hex(bytes) !== checkpoint.head))
			throw rolledBack({ seq, sha256: checkpoint.head }, undefined);
		if (checkpoint.version < checkpointVersion) continue;
		// The remembered head must lie on the part of the chain that is read entry by entry.
		if (expectHead === undefined || seq <= expectHead.seq) return checkpoint;
	}
	return undefined;
}

/** The error for a write into a vault that lies elsewhere now. */
export function wasMoved(): AppError {
	return new AppError("conflict", "This vault was moved to another store: here it is only read", {
		hint: "Open it where it lies now.",
	});
}

function rolledBack(expected: LogHead, found: LogHead | undefined): AppError {
	return new AppError("vault-rolled-back", "The vault's log is not the one that was written: it was rolled back or replaced", {
		facts: { expectedSeq: expected.seq, foundSeq: found?.seq },
		hint: "Do not write to this vault. Bring back the newer objects from the store's versions or from a copy.",
	});
}
