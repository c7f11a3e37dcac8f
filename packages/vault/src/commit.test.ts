import { describe, expect, it } from "vitest";
import { createVault } from "./create-vault.ts";
import type { Operation } from "./log/operation.ts";
import type { VaultState } from "./log/state.ts";
import { openVault } from "./open-vault.ts";
import { memoryStore, type StoreCall, type StoreFault } from "./stores/memory-store.ts";
import type { Store } from "./stores/store.ts";
import {
	appendOperation,
	commit,
	contentsOf,
	document,
	keyFile,
	newVault,
	noise,
	portsOver,
	reopened,
	steppingClock,
} from "./vault.fixture.ts";

let appends = 0;
const append = (store: Store, operation: Operation | ((state: Readonly<VaultState>) => Operation)) =>
	appendOperation(store, `append ${appends++}`, (state) => (typeof operation === "function" ? operation(state) : operation));

const before = { "k.a/1/": document(1), "k.a/2/": document(2), "k.a/2/file/1": noise(2000) };
const change = { "k.a/1/": document(1, "edited"), "k.a/2/": undefined, "k.a/3/": document(3) };

async function vaultWith(contents: Parameters<typeof commit>[1]) {
	const { store, vault } = await newVault();
	await commit(vault, contents);
	return { store, vault, head: vault.head() };
}

describe("a commit", () => {
	it.each(["crash-before", "crash-after"] as const)("is all or nothing when the process dies (%s) at any call", async (fault) => {
		const outcomes = new Set<number>();
		for (let at = 1; ; at++) {
			const { store, vault, head } = await vaultWith(before);
			const oldContents = await contentsOf(await vault.snapshot(2));
			const dying = store.reopen({ fault: (call) => (call.number === at ? fault : undefined) });
			const done = await (async () => commit(await reopened(dying, { seed: 3 }), change))().then(
				() => true,
				() => false,
			);
			const after = await reopened(store.reopen(), { expectHead: head, seed: 4 });
			outcomes.add(after.snapshots().length);
			expect(await contentsOf(await after.snapshot(2))).toEqual(oldContents);
			const newest = after.snapshots().at(-1);
			if (newest?.id === 3) expect(Object.keys(await contentsOf(await after.snapshot(3)))).toEqual(["k.a/1/", "k.a/2/file/1", "k.a/3/"]);
			expect((await after.verify({ level: "data" })).damage).toEqual([]);
			// What was left behind hinders nobody.
			await commit(after, change);
			if (done) break;
		}
		expect(outcomes).toEqual(new Set([1, 2]));
	});

	it.each(["fail-before", "fail-after"] as const)("survives a single %s at any call and is committed once", async (fault) => {
		for (let at = 1; at < 40; at++) {
			const { store } = await vaultWith(before);
			const shaky = store.reopen({ fault: (call) => (call.number === at && call.operation !== "list" ? fault : undefined) });
			const vault = await reopened(shaky, { seed: 3 });
			await commit(vault, change);
			const after = await reopened(store.reopen(), { expectHead: vault.head(), seed: 4 });
			expect(after.snapshots().map((info) => info.id)).toEqual([2, 3]);
		}
	});

	it("notices that an unanswered log write was its own", async () => {
		const { store } = await vaultWith(before);
		let lost = 0;
		const lossy = store.reopen({
			fault: ({ operation, name }) => (operation === "create" && name.startsWith("log/") && lost++ < 2 ? "fail-after" : undefined),
		});
		const info = await commit(await reopened(lossy, { seed: 3 }), change);
		expect(info.id).toBe(3);
		expect(lost).toBe(3);
		expect((await reopened(store.reopen(), { seed: 4 })).snapshots().map(({ id }) => id)).toEqual([2, 3]);
	});

	it("reads around answers that are cut short", async () => {
		const { store } = await vaultWith(before);
		let cut = 0;
		const partial = (call: StoreCall): StoreFault | undefined =>
			call.operation === "read" && call.name.startsWith("packs/") && cut++ % 3 === 0 ? "partial" : undefined;
		const vault = await reopened(store.reopen({ fault: partial }), { seed: 3 });
		expect(Object.keys(await contentsOf(await vault.snapshot(2)))).toHaveLength(3);
		expect(cut).toBeGreaterThan(3);
	});

	it("gives up with a clear error when the store stays away", async () => {
		const { store } = await vaultWith(before);
		const vault = await reopened(store, { seed: 3 });
		store.setFault(({ operation }) => (operation === "create" ? "fail-before" : undefined));
		await expect(commit(vault, change)).rejects.toMatchObject({ code: "store-unreachable" });
		store.setFault(undefined);
		expect((await reopened(store, { seed: 4 })).snapshots()).toHaveLength(1);
	});
});

