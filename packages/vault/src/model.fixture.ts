import { isAppError } from "@skyeworx/core";
import { createVault } from "./create-vault.ts";
import { packName } from "./format/pack-builder.ts";
import type { Operation } from "./log/operation.ts";
import type { SnapshotWriter } from "./snapshots/snapshot.ts";
import { type MemoryStore, memoryStore, type StoreFault } from "./stores/memory-store.ts";
import {
	appendOperation,
	collect,
	contentsOf,
	keyFile,
	keyOf,
	noise,
	pieces,
	portsOver,
	referencedPacks,
	reopened,
	seededRandom,
} from "./vault.fixture.ts";
import type { Vault } from "./vault.ts";

type Contents = Map<string, string>;

export interface ModelRun {
	readonly seed: number;
	readonly steps: number;
}

export interface ModelCounts {
	commits: number;
	forgets: number;
	crashes: number;
	collections: number;
	held: number;
	lostCommits: number;
}

/** Random operations by two writers and a collector, with crashes and faults, against a plain Map for each snapshot. */
export async function runModel({ seed, steps }: ModelRun): Promise<ModelCounts> {
	const model = await Model.start(seed);
	for (let step = 1; step <= steps; step++) {
		try {
			await model.step(step);
		} catch (cause) {
			throw new Error(`model failed: seed ${seed}, step ${step}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
		}
	}
	await model.checkAll("data");
	return model.counts;
}

const maxLive = 6;

class Model {
	readonly counts: ModelCounts = { commits: 0, forgets: 0, crashes: 0, collections: 0, held: 0, lostCommits: 0 };
	readonly #seed: number;
	readonly #random: ReturnType<typeof seededRandom>;
	/** The lasting objects: vaults see them through stores that can die. */
	readonly #store: MemoryStore;
	readonly #snapshots = new Map<number, Contents>();
	#writers: { vault: Vault; store: MemoryStore }[] = [];
	#opened = 0;
	#condemned: readonly string[] = [];
	/** A run that goes on over several steps, while others commit, forget and collect. */
	#held: { readonly writer: SnapshotWriter; readonly contents: Contents; readonly deletionsBefore: number } | undefined;
	#deletions = 0;

	private constructor(seed: number, store: MemoryStore) {
		this.#seed = seed;
		this.#random = seededRandom(`model ${seed}`);
		this.#store = store;
	}

	static async start(seed: number): Promise<Model> {
		const store = memoryStore();
		await createVault({ ...portsOver(store, `create ${seed}`), slots: [keyFile] });
		const model = new Model(seed, store);
		model.#writers = [await model.#open(), await model.#open()];
		return model;
	}

	async step(number: number): Promise<void> {
		const choice = this.#below(24);
		if (choice < 8) await this.#commitOne(this.#below(2));
		else if (choice < 11) await Promise.all([this.#commitOne(0), this.#commitOne(1)]);
		else if (choice < 14) await this.#commitUnderFault(this.#below(2));
		else if (choice < 16) await this.#forget();
		else if (choice < 18) await this.#collect();
		else if (choice < 19) this.#writers[this.#below(2)] = await this.#open();
		else if (choice < 20) await Promise.all([this.#commitOne(0), this.#collect(), this.#forget()]);
		else await this.#holdOrPublish();
		while (this.#snapshots.size > maxLive) await this.#forget();
		if (number % 5 === 0) await this.checkAll(number % 40 === 0 ? "data" : "structure");
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
		const store = this.#store.reopen();
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
		await vault.refresh();
		const parent = this.#below(5) === 0 ? undefined : this.#pick([...this.#snapshots.keys()]);
		const contents: Contents = new Map(parent === undefined ? [] : this.#snapshots.get(parent));
		let writer: SnapshotWriter;
		try {
			writer = await vault.beginSnapshot({ parent });
		} catch (error) {
			// Another task of the same step forgot the parent.
			if (isAppError(error, "not-found")) return;
			throw error;
		}
		await this.#change(writer, contents);
		const info = await writer.commit({ descriptor: { round: this.counts.commits % 3 }, complete: this.#below(4) > 0 });
		this.#snapshots.set(info.id, contents);
		this.counts.commits++;
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
			this.#held = { writer, contents, deletionsBefore: this.#deletions };
			return;
		}
		this.#held = undefined;
		this.counts.held++;
		try {
			this.#snapshots.set((await held.writer.commit({ descriptor: { round: 1 }, complete: true })).id, held.contents);
		} catch (error) {
			// Deletion waits a day in the field; here it may come at once, and then the run has to begin again.
			if (!isAppError(error, "conflict") || this.#deletions === held.deletionsBefore) throw error;
			this.counts.lostCommits++;
		}
	}

	async #forget(): Promise<void> {
		const id = this.#pick([...this.#snapshots.keys()]);
		if (id === undefined) return;
		this.#snapshots.delete(id);
		try {
			await this.#writer(this.#below(2)).vault.forget(id, "model");
		} catch (error) {
			if (!isAppError(error, "not-found")) throw error;
		}
		this.counts.forgets++;
	}

	/** Deletes what the last collection condemned, then condemns what no snapshot of this moment refers to. */
	async #collect(): Promise<void> {
		const store = this.#store.reopen();
		const doomed = this.#condemned;
		this.#condemned = [];
		if (doomed.length > 0) {
			const log = await appendOperation(store, `${this.#seed}/${this.#opened++}`, () => ({
				op: "deleted",
				packs: [...doomed],
				segments: [],
			}));
			for (const cls of ["R", "A", "M"] as const) for (const sha256 of doomed) await store.delete(packName(cls, sha256));
			this.#deletions++;
			if (log.state.condemned.size > 0) throw new Error("condemned packs were left");
		}
		const vault = await reopened(store, { seed: `${this.#seed}/${this.#opened++}` });
		const log = await appendOperation(store, `${this.#seed}/${this.#opened++}`, async (state): Promise<Operation> => {
			await vault.refresh();
			const needed = await referencedPacks(store, vault, state);
			const remove = [...state.packs.keys()].filter((name) => !needed.has(name));
			return { op: "condemn", basis: state.seq, remove, add: [], segments: { remove: [], add: [] } };
		});
		this.#condemned = [...log.state.condemned.keys()];
		this.counts.collections++;
	}

	async #checkSome(): Promise<void> {
		const { vault } = this.#writer(this.#below(2));
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
