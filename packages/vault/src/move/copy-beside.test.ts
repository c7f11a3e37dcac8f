import { quietLog, systemClock, systemRandom } from "@skyeworx/core";
import { describe, expect, it } from "vitest";
import { utf8 } from "../format/bytes.ts";
import { createVault, memoryStore } from "../index.ts";
import type { Store } from "../stores/store.ts";
import { copyVault } from "./copy-vault.ts";

const ports = { clock: systemClock, random: systemRandom, log: quietLog };
const key = systemRandom.bytes(32);

async function vaultStore(): Promise<Store> {
	const store = memoryStore();
	const vault = await createVault({ ...ports, store, slots: [{ type: "key-file", key }] });
	await vault.close();
	return store;
}

async function names(store: Store): Promise<readonly string[]> {
	const found: string[] = [];
	for await (const { name } of store.list("")) found.push(name);
	return found.toSorted();
}

describe("a copy of a vault beside what belongs to others", () => {
	it("holds what the vault holds, and removes what it no longer has", async () => {
		const [source, target] = [await vaultStore(), memoryStore()];
		expect(await copyVault(source, target, ports)).toMatchObject({ complete: true });
		expect(await names(target)).toEqual(await names(source));
		await target.create("idx/left-over", utf8("of a merge since"));
		await copyVault(source, target, ports);
		expect(await names(target)).toEqual(await names(source));
	});

	it("touches nothing that is no vault's, in either place", async () => {
		const [source, target] = [await vaultStore(), memoryStore()];
		await source.create("invoices/2026", utf8("theirs"));
		await copyVault(source, target, ports);
		await target.create("reports/2026", utf8("theirs, too"));
		await copyVault(source, target, ports);
		expect(await names(target)).not.toContain("invoices/2026");
		await copyVault(source, target, { ...ports, beside: ["invoices/"] });
		expect(await names(target)).toContain("invoices/2026");
		expect(await names(target)).toContain("reports/2026");
	});

	it.each(["log/0000000000000001", "keys/slots/theirs.json"])("is not made over %s of somebody else", async (name) => {
		const [source, target] = [await vaultStore(), memoryStore()];
		await target.create(name, utf8("theirs"));
		await expect(copyVault(source, target, ports)).rejects.toMatchObject({ code: "conflict" });
		expect(await names(target)).toEqual([name]);
	});

	it("is not made over another vault", async () => {
		const [source, target] = [await vaultStore(), await vaultStore()];
		const before = await names(target);
		await expect(copyVault(source, target, ports)).rejects.toMatchObject({ code: "conflict" });
		expect(await names(target)).toEqual(before);
	});
});
