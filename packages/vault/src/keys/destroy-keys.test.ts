import { afterEach, describe, expect, it } from "vitest";
import { createVault } from "../create-vault.ts";
import { newRecoveryKit } from "../crypto/recovery-kit.ts";
import { rootKeys } from "../crypto/vault-keys.ts";
import { PackReader } from "../format/pack-reader.ts";
import { readVaultJson } from "../format/vault-json.ts";
import { openVault } from "../open-vault.ts";
import { memoryStore } from "../stores/memory-store.ts";
import { listDomainKeys, openDomainKeys, openRootKey } from "../unlock.ts";
import {
	commit,
	contentsOf,
	document,
	keyFile,
	newVault,
	noise,
	portsOver,
	reopened,
	seededRandom,
	steppingClock,
} from "../vault.fixture.ts";
import type { Unlock, Vault } from "../vault.ts";
import { type KmsSlot, kmsSlot } from "./keys.fixture.ts";

const opened: KmsSlot[] = [];
afterEach(async () => {
	for (const { simulator } of opened.splice(0)) await simulator.close();
});

const kit: Unlock = { type: "recovery-kit", code: newRecoveryKit(seededRandom("kit")) };
const shredded = { code: "vault-shredded" };

async function readEverything(vault: Vault): Promise<unknown[]> {
	const out: unknown[] = [];
	for (const { id } of vault.snapshots()) out.push(await contentsOf(await vault.snapshot(id)));
	return out;
}

describe("a rotated content key", () => {
	it("seals what is new; what is old stays readable, and is still not stored twice", async () => {
		const { store, vault } = await newVault();
		const file = noise(400_000);
		const first = await commit(vault, { "k.a/1/": document(1), "k.a/1/file/1": file });
		const oldPacks = new Set(store.names().filter((name) => name.startsWith("packs/")));
		expect(await vault.keys.rotateDomainKey()).toBe(1);
		const second = await commit(vault, { "k.a/2/": document(2), "k.a/2/file/9": file });
		expect(second.added).toBeLessThan(10_000);
		for (const name of store.names().filter((one) => one.startsWith("packs/"))) {
			const generation = Buffer.from(await store.read(name)).readUInt32BE(12);
			expect(generation).toBe(oldPacks.has(name) ? 0 : 1);
		}
		const again = await reopened(store);
		expect(Object.keys(await contentsOf(await again.snapshot(first.id)))).toEqual(["k.a/1/", "k.a/1/file/1"]);
		expect(Object.keys(await contentsOf(await again.snapshot(second.id)))).toEqual(["k.a/1/", "k.a/1/file/1", "k.a/2/", "k.a/2/file/9"]);
		expect((await again.verify({ level: "data" })).damage).toEqual([]);
	});

	it("is found by programs that have the vault open, in the middle of their work", async () => {
		const { store, vault } = await newVault();
		await commit(vault, { "k.a/1/": document(1) });
		const other = await reopened(store, { seed: "other" });
		const writer = await other.beginSnapshot({ parent: 2 });
		await writer.put({ kind: "k.a", id: "3", part: "" }, document(3));
		await vault.keys.rotateDomainKey();
		const { id } = await commit(vault, { "k.a/2/": document(2) });
		const theirs = await writer.commit({ descriptor: {}, complete: true });
		expect(Object.keys(await contentsOf(await other.snapshot(theirs.id)))).toEqual(["k.a/1/", "k.a/3/"]);
		expect(Object.keys(await contentsOf(await other.snapshot(id)))).toEqual(["k.a/1/", "k.a/2/"]);
	});

	it("is another one each time, whoever rotates, and whatever an interrupted rotation left behind", async () => {
		const { store, vault } = await newVault();
		const other = await reopened(store, { seed: "other" });
		await Promise.all([vault.keys.rotateDomainKey(), other.keys.rotateDomainKey()]);
		store.setFault(({ operation, name }) => (operation === "create" && name.startsWith("log/") ? "crash-before" : undefined));
		await expect(vault.keys.rotateDomainKey()).rejects.toBeDefined();
		const after = await reopened(store.reopen(), { seed: "after" });
		expect(await after.keys.rotateDomainKey()).toBe(4);
		await commit(after, { "k.a/1/": document(1) });
		expect([...(await listDomainKeys(store.reopen(), 1)).keys()].sort()).toEqual([0, 1, 2, 3, 4]);
		expect((await after.verify({ level: "data" })).damage).toEqual([]);
	});

	it("is missed by name when somebody took it out of the store", async () => {
		const { store, vault } = await newVault();
		await vault.keys.rotateDomainKey();
		store.tamper("keys/domains/1.1.json", () => undefined);
		await expect(reopened(store)).rejects.toMatchObject({
			code: "vault-damaged",
			facts: { object: "keys/domains/1.1.json", what: "missing" },
		});
		expect((await vault.verify({ level: "log" })).damage).toMatchObject([{ object: "keys/domains/1.1.json", what: "missing" }]);
	});
});

