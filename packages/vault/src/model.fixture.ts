import { isAppError } from "@skyeworx/core";
import { createVault } from "./create-vault.ts";
import type { SnapshotWriter } from "./snapshots/snapshot.ts";
import { type MemoryStore, memoryStore, type StoreFault } from "./stores/memory-store.ts";
import { collect, contentsOf, keyFile, keyOf, noise, pieces, portsOver, reopened, seededRandom } from "./vault.fixture.ts";
import type { Vault } from "./vault.ts";

type Contents = Map<string, string>;

export interface ModelRun {
	readonly seed: number;
	/** So many steps from 1, or just these: each step's choices depend on the seed and its number alone. */
	readonly steps: number | readonly number[];
}

/** What a run came through, so that a test can demand that it came through it. */
export interface ModelCounts {
	commits: number;
	forgets: number;
	crashes: number;
	collections: number;
	crashedCollections: number;
	condemned: number;
	freed: number;
	rewritten: number;
	repairs: number;
	held: number;
	refusals: number;
	lostCommits: number;
}

/** A step of a run after which something was not as it must be. */
export class ModelFailure extends Error {
	readonly seed: number;
	readonly step: number;

	constructor(seed: number, step: number, cause: unknown) {
		super(`model failed: seed ${seed}, step ${step}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
		this.seed = seed;
		this.step = step;
	}
}

/**
 * Random commits, collections, repairs, pins and forgetting by several writers at once, with crashes and faults at any call of
 * the store, against a plain Map for each snapshot.
 */
export async function runModel({ seed, steps }: ModelRun): Promise<ModelCounts> {
	const model = await Model.start(seed);
	const numbers = typeof steps === "number" ? Array.from({ length: steps }, (_, i) => i + 1) : steps;
	for (const step of numbers) {
		try {
			await model.step(step);
		} catch (cause) {
			throw new ModelFailure(seed, step, cause);
		}
	}
	await model.checkAll("data");
	return model.counts;
}

const maxLive = 6;
const writers = 3;
/** Milliseconds of the store's clock. */
const graces = [0, 0, 50_000] as const;
const orphanAges = [0, 100_000, 500_000] as const;

class Model {
	readonly counts: ModelCounts = {
		commits: 0,
		forgets: 0,
		crashes: 0,
		collections: 0,
		crashedCollections: 0,
		condemned: 0,
		freed: 0,
		rewritten: 0,
		repairs: 0,
		held: 0,
		refusals: 0,
		lostCommits: 0,
	};
	readonly #seed: number;
	#random: ReturnType<typeof seededRandom>;
	/** The lasting objects: vaults see them through stores that can die. */
	readonly #store: MemoryStore;
	readonly #now: () => Date;
	readonly #snapshots = new Map<number, Contents>();
	readonly #kept = new Set<number>();
	#writers: { vault: Vault; store: MemoryStore }[] = [];
	#opened = 0;
	/** A run that goes on over several steps, while others commit, forget and collect. */
	#held: { readonly writer: SnapshotWriter; readonly contents: Contents; readonly collectionsBefore: number } | undefined;
	#collections = 0;

	private constructor(seed: number, store: MemoryStore, now: () => Date) {
		this.#now = now;
		this.#seed = seed;
		this.#random = seededRandom(`model ${seed}`);
		this.#store = store;
	}

	static async start(seed: number): Promise<Model> {
		let now = Date.UTC(2030, 0, 1);
		// The store's clock: one for all processes, a second for each look at it.
		const clock = () => {
			now += 1000;
			return new Date(now);
		};
		const store = memoryStore({ now: clock });
		await createVault({ ...portsOver(store, `create ${seed}`), slots: [keyFile] });
		const model = new Model(seed, store, clock);
		for (let i = 0; i < writers; i++) model.#writers.push(await model.#open());
		return model;
	}

	async step(number: number): Promise<void> {
		this.#random = seededRandom(`model ${this.#seed}/${number}`);
		const choice = this.#below(32);
		if (choice < 8) await this.#commitOne(this.#below(writers));
		else if (choice < 10) await Promise.all([this.#commitOne(0), this.#commitOne(1), this.#commitOne(2)]);
		else if (choice < 13) await this.#commitUnderFault(this.#below(writers));
		else if (choice < 16) await this.#forget();
		else if (choice < 20) await this.#collect(this.#below(writers));
		else if (choice < 23) await this.#collectUnderFault(this.#below(writers));
		else if (choice < 24) this.#writers[this.#below(writers)] = await this.#open();
		else if (choice < 26) await Promise.all([this.#commitOne(0), this.#collect(1), this.#forget(), this.#commitOne(2)]);
		else if (choice < 27) await Promise.all([this.#collect(0), this.#collect(1), this.#commitOne(2)]);
		else if (choice < 28) await this.#keepOrRelease();
		else if (choice < 29) await this.#damageAndRepair();
		else await this.#holdOrPublish();
		while (this.#snapshots.size - this.#kept.size > maxLive) await this.#forget();
		if (number % 10 === 0) await this.checkAll(number % 40 === 0 ? "data" : "structure");
		else await this.#checkSome();
	}

	#below(limit: number): number {
		return Math.floor(this.#random.fraction() * limit);
	}

	#pick<T>(items: readonly T[]): T | undefined {
		return items[this.#below(items.length)];
	}

	#writer(index: number): { vault: Vault; store: MemoryStore } {
		const writer = this.#writers[index];
		if (writer === undefined) throw new Error("no such writer");
		return writer;
	}

	async #open(): Promise<{ vault: Vault; store: MemoryStore }> {
		const store = this.#store.reopen({ now: this.#now });
		return { store, vault: await reopened(store, { seed: `${this.#seed}/${this.#opened++}` }) };
	}

	/** Applies random changes to a writer and to its plain copy. */
	async #change(writer: SnapshotWriter, contents: Contents): Promise<void> {
		const count = this.#below(12);
		for (let i = 0; i < count; i++) {
			const id = String(this.#below(8));
			const part = this.#pick(["", "comments", "history", "file/1", "file/2"]) ?? "";
			const name = `k.${this.#pick(["a", "b"])}/${id}/${part}`;
			const key = keyOf(name);
			const dice = this.#below(10);
			if (dice < 6) {
				const bytes = noise(this.#below(dice < 1 ? 3_000 : 60), `${this.#below(40)}`);
				if (part.startsWith("file/")) await writer.putStream(key, pieces(bytes, 1000));
				else await writer.put(key, bytes);
				contents.set(name, Buffer.from(bytes).toString("latin1"));
			} else if (dice < 8) {
				await writer.remove(key);
				contents.delete(name);
			} else if (dice < 9) {
				await writer.removeItem(key);
				for (const other of contents.keys()) if (other.startsWith(`${key.kind}/${key.id}/`)) contents.delete(other);
			} else await writer.markStale(key);
		}
	}

	async #commitOne(index: number): Promise<void> {
		const { vault } = this.#writer(index);
		const before = this.#collections;
		try {
			await vault.refresh();
			const parent = this.#below(5) === 0 ? undefined : this.#pick([...this.#snapshots.keys()]);
			const contents: Contents = new Map(parent === undefined ? [] : this.#snapshots.get(parent));
			const writer = await vault.beginSnapshot({ parent });
			await this.#change(writer, contents);
			const info = await writer.commit({ descriptor: { round: this.counts.commits % 3 }, complete: this.#below(4) > 0 });
			this.#snapshots.set(info.id, contents);
			this.counts.commits++;
		} catch (error) {
			// Another task of the same step forgot the parent, or collected at once what would have a day's grace in the field.
			if (isAppError(error, "not-found") || this.#wasCollected(error, before)) this.counts.lostCommits++;
			else throw error;
		}
	}

	#wasCollected(error: unknown, before: number): boolean {
		return isAppError(error, "conflict") && this.#collections > before;
	}

	/** A commit during which the store fails, answers too little or the process dies; afterwards it is there or it is not. */
	async #commitUnderFault(index: number): Promise<void> {
		const writer = this.#writer(index);
		await writer.vault.refresh();
		const parent = this.#pick([...this.#snapshots.keys()]);
		const contents: Contents = new Map(parent === undefined ? [] : this.#snapshots.get(parent));
		const before = new Set(this.#snapshots.keys());
		const fault = this.#pick<StoreFault>(["crash-before", "crash-after", "fail-before", "fail-after", "partial"]);
		const at = writer.store.calls + 1 + this.#below(15);
		writer.store.setFault(({ number }) => (number === at ? fault : undefined));
		let failed: unknown;
		try {
			const run = await writer.vault.beginSnapshot({ parent });
			await this.#change(run, contents);
			await run.commit({ descriptor: { round: 0 }, complete: true });
		} catch (error) {
			failed = error;
		}
		writer.store.setFault(undefined);
		if (failed !== undefined && fault !== "crash-before" && fault !== "crash-after") throw failed;
		this.#writers[index] = await this.#open();
		this.counts.crashes++;
		const found = this.#writer(index)
			.vault.snapshots()
			.filter(({ id }) => !before.has(id));
		if (found.length > 1) throw new Error(`one commit made ${found.length} snapshots`);
		const [made] = found;
		if (made !== undefined) this.#snapshots.set(made.id, contents);
		else if (failed === undefined) throw new Error("an acknowledged commit is gone");
		else this.counts.lostCommits++;
	}

	async #holdOrPublish(): Promise<void> {
		const held = this.#held;
		if (held === undefined) {
			const { vault } = await this.#open();
			const parent = this.#pick([...this.#snapshots.keys()]);
			const contents: Contents = new Map(parent === undefined ? [] : this.#snapshots.get(parent));
			const writer = await vault.beginSnapshot({ parent });
			await this.#change(writer, contents);
			this.#held = { writer, contents, collectionsBefore: this.#collections };
			return;
		}
		this.#held = undefined;
		this.counts.held++;
		try {
			this.#snapshots.set((await held.writer.commit({ descriptor: { round: 1 }, complete: true })).id, held.contents);
		} catch (error) {
			// Deletion waits a day in the field; here it may come at once, and then the run has to begin again.
			if (!this.#wasCollected(error, held.collectionsBefore)) throw error;
			this.counts.lostCommits++;
		}
	}

	async #forget(): Promise<void> {
		const id = this.#pick([...this.#snapshots.keys()]);
		if (id === undefined) return;
		const kept = this.#kept.has(id);
		if (!kept) this.#snapshots.delete(id);
		try {
			await this.#writer(this.#below(writers)).vault.forget(id, "model");
			if (kept) throw new Error(`snapshot ${id} was forgotten although it is kept`);
			this.counts.forgets++;
		} catch (error) {
			if (kept && isAppError(error, "conflict")) this.counts.refusals++;
			else if (!isAppError(error, "not-found")) throw error;
		}
	}

	/** Pins and holds a snapshot, or lets it go again. */
	async #keepOrRelease(): Promise<void> {
		const { vault } = this.#writer(this.#below(writers));
		await vault.refresh();
		const id = this.#pick(vault.snapshots().filter(({ complete }) => complete))?.id;
		if (id === undefined) return;
		if (this.#kept.delete(id)) {
			await vault.unpin(id);
			await vault.release(id, "case 7").catch((error: unknown) => {
				if (!isAppError(error, "not-found")) throw error;
			});
		} else if (this.#kept.size < 2) {
			if (this.#below(2) === 0) await vault.pin(id, "quarter");
			else await vault.hold(id, "case 7");
			this.#kept.add(id);
		}
	}

	#collectOptions() {
		return {
			grace: this.#pick(graces) ?? 0,
			orphanAge: this.#pick(orphanAges) ?? 0,
			...(this.#below(3) === 0 ? { budget: this.#below(4_000) } : {}),
		};
	}

	async #collect(index: number): Promise<void> {
		this.#collections++;
		const report = await this.#writer(index).vault.collect(this.#collectOptions());
		this.counts.collections++;
		this.counts.condemned += report.condemned.objects;
		this.counts.freed += report.freed.objects;
		this.counts.rewritten += report.rewritten.objects;
	}

	/** A collection during which the store fails or the process dies: nothing may be missing afterwards. */
	async #collectUnderFault(index: number): Promise<void> {
		const { vault, store } = this.#writer(index);
		await vault.refresh();
		this.#collections++;
		const fault = this.#pick<StoreFault>(["crash-before", "crash-after", "fail-before", "fail-after", "partial"]);
		const at = store.calls + 1 + this.#below(60);
		store.setFault(({ number, operation }) => (number === at && !(operation === "list" && fault === "fail-after") ? fault : undefined));
		try {
			await vault.collect(this.#collectOptions());
		} catch (error) {
			if (fault !== "crash-before" && fault !== "crash-after") throw error;
			this.counts.crashedCollections++;
		}
		store.setFault(undefined);
		this.#writers[index] = await this.#open();
	}

	/** Loses or damages an object that can be derived from others, and has it mended. */
	async #damageAndRepair(): Promise<void> {
		const names = this.#store.names();
		const victim = this.#pick(names.filter((name) => name.startsWith("idx/") || name.startsWith("ckpt/")));
		if (victim === undefined) return;
		const lose = this.#below(2) === 0;
		this.#store.tamper(victim, (bytes) => (lose ? undefined : bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 1 : byte))));
		const { vault } = await this.#open();
		await vault.repair();
		for (let i = 0; i < writers; i++) this.#writers[i] = await this.#open();
		this.counts.repairs++;
		this.#collections++;
	}

	async #checkSome(): Promise<void> {
		const { vault } = this.#writer(this.#below(writers));
		await vault.refresh();
		const expected = [...this.#snapshots.keys()].sort((a, b) => a - b);
		const listed = vault.snapshots().map(({ id }) => id);
		if (listed.join() !== expected.join()) throw new Error(`snapshots ${listed.join()} instead of ${expected.join()}`);
		const id = this.#pick(expected);
		if (id !== undefined) await this.#checkSnapshot(vault, id);
		const from = this.#pick(expected);
		if (id !== undefined && from !== undefined) await this.#checkCompare(vault, from, id);
	}

	async #checkSnapshot(vault: Vault, id: number): Promise<void> {
		const found = await contentsOf(await vault.snapshot(id));
		const expected = this.#snapshots.get(id) ?? new Map<string, string>();
		const names = [...expected.keys()].sort();
		if (Object.keys(found).sort().join() !== names.join()) throw new Error(`snapshot ${id} has other entries than it was given`);
		for (const name of names) if (found[name] !== expected.get(name)) throw new Error(`snapshot ${id}: ${name} reads back differently`);
	}

	async #checkCompare(vault: Vault, from: number, to: number): Promise<void> {
		const [a, b] = [this.#snapshots.get(from), this.#snapshots.get(to)];
		const told = new Set((await collect(vault.compare(from, to))).map(({ key }) => `${key.kind}/${key.id}/${key.part}`));
		for (const name of new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])])) {
			if (a?.get(name) !== b?.get(name) && !told.has(name)) throw new Error(`compare ${from}..${to} does not tell of ${name}`);
		}
	}

	/** Every live snapshot, read by a process that knows nothing, and a verification. */
	async checkAll(level: "structure" | "data"): Promise<void> {
		const { vault } = await this.#open();
		for (const id of this.#snapshots.keys()) await this.#checkSnapshot(vault, id);
		const { damage } = await vault.verify({ level });
		if (damage.length > 0) throw new Error(`verification found ${JSON.stringify(damage.slice(0, 2))}`);
	}
}