describe("two writers", () => {
	it("both publish, each a whole view on the parent that it began with", async () => {
		const { store } = await vaultWith(before);
		const [a, b] = [await reopened(store, { seed: "a" }), await reopened(store, { seed: "b" })];
		const [one, two] = await Promise.all([commit(a, { "k.a/1/": document(1, "by a") }), commit(b, { "k.a/9/": document(9, "by b") })]);
		expect(new Set([one.id, two.id])).toEqual(new Set([3, 4]));
		const third = await reopened(store, { seed: "c" });
		expect(third.snapshots().map(({ id, parent }) => [id, parent])).toEqual([
			[2, undefined],
			[3, 2],
			[4, 2],
		]);
		const byA = await contentsOf(await third.snapshot(one.id));
		const byB = await contentsOf(await third.snapshot(two.id));
		expect(byA["k.a/1/"]).toContain("by a");
		expect(byA["k.a/9/"]).toBeUndefined();
		expect(byB["k.a/9/"]).toContain("by b");
		expect(byB["k.a/1/"]).toContain("as it was");
		expect((await third.verify({ level: "data" })).damage).toEqual([]);
	});

	it("commit one after the other, whatever the interleaving of many", async () => {
		const { store } = await vaultWith(before);
		const vaults = await Promise.all(Array.from({ length: 6 }, (_, i) => reopened(store, { seed: `w${i}` })));
		await Promise.all(vaults.map((vault, i) => commit(vault, { [`k.b/${i}/`]: document(i) })));
		await Promise.all(vaults.map((vault) => vault.refresh()));
		for (const vault of vaults) expect(vault.snapshots()).toHaveLength(7);
		expect(new Set(vaults.map((vault) => vault.head().sha256)).size).toBe(1);
	});

	it("see each other's snapshots after a refresh", async () => {
		const { store, vault } = await vaultWith(before);
		const other = await reopened(store);
		await commit(vault, change);
		expect(other.snapshots()).toHaveLength(1);
		await other.refresh();
		expect(Object.keys(await contentsOf(await other.snapshot(3)))).toContain("k.a/3/");
	});

	it("lets a writer finish whose parent was forgotten meanwhile", async () => {
		const { store, vault } = await vaultWith(before);
		const writer = await vault.beginSnapshot({ parent: 2 });
		await writer.put({ kind: "k.a", id: "5", part: "" }, document(5));
		await (await reopened(store)).forget(2, "retention");
		const info = await writer.commit({ descriptor: {}, complete: true });
		expect(Object.keys(await contentsOf(await vault.snapshot(info.id)))).toHaveLength(4);
	});
});

