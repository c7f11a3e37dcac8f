import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sha256 } from "./crypto/derive.ts";
import { toHex } from "./format/bytes.ts";
import { type GoldenVaultFile, goldenElements, goldenVault } from "./golden.fixture.ts";
import { openVault } from "./open-vault.ts";
import { memoryStore } from "./stores/memory-store.ts";
import { contentsOf, document, flip, keyFile, portsOver } from "./vault.fixture.ts";
import type { Unlock } from "./vault.ts";

function golden<T>(name: string): T {
	return JSON.parse(readFileSync(new URL(`./${name}.golden.json`, import.meta.url), "utf8")) as T;
}

async function goldenStore() {
	const { objects, expected } = golden<GoldenVaultFile>("vault-1");
	const store = memoryStore();
	for (const [name, bytes] of Object.entries(objects)) await store.create(name, new Uint8Array(Buffer.from(bytes, "base64")));
	return { store, expected };
}

describe("format 1", () => {
	const stored = golden<Record<string, string>>("elements-1");

	it.each(Object.keys(stored))("still writes this element as it was written first: %s", async (name) => {
		expect((await goldenElements())[name]).toBe(stored[name]);
	});

	it("has no element without a golden file", async () => {
		expect(Object.keys(await goldenElements())).toEqual(Object.keys(stored));
	});

	it("is still read: every snapshot of the golden vault, with each of its keys", async () => {
		const { store, expected } = await goldenStore();
		const unlocks: Unlock[] = [
			keyFile,
			{ type: "passphrase", passphrase: "golden passphrase" },
			{ type: "recovery-kit", code: expected.code },
		];
		for (const unlock of unlocks) {
			const vault = await openVault({ ...portsOver(store), unlock, expectHead: expected.head });
			expect(vault.snapshots().map(({ id }) => id)).toEqual(expected.ids);
			for (const [id, entries] of Object.entries(expected.snapshots)) {
				const contents = await contentsOf(await vault.snapshot(Number(id)));
				const hashes = Object.entries(contents).map(([name, text]) => [name, toHex(sha256(Buffer.from(text, "latin1"))).slice(0, 16)]);
				expect(Object.fromEntries(hashes)).toEqual(entries);
			}
		}
	});

	it("is made by this version too, with the same contents and the same snapshots", async () => {
		const { expected } = golden<GoldenVaultFile>("vault-1");
		const made = await goldenVault();
		expect(made.expected.ids).toEqual(expected.ids);
		expect(made.expected.snapshots).toEqual(expected.snapshots);
	});

	it("verifies: the golden vault at every level, with each kind of object in it", async () => {
		const { store } = await goldenStore();
		for (const prefix of [
			"ckpt/",
			"idx/",
			"keys/domains/",
			"keys/slots/",
			"packs/A/",
			"packs/M/",
			"packs/R/",
			"README.txt",
			"vault.json",
		]) {
			expect(
				store.names().some((name) => name.startsWith(prefix)),
				prefix,
			).toBe(true);
		}
		const vault = await openVault({ ...portsOver(store), unlock: keyFile });
		for (const level of ["log", "structure", "keyless", "data"] as const) expect((await vault.verify({ level })).damage).toEqual([]);
	});

	it("is still written on: a new snapshot on the golden vault", async () => {
		const { store, expected } = await goldenStore();
		const vault = await openVault({ ...portsOver(store, "later"), unlock: keyFile, expectHead: expected.head });
		const writer = await vault.beginSnapshot({ parent: expected.ids.at(-1) });
		expect(await writer.put({ kind: "jira.work-item", id: "10005", part: "" }, document(5))).toBe("same");
		expect(await writer.put({ kind: "jira.work-item", id: "10005", part: "" }, document(5, "later"))).toBe("changed");
		const info = await writer.commit({ descriptor: {}, complete: true });
		expect((await contentsOf(await vault.snapshot(info.id)))["jira.work-item/10005/"]).toContain("later");
	});

	it("says of a damaged golden vault which object it is, for every single object", async () => {
		const { objects } = golden<GoldenVaultFile>("vault-1");
		const names = Object.keys(objects).filter((name) => name !== "README.txt" && !name.startsWith("log/"));
		for (const name of names) {
			const { store } = await goldenStore();
			store.tamper(name, (bytes) => flip(bytes, Math.floor(bytes.length / 2)));
			const told = await openVault({ ...portsOver(store), unlock: keyFile }).then(
				async (vault) => (await vault.verify({ level: "keyless" })).damage.map(({ object }) => object),
				(error) => [error.facts.object],
			);
			// A segment that is no longer live harms nobody and is not looked at.
			if (name.startsWith("idx/") && told.length === 0) continue;
			expect(told).toContain(name);
		}
	});
});
