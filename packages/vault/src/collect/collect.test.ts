import { describe, expect, it } from "vitest";
import { createVault } from "../create-vault.ts";
import { type MemoryStore, memoryStore } from "../stores/memory-store.ts";
import { type Contents, commit, contentsOf, document, keyFile, newVault, noise, portsOver, reopened } from "../vault.fixture.ts";
import type { Vault } from "../vault.ts";

/** Deletes at once what the run before announced. */
const atOnce = { grace: 0, orphanAge: 0 };
const day = 24 * 60 * 60 * 1000;

async function bytesIn(store: MemoryStore): Promise<number> {
	let sum = 0;
	for (const prefix of ["packs/", "idx/"]) for await (const { size } of store.list(prefix)) sum += size;
	return sum;
}

/** Announces, then deletes. */
async function collectTwice(vault: Vault, options: Parameters<Vault["collect"]>[0] = {}) {
	return [await vault.collect({ ...atOnce, ...options }), await vault.collect({ ...atOnce, ...options })] as const;
}

/** A vault in a store whose clock is moved by hand. */
async function clockedVault() {
	const clock = { now: Date.UTC(2031, 4, 5) };
	const store = memoryStore({ now: () => new Date(clock.now) });
	const vault = await createVault({ ...portsOver(store), slots: [keyFile] });
	return { clock, store, vault };
}

function files(count: number, of: (i: number) => boolean = () => true): Contents {
	return Object.fromEntries(Array.from({ length: count }, (_, i) => [`k.a/${i}/file/1`, of(i) ? noise(200_000, i) : undefined]));
}