describe("a shredded vault", () => {
	/** Slots of every kind, two generations of the key, and another program that has it open with all of it in its caches. */
	async function made() {
		const kms = await kmsSlot();
		opened.push(kms);
		const store = memoryStore();
		const unlocks: readonly Unlock[] = [keyFile, kit, kms.unlock, { type: "passphrase", passphrase: "correct horse" }];
		const vault = await createVault({ ...portsOver(store), slots: unlocks });
		await commit(vault, { "k.a/1/": document(1), "k.a/1/file/1": noise(3000) });
		await vault.keys.rotateDomainKey();
		await commit(vault, { "k.a/2/": document(2) });
		// Older versions and delete markers, as a versioned bucket keeps them.
		store.hide("keys/domains/1.0.json");
		await store.replace("keys/domains/1.0.json", (store.versions("keys/domains/1.0.json")[0]?.bytes ?? new Uint8Array(0)).slice());
		store.hide("keys/domains/1.1.json");
		const hidden = store.versions("keys/domains/1.1.json")[0]?.bytes ?? new Uint8Array(0);
		await store.replace("keys/domains/1.1.json", hidden.slice());
		const other = await openVault({ ...portsOver(store, "other"), unlock: kit });
		await readEverything(other);
		const packs = store.names().filter((name) => name.startsWith("packs/"));
		return { store, vault, unlocks, other, packs };
	}

	it("can't be read by any key, any program that had it open, or with the root key in hand", async () => {
		const { store, vault, unlocks, other, packs } = await made();
		const { deleted } = await vault.keys.shredDomain();
		expect(deleted).toEqual(["keys/domains/1.0.json", "keys/domains/1.1.json"]);
		for (const name of deleted) expect(store.versions(name)).toEqual([]);

		await expect(readEverything(vault)).rejects.toMatchObject(shredded);
		await other.refresh();
		await expect(readEverything(other)).rejects.toMatchObject(shredded);
		await expect(other.requireKeys()).rejects.toMatchObject(shredded);
		for (const unlock of unlocks) {
			const again = await openVault({ ...portsOver(store), unlock });
			for (const { id } of again.snapshots()) {
				const snapshot = await again.snapshot(id);
				await expect(contentsOf(snapshot)).rejects.toMatchObject(shredded);
				await expect(snapshot.descriptor()).rejects.toMatchObject(shredded);
				await expect(snapshot.facts({ kind: "k.a", id: "1", part: "" })).rejects.toMatchObject(shredded);
			}
		}

		// All that is left, with the root key itself: nothing in the store opens as a key of the contents, and no key that the root
		// key gives, used as one, opens a pack.
		const { vaultId } = readVaultJson(await store.read("vault.json"));
		const { rootKey } = await openRootKey({ store, clock: steppingClock(), vaultId, unlock: keyFile });
		const roots = rootKeys(rootKey, vaultId);
		await expect(openDomainKeys({ store, vaultId, domain: 1, roots, newest: 0 })).rejects.toMatchObject({ facts: { what: "missing" } });
		const guesses = [rootKey, roots.domainWrap, roots.log, roots.mac, roots.checkpoint, roots.purpose("domain")];
		for (const object of packs) {
			const bytes = await store.read(object);
			for (const guess of guesses) {
				const keys = { ref: { domain: 1, generation: 1 }, ids: () => guess, idKey: guess, chunking: guess, generationKey: () => guess };
				const size = bytes.length;
				const readRange = async (offset: number, length: number) => bytes.slice(offset, offset + length);
				const cls = object.split("/")[1] as "R" | "A" | "M";
				await expect(PackReader.open({ object, class: cls, size, vaultId, keys, readRange })).rejects.toMatchObject({
					facts: { what: "key" },
				});
			}
		}
	});

	it("keeps its history: snapshots, counts, the log, and a verification of what can be verified", async () => {
		const { store, vault } = await made();
		const before = vault.snapshots();
		await vault.keys.shredDomain();
		const again = await reopened(store);
		expect(again.snapshots()).toEqual(before);
		expect(await again.statistics()).toMatchObject({ snapshots: 2 });
		expect((await again.verify({ level: "log" })).damage).toEqual([]);
		await expect(again.verify({ level: "data" })).rejects.toMatchObject(shredded);
		await again.forget(before[0]?.id ?? 0, "after the end");
		expect((await reopened(store)).snapshots()).toHaveLength(1);
	});

	it("takes no backup any more, not even one that was under way", async () => {
		const { vault, other } = await made();
		const writer = await other.beginSnapshot({ parent: other.snapshots().at(-1)?.id });
		await writer.put({ kind: "k.a", id: "9", part: "" }, document(9));
		await vault.keys.shredDomain();
		await expect(writer.commit({ descriptor: {}, complete: true })).rejects.toBeDefined();
		await expect(vault.keys.rotateDomainKey()).rejects.toMatchObject(shredded);
		await expect(commit(vault, { "k.a/9/": document(9) }, { parent: vault.snapshots()[0]?.id ?? 0 })).rejects.toMatchObject(shredded);
		expect(vault.snapshots()).toHaveLength(2);
	});

	it("is shredded to the end by whoever comes next, when the first was killed at any call", async () => {
		for (let at = 1; ; at++) {
			const { store } = await newVault();
			const first = await reopened(store, { seed: "first" });
			await commit(first, { "k.a/1/": document(1) });
			let calls = 0;
			store.setFault(() => (++calls === at ? "crash-before" : undefined));
			const done = await first.keys.shredDomain().then(
				() => true,
				() => false,
			);
			const left = store.reopen();
			const second = await reopened(left, { seed: "second" });
			const logged = await readEverything(second).then(
				() => false,
				(error) => error.code === "vault-shredded",
			);
			// Refused from the log entry on, whatever keys are still there; a check says that they are.
			const present = left.names().filter((name) => name.startsWith("keys/domains/"));
			if (logged) expect((await second.verify({ level: "log" })).damage.map(({ object }) => object)).toEqual(present);
			await second.keys.shredDomain();
			expect(left.names().filter((name) => name.startsWith("keys/domains/"))).toEqual([]);
			await expect(readEverything(second)).rejects.toMatchObject(shredded);
			if (done) break;
		}
	});

	it("is not called so while the store keeps a version of a key", async () => {
		const { store, vault } = await newVault();
		await store.replace("keys/domains/1.0.json", await store.read("keys/domains/1.0.json"), { retainUntil: new Date(Date.UTC(2040, 0)) });
		await expect(vault.keys.shredDomain()).rejects.toMatchObject({ code: "conflict", facts: { object: "keys/domains/1.0.json" } });
	});
});

describe("a vault whose keys were all destroyed", () => {
	it("is opened by none of them, and says that they are gone", async () => {
		const { store, vault } = await newVault();
		await vault.keys.addSlot(kit);
		await commit(vault, { "k.a/1/": document(1) });
		const { deleted } = await vault.keys.destroyKeys();
		expect(deleted).toHaveLength(3);
		expect(store.names().filter((name) => name.startsWith("keys/"))).toEqual([]);
		await expect(readEverything(vault)).rejects.toBeDefined();
		expect(() => vault.deriveKey("catalog")).toThrow();
		for (const unlock of [keyFile, kit])
			await expect(openVault({ ...portsOver(store), unlock })).rejects.toMatchObject({
				code: "vault-damaged",
				facts: { object: "keys/slots/", what: "missing" },
			});
	});
});
