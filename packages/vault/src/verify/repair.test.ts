import { describe, expect, it } from "vitest";
import { openVault } from "../open-vault.ts";
import type { MemoryStore } from "../stores/memory-store.ts";
import { commit, contentsOf, document, flip, keyFile, newVault, noise, portsOver, reopened } from "../vault.fixture.ts";

/** Sixty records in one pack, six attachments in six frames of another, two snapshots. */
async function made() {
	const { store, vault } = await newVault();
	const records = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`k.a/${i}/`, document(i)]));
	const files = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`k.b/${i}/file/1`, noise(300_000, i)]));
	await commit(vault, { ...records, ...files });
	await commit(vault, { "k.a/1/": document(1, "edited") });
	return { store, vault, first: await contentsOf(await vault.snapshot(2)), second: await contentsOf(await vault.snapshot(3)) };
}

function named(store: MemoryStore, prefix: string): string[] {
	return store.names().filter((name) => name.startsWith(prefix));
}

async function damage(store: MemoryStore) {
	return (await (await reopened(store, { seed: "check" })).verify({ level: "data" })).damage;
}

describe("a repair", () => {
	it("finds nothing to do in a sound vault and writes nothing", async () => {
		const { store, vault } = await made();
		const head = vault.head();
		const names = store.names();
		expect(await vault.repair()).toEqual({ checkpoints: 0, segments: 0, indexed: 0, quarantined: [], recovered: [], damage: [] });
		expect(vault.head()).toEqual(head);
		expect(store.names()).toEqual(names);
	});

	it.each([
		["lost", () => undefined],
		["damaged", (bytes: Uint8Array) => flip(bytes, 100)],
	])("makes the index anew from the packs' tables of contents when all of it is %s", async (_what, tamper) => {
		const { store, first, second } = await made();
		for (const name of named(store, "idx/")) store.tamper(name, tamper);
		const vault = await reopened(store);
		const report = await vault.repair();
		expect(report).toMatchObject({ segments: 2, quarantined: [], damage: [] });
		expect(report.indexed).toBeGreaterThan(60);
		const after = await reopened(store, { seed: "after" });
		expect(await contentsOf(await after.snapshot(2))).toEqual(first);
		expect(await contentsOf(await after.snapshot(3))).toEqual(second);
		expect(await damage(store)).toEqual([]);
	});

	it("makes a checkpoint anew and keeps a copy of the damaged one", async () => {
		const { store, vault } = await made();
		for (let i = 0; i < 64; i++) await commit(vault, {});
		const [name = ""] = named(store, "ckpt/");
		store.tamper(name, (bytes) => flip(bytes, 200));
		const report = await (await reopened(store)).repair();
		expect(report).toMatchObject({ checkpoints: 1, damage: [] });
		expect(named(store, "quarantine/")).toEqual([`quarantine/${name}`]);
		expect(named(store, "ckpt/")).toHaveLength(1);
		expect(await damage(store)).toEqual([]);
	});

	it("sets a damaged pack aside, saves what can be read of it, and names exactly the pairs of snapshot and item that are lost", async () => {
		const { store, first } = await made();
		const [pack = ""] = named(store, "packs/A/");
		// Somewhere in the fourth of six frames.
		store.tamper(pack, (bytes) => flip(bytes, 1_000_000));
		const vault = await reopened(store);
		const report = await vault.repair();
		expect(report.quarantined).toEqual([{ object: pack, what: "hash", detail: expect.any(String), saved: 5 }]);
		const lost = { kind: "k.b", id: "3", part: "file/1" };
		expect(report.damage).toMatchObject([
			{
				object: pack,
				lostCount: 2,
				lost: [
					{ snapshot: 2, ...lost },
					{ snapshot: 3, ...lost },
				],
			},
		]);
		expect(vault.quarantined()).toEqual([pack]);
		const entries = [];
		for await (const entry of vault.lostEntries(3)) entries.push(entry);
		expect(entries).toEqual([lost]);
		const after = await reopened(store, { seed: "after" });
		const snapshot = await after.snapshot(2);
		for await (const facts of snapshot.entries()) {
			if (facts.kind === "k.b" && facts.id === "3") await expect(snapshot.read(facts)).rejects.toMatchObject({ code: "vault-damaged" });
			else expect(Buffer.from(await snapshot.read(facts)).toString("latin1")).toBe(first[`${facts.kind}/${facts.id}/${facts.part}`]);
		}
		// A collection leaves it where it is, and so does a second repair.
		for (let i = 0; i < 2; i++) await after.collect({ grace: 0, orphanAge: 0 });
		expect(store.names()).toContain(pack);
		expect((await after.repair()).quarantined).toEqual([]);
	});

	it("heals every snapshot when the same bytes are put again, though the parent has them", async () => {
		const { store, first, second } = await made();
		const [pack = ""] = named(store, "packs/A/");
		store.tamper(pack, () => undefined);
		const vault = await reopened(store);
		expect((await vault.repair()).damage[0]?.lostCount).toBe(12);
		const files = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`k.b/${i}/file/1`, noise(300_000, i)]));
		const { id } = await commit(vault, files);
		const after = await reopened(store, { seed: "after" });
		expect(await contentsOf(await after.snapshot(2))).toEqual(first);
		expect(await contentsOf(await after.snapshot(3))).toEqual(second);
		for await (const entry of after.lostEntries(id)) throw new Error(`${entry.id} is still lost`);
		expect(await damage(store)).toEqual([]);
	});

	it("goes on from the newest checkpoint when the end of the log is lost, and publishes again what packs still hold", async () => {
		const { store, vault } = await newVault();
		for (let round = 0; round < 66; round++) {
			const writer = await vault.beginSnapshot({ parent: vault.snapshots().at(-1)?.id });
			await writer.put({ kind: "k.a", id: String(round), part: "" }, document(round));
			await writer.commit({ descriptor: { round }, complete: true });
		}
		const lost = vault.snapshots().slice(-4);
		const expected = await Promise.all(lost.map(async ({ id }) => contentsOf(await vault.snapshot(id))));
		const [checkpoint = ""] = named(store, "ckpt/");
		const seen = Number(checkpoint.slice(5, 21));
		const names = named(store, "log/").filter((name) => Number(name.slice(4)) >= seen);
		expect(names.length).toBeGreaterThan(3);
		for (const name of names) store.tamper(name, () => undefined);
		await expect(reopened(store)).rejects.toMatchObject({ code: "vault-rolled-back" });
		const behind = await openVault({ ...portsOver(store, "repair"), unlock: keyFile, lostLogEnd: true });
		const report = await behind.repair({ lostSnapshots: true });
		expect(report.recovered.length).toBeGreaterThan(1);
		const after = await reopened(store, { seed: "after" });
		const contents = await Promise.all(after.snapshots().map(async ({ id }) => JSON.stringify(await contentsOf(await after.snapshot(id)))));
		for (const one of expected) expect(contents).toContain(JSON.stringify(one));
		// The log itself can't be made whole again, and a verification says so.
		expect((await damage(store)).every(({ object }) => object.startsWith("log/"))).toBe(true);
		await commit(after, { "k.a/new/": document("new") });
		expect((await reopened(store, { seed: "later" })).snapshots().length).toBe(after.snapshots().length);
	});
});