describe("a collection", () => {
	it("frees what it says, byte for byte, and no snapshot misses anything", async () => {
		const { store, vault } = await newVault();
		await commit(vault, files(20));
		await commit(
			vault,
			files(20, (i) => i >= 15),
		);
		const kept = await contentsOf(await vault.snapshot(3));
		await vault.forget(2, "test");
		const before = await bytesIn(store);
		const [announced, freed] = await collectTwice(vault);
		expect(announced.freed).toEqual({ objects: 0, bytes: 0 });
		expect(announced.condemned.bytes).toBeGreaterThan(4_000_000);
		// A quarter of the bytes is written anew so that three quarters go.
		expect(announced.rewritten.bytes).toBeLessThan(1_050_000);
		expect(freed.freed).toEqual(announced.condemned);
		const after = await bytesIn(store);
		expect(after).toBeLessThan(1_150_000);
		expect(Math.abs(before + announced.rewritten.bytes - freed.freed.bytes - after)).toBeLessThan(10_000);
		const again = await reopened(store, { seed: "again" });
		expect(await contentsOf(await again.snapshot(3))).toEqual(kept);
		expect((await again.verify({ level: "data" })).damage).toEqual([]);
	});

	it("does nothing in a vault without garbage", async () => {
		const { store, vault } = await newVault();
		await commit(vault, { "k.a/1/": document(1) });
		await commit(vault, { "k.a/2/": document(2) });
		const names = store.names();
		for (const report of await collectTwice(vault)) {
			expect(report).toMatchObject({ freed: { objects: 0 }, condemned: { objects: 0 }, rewritten: { objects: 0 }, overtaken: false });
		}
		expect(store.names()).toEqual(names);
	});

	it("leaves a pack alone that is used for the most part, and says how much garbage is in it", async () => {
		const { store, vault } = await newVault();
		await commit(vault, files(10));
		await commit(
			vault,
			files(10, (i) => i >= 3),
		);
		await vault.forget(2, "test");
		const before = store.names().filter((name) => name.startsWith("packs/A/"));
		const [announced] = await collectTwice(vault);
		// No more than a few tree nodes.
		expect(announced.rewritten.bytes).toBeLessThan(5_000);
		expect(announced.garbage).toBeGreaterThan(550_000);
		expect(store.names().filter((name) => name.startsWith("packs/A/"))).toEqual(before);
	});

	it("rewrites no more than its budget in a run, and the rest in later ones", async () => {
		const { vault } = await newVault();
		for (const cls of ["a", "b", "c"]) {
			const of = (keep: (i: number) => boolean) =>
				Object.fromEntries(
					Array.from({ length: 10 }, (_, i) => [`k.${cls}/${i}/file/1`, keep(i) ? noise(100_000, `${cls}${i}`) : undefined]),
				);
			await commit(
				vault,
				of(() => true),
			);
			await commit(
				vault,
				of((i) => i < 4),
			);
		}
		for (const { id } of vault.snapshots().slice(0, -1)) await vault.forget(id, "test");
		const rewritten: number[] = [];
		for (let run = 0; run < 4; run++) rewritten.push((await vault.collect({ ...atOnce, budget: 450_000 })).rewritten.bytes);
		expect(rewritten.every((bytes) => bytes < 460_000)).toBe(true);
		expect(rewritten.filter((bytes) => bytes > 400_000)).toHaveLength(3);
		expect((await vault.verify({ level: "data" })).damage).toEqual([]);
	});

	it("gives readers their time by the store's clock, not by the host's", async () => {
		const { clock, store, vault } = await clockedVault();
		await commit(vault, files(3));
		await commit(vault, { "k.b/1/": document(1) }, { parent: 2 });
		const reader = await reopened(store.reopen({ now: () => new Date(clock.now) }), { seed: "reader" });
		await commit(
			vault,
			files(3, () => false),
		);
		await vault.forget(2, "test");
		await vault.forget(3, "test");
		expect((await vault.collect()).condemned.objects).toBeGreaterThan(0);
		clock.now += day - 1;
		expect(await vault.collect()).toMatchObject({ freed: { objects: 0 }, waiting: { objects: 3 } });
		expect(Object.keys(await contentsOf(await reader.snapshot(2)))).toHaveLength(3);
		clock.now += 1;
		expect((await vault.collect()).freed.objects).toBe(3);
		expect(store.names().filter((name) => name.startsWith("packs/A/"))).toEqual([]);
	});

	it("hinders no reader of a snapshot that stays: it looks again where things lie now", async () => {
		const { store, vault } = await newVault();
		await commit(vault, files(10));
		await commit(
			vault,
			files(10, (i) => i < 2),
		);
		const reader = await reopened(store.reopen(), { seed: "reader" });
		const snapshot = await reader.snapshot(3);
		await vault.forget(2, "test");
		await collectTwice(vault);
		expect(Object.keys(await contentsOf(snapshot))).toEqual(["k.a/0/file/1", "k.a/1/file/1"]);
	});

	it("takes what a dead writer left behind for garbage after seven days of the store's clock, and tells the writer if it was only slow", async () => {
		const { clock, store, vault } = await clockedVault();
		await commit(vault, { "k.a/1/": document(1) });
		const slow = await reopened(store.reopen({ now: () => new Date(clock.now) }), { seed: "slow" });
		const writer = await slow.beginSnapshot({ parent: 2 });
		await writer.put({ kind: "k.a", id: "2", part: "file/1" }, noise(20_000_000));
		const uploaded = () => store.names().filter((name) => name.startsWith("packs/A/"));
		await new Promise((resolve) => setImmediate(resolve));
		expect(uploaded()).toHaveLength(1);
		clock.now += 7 * day - 1;
		expect((await vault.collect()).orphans.objects).toBe(0);
		clock.now += 1;
		expect((await vault.collect()).orphans.objects).toBe(1);
		clock.now += day;
		expect((await vault.collect()).freed.objects).toBe(1);
		expect(uploaded()).toEqual([]);
		await expect(writer.commit({ descriptor: {}, complete: true })).rejects.toMatchObject({ code: "conflict" });
		expect((await vault.verify({ level: "data" })).damage).toEqual([]);
	});

	it("locks what a run writes as it is written, its log entry too", async () => {
		const { clock, store, vault } = await clockedVault();
		const before = new Set(store.names());
		const writer = await vault.beginSnapshot({ parent: undefined, lockUntil: new Date(clock.now + 30 * day) });
		await writer.put({ kind: "k.a", id: "1", part: "" }, document(1));
		await writer.commit({ descriptor: {}, complete: true });
		const written = store.names().filter((name) => !before.has(name));
		expect(written.map((name) => name.split("/")[0])).toEqual(expect.arrayContaining(["packs", "idx", "log"]));
		for (const name of written) expect([name, await store.delete(name)]).toEqual([name, "locked"]);
	});

	it("takes a lock for a state: what is locked stays condemned, and goes when the lock ends", async () => {
		const { clock, store, vault } = await clockedVault();
		const writer = await vault.beginSnapshot({ parent: undefined, lockUntil: new Date(clock.now + 30 * day) });
		await writer.put({ kind: "k.a", id: "1", part: "" }, document(1));
		await writer.commit({ descriptor: {}, complete: true });
		const locking = await vault.collect();
		expect(locking.extended).toBeGreaterThan(3);
		expect((await vault.collect()).extended).toBe(0);
		await vault.forget(2, "test");
		expect((await vault.collect()).condemned.objects).toBe(2);
		clock.now += 2 * day;
		expect(await vault.collect()).toMatchObject({ freed: { objects: 0 }, locked: { objects: 2 } });
		clock.now += 29 * day;
		expect(await vault.collect()).toMatchObject({ freed: { objects: 2 }, locked: { objects: 0 } });
		expect(store.names().filter((name) => name.startsWith("packs/"))).toEqual([]);
	});

	it("condemns nothing while a snapshot can't be read wholly", async () => {
		const { store, vault } = await newVault();
		await commit(vault, { "k.a/1/": document(1) });
		await commit(vault, { "k.a/2/": document(2) });
		await vault.forget(2, "test");
		for (const name of store.names().filter((pack) => pack.startsWith("packs/M/"))) store.tamper(name, () => undefined);
		const after = await reopened(store);
		const head = after.head();
		await expect(after.collect(atOnce)).rejects.toMatchObject({ code: "vault-damaged", facts: { snapshot: 3 } });
		expect(after.head()).toEqual(head);
	});

	it("stops when it is told to, and leaves nothing broken", async () => {
		const { vault } = await newVault();
		await commit(vault, files(4));
		await vault.forget(2, "test");
		const stop = new AbortController();
		const stopping = vault.collect({ ...atOnce, signal: stop.signal, onProgress: () => stop.abort() });
		await expect(stopping).rejects.toMatchObject({ code: "cancelled" });
		expect((await vault.verify({ level: "data" })).damage).toEqual([]);
		expect((await collectTwice(vault))[1].freed.objects).toBeGreaterThan(0);
	});
});
