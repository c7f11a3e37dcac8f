import { isAppError } from "@skyeworx/core";
import { type MemoryStore, memoryStore } from "../stores/memory-store.ts";
import type { Store } from "../stores/store.ts";
import { commit, contentsOf, document, newVault, noise, reopened } from "../vault.fixture.ts";
import type { Vault } from "../vault.ts";
import { everyOrder, Turns } from "./turns.fixture.ts";

const shared = noise(1500, "shared");
const parent = { "k.a/1/": document(1), "k.a/2/": document(2) };
const atOnce = { grace: 0, orphanAge: 0 };

type Objects = readonly (readonly [string, Uint8Array])[];

/** Every object of a vault with three snapshots, one of them forgotten: what only it needs is garbage that a commit may want. */
async function baseObjects(): Promise<Objects> {
	const { store, vault } = await newVault();
	await commit(vault, parent);
	await commit(vault, { ...parent, "k.b/9/": document(9) });
	const writer = await vault.beginSnapshot({ parent: undefined });
	await writer.put({ kind: "k.c", id: "1", part: "file/1" }, shared);
	await vault.forget((await writer.commit({ descriptor: { other: true }, complete: true })).id, "garbage");
	return Promise.all(store.names().map(async (name) => [name, await store.read(name)] as const));
}

/** The store's clock: one for all processes. */
function storeClock(): () => Date {
	let now = Date.UTC(2030, 0, 1);
	return () => {
		now += 1000;
		return new Date(now);
	};
}

async function copyOf(base: Objects, now: () => Date): Promise<MemoryStore> {
	const store = memoryStore({ now });
	for (const [name, bytes] of base) await store.create(name, bytes);
	return store;
}

/** Which calls of the store wait for a turn. */
type IsPoint = (operation: "create" | "delete", name: string) => boolean;

interface Taking {
	readonly turns: Turns;
	readonly task: string;
	readonly store: MemoryStore;
	readonly now: () => Date;
	readonly isPoint: IsPoint;
}

/** A process's view of the store: it waits for its turn before each call that others can notice or that looks for theirs. */
function taking({ turns, task, store, now, isPoint }: Taking): Store {
	const inner = store.reopen({ now });
	return {
		description: task,
		create: async (name, bytes, options) => {
			if (isPoint("create", name)) await turns.pass(task);
			return inner.create(name, bytes, options);
		},
		delete: async (name) => {
			if (isPoint("delete", name)) await turns.pass(task);
			return inner.delete(name);
		},
		replace: (name, bytes, options) => inner.replace(name, bytes, options),
		read: (name, range, signal) => inner.read(name, range, signal),
		facts: (name) => inner.facts(name),
		list: (prefix) => inner.list(prefix),
	};
}

/** These log entries of a process, counted from 1, and the first of its deletions; where packs count, its first of them too. */
function points(entries: readonly number[], withPacks: boolean): IsPoint {
	let logs = 0;
	let packs = 0;
	let deletions = 0;
	return (operation, name) => {
		const isPack = name.startsWith("packs/");
		if (operation === "delete") return isPack && deletions++ === 0;
		return isPack ? withPacks && packs++ === 0 : name.startsWith("log/") && entries.includes(++logs);
	};
}

/** The commit that everything else gets in the way of: it inherits from a parent, and takes garbage up again. */
async function commitOn(vault: Vault): Promise<number | "conflict"> {
	try {
		const writer = await vault.beginSnapshot({ parent: 2 });
		await writer.put({ kind: "k.a", id: "3", part: "" }, document(3));
		await writer.put({ kind: "k.a", id: "3", part: "file/1" }, shared);
		return (await writer.commit({ descriptor: { other: true }, complete: true })).id;
	} catch (error) {
		if (isAppError(error, "conflict") || isAppError(error, "not-found")) return "conflict";
		throw error;
	}
}

async function requireWhole(store: MemoryStore, committed: number | "conflict"): Promise<void> {
	const after = await reopened(store.reopen(), { seed: "after" });
	const expected = { ...parent, "k.a/3/": document(3), "k.a/3/file/1": shared };
	for (const { id } of after.snapshots()) {
		const contents = await contentsOf(await after.snapshot(id));
		if (id !== committed) continue;
		for (const [name, bytes] of Object.entries(expected)) {
			if (contents[name] !== Buffer.from(bytes).toString("latin1")) throw new Error(`${name} is not as it was committed`);
		}
	}
	if (committed !== "conflict" && !after.snapshots().some(({ id }) => id === committed)) throw new Error("the commit is gone");
	const { damage } = await after.verify({ level: "structure" });
	if (damage.length > 0) throw new Error(JSON.stringify(damage[0]));
}

export interface Interleaving {
	/** Log entries of each process before which the others may step in. */
	readonly commit: readonly number[];
	/** The first forgets the parent, then collects. */
	readonly first: readonly number[];
	/** The second collects, too, and deletes what the first condemned. */
	readonly second: readonly number[];
	/** The others may step in before a process's first pack, too. */
	readonly withPacks?: boolean;
}

/** Runs a commit and two collections that delete at once in every order, and checks after each that nothing is lost. */
export async function everyInterleaving(
	steps: Interleaving,
): Promise<{ readonly trials: number; readonly committed: number; readonly deleted: number }> {
	const base = await baseObjects();
	let commits = 0;
	let deleted = 0;
	const trials = await everyOrder(async (choose) => {
		const now = storeClock();
		const store = await copyOf(base, now);
		const turns = new Turns();
		const open = (task: "commit" | "first" | "second") =>
			reopened(taking({ turns, task, store, now, isPoint: points(steps[task], steps.withPacks ?? false) }), { seed: task });
		const [writer, first, second] = [await open("commit"), await open("first"), await open("second")];
		let committed: number | "conflict" = "conflict";
		await turns.run(
			{
				commit: async () => {
					committed = await commitOn(writer);
				},
				first: async () => {
					await first.forget(2, "retention");
					await first.collect(atOnce);
				},
				second: async () => {
					deleted += (await second.collect(atOnce)).freed.objects;
				},
			},
			choose,
		);
		await requireWhole(store, committed);
		if (committed !== "conflict") commits++;
	});
	return { trials, committed: commits, deleted };
}
