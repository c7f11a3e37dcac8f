import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { memoryStore } from "../stores/memory-store.ts";
import { listDomainKeys } from "../unlock.ts";
import { reopened } from "../vault.fixture.ts";
import { contentHashes, type GoldenKeysFile, goldenKeysVault } from "./golden-keys.fixture.ts";

const golden = JSON.parse(readFileSync(new URL("../vault-1-keys.golden.json", import.meta.url), "utf8")) as GoldenKeysFile;

describe("a golden vault with a history of keys", () => {
	it("is still read, under all generations of its content key, past slots of key services", async () => {
		const store = memoryStore();
		for (const [name, bytes] of Object.entries(golden.objects)) await store.create(name, new Uint8Array(Buffer.from(bytes, "base64")));
		const vault = await reopened(store);
		expect(await contentHashes(vault)).toEqual(golden.expected.snapshots);
		expect((await vault.keys.slots()).map(({ type }) => type).sort()).toEqual(golden.expected.slots);
		expect([...(await listDomainKeys(store, 1)).keys()].sort()).toEqual(golden.expected.generations);
		expect(await vault.keys.rotateDomainKey()).toBe(3);
	});

	it("is made by this version too, with the same contents and keys", async () => {
		expect((await goldenKeysVault()).expected).toEqual(golden.expected);
	});
});