describe("a writer that a collection overtakes", () => {
	const attachment = noise(5000, "attachment");

	/** Condemns every pack that the log knows, as a collection does that found them dead. */
	async function condemnAll(store: Store): Promise<readonly string[]> {
		const log = await append(store, (state) => ({
			op: "condemn",
			basis: state.seq,
			remove: [...state.packs.keys()],
			add: [],
			segments: { remove: [], add: [] },
		}));
		return [...log.state.condemned.keys()];
	}

	async function deletePacks(store: Store, packs: readonly string[]): Promise<void> {
		await append(store, { op: "deleted", packs: [...packs], segments: [] });
		for await (const { name } of store.list("packs/")) if (packs.includes(name.slice(-64))) await store.delete(name);
	}

	it("stores again what it took from the index, and what its forgotten parent reached", async () => {
		const { store, vault } = await vaultWith(before);
		const writer = await vault.beginSnapshot({ parent: 2 });
		await writer.put({ kind: "k.a", id: "7", part: "file/9" }, noise(2000));
		await writer.put({ kind: "k.a", id: "8", part: "file/10" }, attachment);
		const other = await reopened(store);
		await other.forget(2, "retention");
		const condemned = await condemnAll(store);
		const info = await writer.commit({ descriptor: { cursor: "x" }, complete: true });
		await deletePacks(store, condemned);
		const after = await reopened(store, { seed: 8 });
		const contents = await contentsOf(await after.snapshot(info.id));
		expect(Object.keys(contents)).toEqual(["k.a/1/", "k.a/2/", "k.a/2/file/1", "k.a/7/file/9", "k.a/8/file/10"]);
		expect(contents["k.a/7/file/9"]).toBe(Buffer.from(noise(2000)).toString("latin1"));
		expect((await after.verify({ level: "data" })).damage).toEqual([]);
	});

	it("does not build on a condemned copy that the index still knows", async () => {
		const { store, vault } = await vaultWith(before);
		await vault.forget(2, "retention");
		const condemned = await condemnAll(store);
		await vault.refresh();
		const writer = await vault.beginSnapshot({ parent: undefined });
		await writer.put({ kind: "k.a", id: "7", part: "file/9" }, noise(2000));
		const info = await writer.commit({ descriptor: { cursor: "2026-03-02T09:00:00.000Z" }, complete: true });
		await deletePacks(store, condemned);
		const after = await reopened(store, { seed: 8 });
		expect(Object.keys(await contentsOf(await after.snapshot(info.id)))).toEqual(["k.a/7/file/9"]);
		expect((await after.verify({ level: "data" })).damage).toEqual([]);
	});

	it("gives up when its own packs were taken for dead before its entry landed", async () => {
		const { store } = await vaultWith(before);
		const clock = steppingClock();
		const vault = await openVault({ ...portsOver(store, 3), clock, unlock: keyFile });
		const writer = await vault.beginSnapshot({ parent: 2 });
		await writer.put({ kind: "k.a", id: "7", part: "" }, document(7));
		store.setFault(({ operation, name }) => (operation === "create" && name.startsWith("log/") ? "fail-before" : undefined));
		clock.sleep = async () => {
			store.setFault(undefined);
			clock.sleep = async () => {};
			const packs = store.names().filter((name) => name.startsWith("packs/"));
			await append(store, {
				op: "condemn",
				basis: 2,
				remove: packs.map((name) => name.slice(-64)),
				add: [],
				segments: { remove: [], add: [] },
			});
		};
		await expect(writer.commit({ descriptor: {}, complete: true })).rejects.toMatchObject({ code: "conflict" });
		expect((await reopened(store)).snapshots().map(({ id }) => id)).toEqual([2]);
	});

	it("is refused when the content key was shredded, or a feature is needed that it lacks", async () => {
		const { store, vault } = await vaultWith(before);
		const writer = await vault.beginSnapshot({ parent: 2 });
		await append(store, { op: "feature", needs: { read: [], write: ["sparse-nodes"], gc: [] } });
		await expect(writer.commit({ descriptor: {}, complete: true })).rejects.toMatchObject({ code: "vault-unsupported" });
		const reader = await reopened(store);
		expect(Object.keys(await contentsOf(await reader.snapshot(2)))).toHaveLength(3);
		await expect(reader.forget(2, "x")).rejects.toMatchObject({ code: "vault-unsupported" });
		await append(store, { op: "feature", needs: { read: ["new-frames"], write: [], gc: [] } });
		await expect(reopened(store)).rejects.toMatchObject({ code: "vault-unsupported", facts: { feature: "new-frames", use: "read" } });

		const second = await vaultWith(before);
		const late = await second.vault.beginSnapshot({ parent: 2 });
		await append(second.store, { op: "shred", domain: 1 });
		await expect(late.commit({ descriptor: {}, complete: true })).rejects.toMatchObject({ code: "conflict" });
	});
});

describe("the log", () => {
	it("opens from a checkpoint without reading what lies before it", async () => {
		const { store, vault } = await newVault();
		for (let i = 0; i < 70; i++) await commit(vault, { [`k.a/${i}/`]: document(i) });
		expect(store.names().filter((name) => name.startsWith("ckpt/"))).toHaveLength(1);
		const read: string[] = [];
		const watched = store.reopen({
			fault: ({ operation, name }) => {
				if (operation === "read" && name.startsWith("log/")) read.push(name);
				return undefined;
			},
		});
		const again = await reopened(watched, { expectHead: vault.head() });
		expect(again.snapshots()).toEqual(vault.snapshots());
		expect(vault.head().seq).toBeGreaterThan(70);
		expect(read.length).toBeLessThan(20);
		expect((await again.verify({ level: "log" })).damage).toEqual([]);
	});

	it("is committed even when its checkpoint can't be written", async () => {
		const { store, vault } = await newVault();
		store.setFault(({ name }) => (name.startsWith("ckpt/") ? "fail-before" : undefined));
		for (let i = 0; i < 66; i++) await commit(vault, {});
		store.setFault(undefined);
		await commit(vault, {});
		expect(store.names().filter((name) => name.startsWith("ckpt/"))).toHaveLength(1);
		expect((await reopened(store)).snapshots()).toHaveLength(67);
	});

	it("is read by the memory store's shuffled lists", async () => {
		const store = memoryStore();
		const vault = await createVault({ ...portsOver(store), slots: [keyFile] });
		for (let i = 0; i < 5; i++) await commit(vault, { [`k.a/${i}/`]: document(i) });
		expect((await reopened(store)).snapshots().map(({ id }) => id)).toEqual([2, 3, 4, 5, 6]);
	});
});
