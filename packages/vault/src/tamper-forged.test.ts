import { describe, expect, it } from "vitest";
import { sha256Hex } from "./crypto/derive.ts";
import { concat } from "./format/bytes.ts";
import type { MemoryStore } from "./stores/memory-store.ts";
import { commit, contentsOf, document, flip, newVault, noise, reopened } from "./vault.fixture.ts";
import type { VerifyLevel } from "./vault.ts";

/*
 * Damage that keeps up appearances: sums and names fit, as they do when somebody with the bucket's credentials changes objects, not an
 * accident. tamper.test.ts has the accidents.
 */

function named(store: MemoryStore, prefix: string): string[] {
	return store.names().filter((name) => name.startsWith(prefix));
}

function first(store: MemoryStore, prefix: string): string {
	const [name] = named(store, prefix);
	if (name === undefined) throw new Error(`no object ${prefix}`);
	return name;
}

async function found(store: MemoryStore, level: VerifyLevel) {
	const { damage } = await (await reopened(store)).verify({ level });
	return damage.map(({ object, what }) => ({ object, what }));
}

const change = (at: number) => (bytes: Uint8Array) => flip(bytes, at);

describe("a checkpoint under a name that fits its bytes", () => {
	async function made() {
		const { store, vault } = await newVault();
		for (let i = 0; i < 64; i++) await commit(vault, { [`k.a/${i}/`]: document(i) });
		return { store, vault, name: first(store, "ckpt/") };
	}

	/** Stores changed bytes under the name that they should have. */
	async function forge(store: MemoryStore, name: string, edit: (bytes: Uint8Array) => Uint8Array): Promise<string> {
		const bytes = edit(await store.read(name));
		store.tamper(name, () => undefined);
		const renamed = `${name.slice(0, -16)}${sha256Hex(bytes).slice(0, 16)}`;
		await store.create(renamed, bytes);
		return renamed;
	}

	it.each([
		["its body", change(90), "tag"],
		["the hash of the log entry that it follows", change(20), "tag"],
		["its sequence number", change(15), "name"],
		["its beginning", change(0), "magic"],
		["its version", change(4), "unsupported"],
		["its end", (bytes: Uint8Array) => bytes.slice(0, -10), "tag"],
		["all but a part of its header", (bytes: Uint8Array) => bytes.slice(0, 40), "size"],
	])("is passed over and found, with its own word: %s", async (_what, edit, what) => {
		const { store, vault, name } = await made();
		const forged = await forge(store, name, edit);
		const again = await reopened(store, { expectHead: vault.head() });
		expect(again.snapshots()).toEqual(vault.snapshots());
		expect(await found(store, "log")).toEqual([{ object: forged, what }]);
	});

	it("is not taken from another vault", async () => {
		const { store, name } = await made();
		const foreign = await newVault("foreign");
		for (let i = 0; i < 64; i++) await commit(foreign.vault, {});
		const theirs = await foreign.store.read(first(foreign.store, "ckpt/"));
		const forged = await forge(store, name, () => theirs);
		expect(await found(store, "log")).toEqual([{ object: forged, what: "tag" }]);
	});

	it("is held against the log: an older one can't hide what came after, nor one of a rolled back log what came before", async () => {
		const { store, vault } = await made();
		const head = vault.head();
		for (let i = 0; i < 64; i++) await commit(vault, {});
		const [, newest] = named(store, "ckpt/");
		// The newest checkpoint is gone: the older one and the log after it say the same.
		store.tamper(newest ?? "", () => undefined);
		expect((await reopened(store, { expectHead: vault.head() })).snapshots()).toEqual(vault.snapshots());
		// The log is cut off where the older one was written: nobody who remembers the head accepts it.
		for (const name of named(store, "log/")) if (Number(name.slice(-16)) > head.seq) store.tamper(name, () => undefined);
		await expect(reopened(store, { expectHead: vault.head() })).rejects.toMatchObject({ code: "vault-rolled-back" });
	});
});

describe("a log entry", () => {
	it.each([
		["its version", 4, "vault-unsupported", undefined],
		["its codec", 5, "vault-damaged", "tag"],
		["its suite", 7, "vault-unsupported", undefined],
		["its nonce", 50, "vault-damaged", "tag"],
		["its length", 63, "vault-damaged", "tag"],
	])("is refused with its own word: %s", async (_what, at, code, what) => {
		const { store, vault } = await newVault();
		await commit(vault, { "k.a/1/": document(1) });
		const name = "log/0000000000000002";
		store.tamper(name, change(at));
		const error = await reopened(store).catch((caught) => caught);
		expect({ code: error.code, object: error.facts.object, what: error.facts.what }).toEqual({ code, object: name, what });
	});

	it("is missed when the whole log is gone, also with a checkpoint left", async () => {
		const { store, vault } = await newVault();
		await commit(vault, {});
		for (const name of named(store, "log/")) store.tamper(name, () => undefined);
		await expect(reopened(store)).rejects.toMatchObject({
			code: "vault-damaged",
			facts: { object: "log/0000000000000001", what: "missing" },
		});
		const other = await newVault("other");
		for (let i = 0; i < 64; i++) await commit(other.vault, {});
		for (const name of named(other.store, "log/")) other.store.tamper(name, () => undefined);
		await expect(reopened(other.store)).rejects.toMatchObject({ code: "vault-rolled-back" });
	});
});

