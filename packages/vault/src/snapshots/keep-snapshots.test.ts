import { describe, expect, it } from "vitest";
import { commit, document, newVault, reopened } from "../vault.fixture.ts";

async function made() {
	const { store, vault } = await newVault();
	for (let i = 0; i < 3; i++) await commit(vault, { "k.a/1/": document(1, String(i)) });
	return { store, vault };
}

describe("pins and holds", () => {
	it("survive checkpoints, other processes and everything that is forgotten around them", async () => {
		const { store, vault } = await made();
		await vault.pin(2, "before the migration");
		await vault.hold(3, "case 7");
		await vault.hold(3, "case 9");
		await vault.forget(4, "test");
		for (let i = 0; i < 70; i++) await commit(vault, {}, { parent: 2 });
		const again = await reopened(store, { expectHead: vault.head() });
		const [pinned, held] = again.snapshots();
		expect(pinned).toMatchObject({ id: 2, pin: "before the migration" });
		expect(held).toMatchObject({ id: 3, holds: ["case 7", "case 9"] });
		expect((await again.verify({ level: "log" })).damage).toEqual([]);
	});

	it("keep a snapshot from being forgotten, each until it is taken away", async () => {
		const { vault } = await made();
		await vault.pin(2, "a");
		await vault.pin(2, "b");
		await expect(vault.forget(2, "x")).rejects.toMatchObject({ code: "conflict", hint: "Unpin it first." });
		await vault.unpin(2);
		await vault.hold(2, "case 7");
		await vault.hold(2, "case 9");
		await vault.release(2, "case 7");
		await expect(vault.forget(2, "x")).rejects.toMatchObject({ code: "conflict" });
		await expect(vault.release(2, "case 7")).rejects.toMatchObject({ code: "not-found" });
		await vault.release(2, "case 9");
		await vault.forget(2, "x");
		expect(vault.snapshots().map(({ id }) => id)).toEqual([3, 4]);
	});

	it("hold against a forgetting that another process is about to write", async () => {
		const { store, vault } = await made();
		const other = await reopened(store);
		await vault.hold(3, "case 7");
		await expect(other.forget(3, "x")).rejects.toMatchObject({ code: "conflict" });
	});

	it("are refused for what is not there, for unfinished runs, and without a word", async () => {
		const { vault } = await made();
		const { id } = await commit(vault, {}, { complete: false });
		await expect(vault.pin(99, "x")).rejects.toMatchObject({ code: "not-found" });
		await expect(vault.hold(id, "x")).rejects.toMatchObject({ code: "bad-input" });
		await expect(vault.pin(2, "  ")).rejects.toMatchObject({ code: "bad-input" });
		await expect(vault.hold(2, "x".repeat(201))).rejects.toMatchObject({ code: "bad-input" });
	});
});

describe("the log for people", () => {
	it("tells every change, oldest first", async () => {
		const { vault } = await made();
		await vault.pin(2, "a");
		await vault.forget(3, "too old");
		const lines = [];
		for await (const { seq, text } of vault.log()) lines.push(`${seq} ${text}`);
		expect(lines[0]).toBe("1 creates the vault");
		expect(lines.slice(-2)).toEqual(["5 pins snapshot 2: a", "6 forgets snapshot 3: too old"]);
		expect(lines).toHaveLength(6);
	});
});