describe("a rolling verification", () => {
	it("reads a share of the packs each time, those first that were read longest ago, over processes", async () => {
		const { store, vault } = await newVault();
		for (let i = 0; i < 10; i++) await commit(vault, { [`k.a/${i}/`]: noise(1000, i) });
		const packs = named(store, "packs/").length;
		const read = new Set<string>();
		const runs = 5;
		for (let run = 0; run < runs; run++) {
			const watched = store.reopen({
				fault: ({ operation, name }) => {
					if (operation === "read" && name.startsWith("packs/")) read.add(name);
					return undefined;
				},
			});
			const before = read.size;
			const report = await (await reopened(watched, { seed: `run ${run}` })).verify({ level: "data", share: runs, record: true });
			expect(report.packs).toBe(Math.ceil(packs / runs));
			expect(read.size - before).toBe(Math.min(report.packs, packs - before));
		}
		expect(read.size).toBe(packs);
		const lines = [];
		for await (const { operation } of (await reopened(store)).log()) lines.push(operation);
		expect(lines.filter((line) => line === "verify-result")).toHaveLength(runs);
	});

	it("names what is lost when it comes to a damaged pack", async () => {
		const { store } = await made();
		const [pack = ""] = named(store, "packs/A/");
		store.tamper(pack, (bytes) => flip(bytes, 1_000_000));
		const reports = [];
		for (let run = 0; run < 5; run++)
			reports.push(await (await reopened(store, { seed: run })).verify({ level: "data", share: 5, record: true }));
		const found = reports.flatMap((report) => report.damage).find(({ object }) => object === pack);
		expect(found?.lost).toContainEqual({ snapshot: 3, kind: "k.b", id: "3", part: "file/1" });
	});
});