describe("an index segment", () => {
	async function made() {
		const { store, vault } = await newVault();
		await commit(vault, Object.fromEntries(Array.from({ length: 700 }, (_, i) => [`k.a/${i}/`, document(i)])));
		const [large] = named(store, "idx/");
		await commit(vault, { "k.a/1/": document(1, "edited") });
		await commit(vault, { "k.a/2/": document(2, "edited") });
		return { store, large: large ?? "" };
	}

	it("is found when two of its blocks were swapped", async () => {
		const { store, large } = await made();
		const block = 256 * 32 + 16;
		store.tamper(large, (bytes) =>
			concat(bytes.slice(0, 64), bytes.slice(64 + block, 64 + 2 * block), bytes.slice(64, 64 + block), bytes.slice(64 + 2 * block)),
		);
		expect(await found(store, "structure")).toContainEqual({ object: large, what: "tag" });
		expect(await found(store, "keyless")).toContainEqual({ object: large, what: "hash" });
	});

	it("is found when it stands under another one's name, of the same length or not", async () => {
		const { store, large } = await made();
		const others = named(store, "idx/").filter((name) => name !== large);
		const bytes = await Promise.all(others.map((name) => store.read(name)));
		expect(bytes[0]?.length).toBe(bytes[1]?.length);
		store.tamper(others[0] ?? "", () => bytes[1]);
		expect(await found(store, "keyless")).toContainEqual({ object: others[0], what: "hash" });
		store.tamper(others[0] ?? "", () => bytes[0]);
		store.tamper(large, () => bytes[0]);
		expect(await found(store, "structure")).toContainEqual({ object: large, what: "size" });
	});

	it("is not taken from another vault", async () => {
		const { store, large } = await made();
		const foreign = await newVault("foreign");
		await commit(foreign.vault, Object.fromEntries(Array.from({ length: 700 }, (_, i) => [`k.a/${i}/`, document(i)])));
		const theirs = await foreign.store.read(first(foreign.store, "idx/"));
		store.tamper(large, () => theirs);
		expect(await found(store, "structure")).toContainEqual({ object: large, what: "key" });
	});
});

describe("a pack", () => {
	/** Two attachments of the same length, each a frame of its own in one pack, and one in another pack. */
	async function made() {
		const { store, vault } = await newVault();
		await commit(vault, { "k.b/1/file/1": noise(300_000, "a"), "k.b/1/file/2": noise(300_000, "b") });
		const two = first(store, "packs/A/");
		await commit(vault, { "k.b/2/file/3": noise(300_000, "c") });
		const one = named(store, "packs/A/").find((name) => name !== two) ?? "";
		return { store, two, one };
	}
	const frame = 300_000 + 16;

	it("is found when two of its frames were swapped, and reads as damaged, not as the other file", async () => {
		const { store, two } = await made();
		store.tamper(two, (bytes) =>
			concat(bytes.slice(0, 64), bytes.slice(64 + frame, 64 + 2 * frame), bytes.slice(64, 64 + frame), bytes.slice(64 + 2 * frame)),
		);
		expect(await found(store, "data")).toEqual([{ object: two, what: "hash" }]);
		await expect(contentsOf(await (await reopened(store)).snapshot(2))).rejects.toMatchObject({
			code: "vault-damaged",
			facts: { object: two, what: "tag", detail: "its frame 0 was changed" },
		});
	});

	it("does not open a frame of another pack", async () => {
		const { store, two, one } = await made();
		const theirs = (await store.read(one)).slice(64, 64 + frame);
		store.tamper(two, (bytes) => concat(bytes.slice(0, 64), theirs, bytes.slice(64 + frame)));
		await expect(contentsOf(await (await reopened(store)).snapshot(2))).rejects.toMatchObject({ facts: { object: two, what: "tag" } });
	});

	it.each([
		["version", 4, "unsupported"],
		["suite", 7, "unsupported"],
		["domain", 11, "key"],
		["generation", 15, "key"],
	])("says of its header what is wrong: %s", async (_what, at, what) => {
		const { store, one } = await made();
		store.tamper(one, change(at));
		expect(await found(store, "structure")).toEqual([{ object: one, what }]);
	});
});
