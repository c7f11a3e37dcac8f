import { AppError } from "@skyeworx/core";
import { describe, expect, it } from "vitest";
import { memoryStore } from "../stores/memory-store.ts";
import type { Store } from "../stores/store.ts";
import { commit, contentsOf, document, flip, newVault, noise, reopened, steppingClock } from "../vault.fixture.ts";
import type { Vault } from "../vault.ts";
import { copyVault } from "./copy-vault.ts";

const clock = steppingClock();

/** The store as a process sees it that dies at its n-th call, after the effect: what it did before stays. */
function dyingAt(store: Store, n: number): Store {
	let calls = 0;
	const dead = () => new AppError("internal", "killed");
	const call = async <T>(task: () => Promise<T>): Promise<T> => {
		if (calls >= n) throw dead();
		calls += 1;
		const answer = await task();
		if (calls >= n) throw dead();
		return answer;
	};
	return {
		description: store.description,
		create: (...input) => call(() => store.create(...input)),
		replace: (...input) => call(() => store.replace(...input)),
		read: (...input) => call(() => store.read(...input)),
		facts: (...input) => call(() => store.facts(...input)),
		delete: (...input) => call(() => store.delete(...input)),
		list: (prefix) => store.list(prefix),
	};
}

async function allOf(vault: Vault): Promise<Record<number, Record<string, string>>> {
	const found: Record<number, Record<string, string>> = {};
	for (const { id } of vault.snapshots()) found[id] = await contentsOf(await vault.snapshot(id));
	return found;
}

async function filled() {
	const { store, vault } = await newVault();
	for (const run of [1, 2, 3]) await commit(vault, { [`k.a/${run}/`]: document(run), [`k.a/${run}/file/1`]: noise(40_000, run) });
	return { store, vault };
}

/** As the job does it: copy, look, leave; again when somebody wrote meanwhile. */
async function move(source: Store, target: Store, beforeLeaving: () => Promise<void> = async () => {}): Promise<void> {
	for (;;) {
		const vault = await reopened(source, { seed: "mover" });
		if (vault.movedAway()) return;
		await copyVault(source, target, { clock });
		const copy = await reopened(target, { seed: "copy" });
		expect((await copy.verify({ level: "data" })).damage).toEqual([]);
		await beforeLeaving();
		if (await vault.leave(copy.head())) return;
	}
}

describe("a copy of a vault", () => {
	it("is whole after a kill at any call, and being called again", async () => {
		const { store, vault } = await filled();
		const wanted = await allOf(vault);
		let n = 1;
		for (let whole = false; !whole; n += 1) {
			const target = memoryStore();
			whole = await copyVault(store, dyingAt(target, n), { clock }).then(
				() => true,
				() => false,
			);
			await copyVault(store, target, { clock });
			const copy = await reopened(target);
			expect((await copy.verify({ level: "data" })).damage, `killed at ${n}`).toEqual([]);
			expect(await allOf(copy)).toEqual(wanted);
		}
		expect(n).toBeGreaterThan(20);
	});

	it("copies nothing twice, follows what was written and what was deleted, and pauses between objects", async () => {
		const { store, vault } = await filled();
		const target = memoryStore();
		const paused = await copyVault(store, target, { clock, pause: async () => true });
		expect(paused).toMatchObject({ copied: 1, complete: false });
		const rest = await copyVault(store, target, { clock });
		expect(rest.complete).toBe(true);
		expect(await copyVault(store, target, { clock })).toEqual({ copied: 0, bytes: 0, complete: true });
		const slot = await vault.keys.addSlot({ type: "passphrase", passphrase: "another" });
		await copyVault(store, target, { clock });
		await vault.keys.removeSlot(slot);
		await commit(vault, { "k.a/9/": document(9) });
		await copyVault(store, target, { clock });
		const copy = await reopened(target);
		expect(await copy.keys.slots()).toHaveLength(1);
		expect(await allOf(copy)).toEqual(await allOf(vault));
	});

	it("is refused where another vault lies, and where the source is damaged", async () => {
		const { store } = await filled();
		const { store: other } = await newVault("another");
		await expect(copyVault(store, other, { clock })).rejects.toMatchObject({ code: "conflict" });
		let pack = "";
		for await (const { name } of store.list("packs/")) pack = name;
		const damaged = flip(Uint8Array.from(await store.read(pack)), 100);
		await store.delete(pack);
		await store.create(pack, damaged);
		await expect(copyVault(store, memoryStore(), { clock })).rejects.toMatchObject({ code: "vault-damaged", facts: { object: pack } });
		const known = new Set([pack.slice(pack.lastIndexOf("/") + 1)]);
		expect((await copyVault(store, memoryStore(), { clock, damaged: known })).complete).toBe(true);
	});
});

describe("a vault that was moved", () => {
	it("holds what somebody wrote while it was looked through", async () => {
		const { store, vault } = await filled();
		const target = memoryStore();
		let late = 2;
		await move(store, target, async () => {
			if (late === 0) return;
			late -= 1;
			await commit(vault, { [`k.a/late-${late}/`]: document(late) });
		});
		expect(await allOf(await reopened(target))).toEqual(await allOf(vault));
		expect((await reopened(target)).snapshots()).toHaveLength(5);
	});

	it("takes no more writes in the old place, also from whoever began before, and is still read there", async () => {
		const { store, vault } = await filled();
		const target = memoryStore();
		const stale = await vault.beginSnapshot({ parent: 4 });
		await stale.put({ kind: "k.a", id: "lost", part: "" }, document("lost"));
		await move(store, target);
		const refused = { code: "conflict", message: expect.stringContaining("moved to another store") };
		await expect(stale.commit({ descriptor: null, complete: true })).rejects.toMatchObject(refused);
		await expect(vault.pin(2, "late")).rejects.toMatchObject(refused);
		await expect(vault.forget(2, "late")).rejects.toMatchObject(refused);
		await expect(vault.collect()).rejects.toMatchObject(refused);
		await expect((await reopened(store)).beginSnapshot({ parent: undefined })).rejects.toMatchObject(refused);
		const old = await reopened(store);
		expect(await allOf(old)).toEqual(await allOf(await reopened(target)));
		const moved = await reopened(target);
		expect(moved.movedAway()).toBe(false);
		await commit(moved, { "k.a/after/": document("after") });
		expect(moved.snapshots()).toHaveLength(4);
	});
});
