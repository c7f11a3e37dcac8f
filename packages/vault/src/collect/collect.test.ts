import { describe, expect, it } from "vitest";
import type { MemoryStore } from "../stores/memory-store.ts";
import { commit, contentsOf, document, newVault, noise, reopened } from "../vault.fixture.ts";
import type { Vault } from "../vault.ts";

/** Deletes at once what the run before announced. */
const atOnce = { grace: 0, orphanAge: 0 };

async function bytesIn(store: MemoryStore, prefixes: readonly string[] = ["packs/", "idx/"]): Promise<number> {
	let sum = 0;
	for (const prefix of prefixes) for await (const { size } of store.list(prefix)) sum += size;
	return sum;
}

/** Announces, then deletes. */
async function collectTwice(vault: Vault, options: Parameters<Vault["collect"]>[0] = {}) {
	return [await vault.collect({ ...atOnce, ...options }), await vault.collect({ ...atOnce, ...options })] as const;
}

describe("a collection", () => {
	it("frees what it says, byte for byte, and no snapshot misses anything", async () => {
		const { store, vault } = await newVault();
		const files = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k.a/${i}/file/1`, noise(200_000, i)]));
		await commit(vault, files);
		await commit(vault, Object.fromEntries(Object.keys(files).map((name, i) => [name, i < 15 ? undefined : files[name]])));
		const kept = await contentsOf(await vault.snapshot(3));
		await vault.forget(2, "test");
		const before = await bytesIn(store);
		const [announced, freed] = await collectTwice(vault);
		expect(announced.freed).toEqual({ objects: 0, bytes: 0 });
		expect(announced.condemned.bytes).toBeGreaterThan(4_000_000);
		expect(announced.rewritten.bytes).toBeLessThan(1_100_000);
		expect(freed.freed.objects).toBe(announced.condemned.objects);
		expect(freed.freed.bytes).toBe(announced.condemned.bytes);
		const after = await bytesIn(store);
		expect(after).toBeLessThan(1_150_000);
		expect(before - after).toBeGreaterThan(2_950_000);
		const again = await reopened(store, { seed: "again" });
		expect(await contentsOf(await again.snapshot(3))).toEqual(kept);
		expect((await again.verify({ level: "data" })).damage).toEqual([]);
	});

	it("does nothing in a vault without garbage", async () => {
		const { store, vault } = await newVault();
		await commit(vault, { "k.a/1/": document(1) });
		await commit(vault, { "k.a/2/": document(2) });
		const names = store.names();
		const reports = await collectTwice(vault);
		for (const report of reports) {
			expect(report).toMatchObject({ freed: { objects: 0 }, condemned: { objects: 0 }, rewritten: { objects: 0 }, overtaken: false });
		}
		expect(store.names()).toEqual(names);
	});
});
