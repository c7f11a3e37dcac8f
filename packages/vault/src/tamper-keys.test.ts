import { canonicalBytes, type JsonObject } from "@skyeworx/core";
import { afterEach, describe, expect, it } from "vitest";
import { createVault } from "./create-vault.ts";
import { withCheck } from "./format/stored-json.ts";
import { type KmsSlot, kmsSlot } from "./keys/keys.fixture.ts";
import { openVault } from "./open-vault.ts";
import { type MemoryStore, memoryStore } from "./stores/memory-store.ts";
import { commit, document, flip, keyFile, newVault, portsOver, reopened } from "./vault.fixture.ts";
import type { Unlock } from "./vault.ts";

const kms: KmsSlot[] = [];
afterEach(async () => {
	for (const { simulator } of kms.splice(0)) await simulator.close();
});

type Fields = Record<string, string | number | JsonObject>;

/** Changes a JSON object of the store. `forge` computes its check sum anew, as whoever can write to the store can. */
function change(store: MemoryStore, name: string, edit: (fields: Fields) => void, forge = true): void {
	store.tamper(name, (bytes) => {
		const { check, ...fields } = JSON.parse(Buffer.from(bytes).toString()) as Fields;
		edit(fields);
		return forge ? withCheck(fields as JsonObject) : canonicalBytes({ ...fields, check } as JsonObject);
	});
}

const flipped = (text: unknown) => Buffer.from(flip(Buffer.from(String(text), "base64"), 3)).toString("base64");
const edits: Readonly<Record<string, (fields: Fields) => void>> = {
	wrapped: (fields) => (fields.wrapped = flipped(fields.wrapped)),
	nonce: (fields) => (fields.nonce = flipped(fields.nonce)),
	"a nonce that is too short": (fields) => (fields.nonce = "AAAA"),
	commit: (fields) => (fields.commit = flipped(fields.commit)),
	createdAt: (fields) => (fields.createdAt = "2020-01-01T00:00:00.000Z"),
	vaultId: (fields) => (fields.vaultId = "a".repeat(26)),
	slotId: (fields) => (fields.slotId = "0000000000000000"),
	generation: (fields) => (fields.generation = 1),
	domain: (fields) => (fields.domain = 2),
	"an unknown field": (fields) => (fields.extra = 1),
	"a missing field": (fields) => delete fields.nonce,
	"another format": (fields) => (fields.format = "skyeworx-slot/9"),
};

function only(store: MemoryStore, prefix: string): string {
	const [name, ...more] = store.names().filter((one) => one.startsWith(prefix));
	if (name === undefined || more.length > 0) throw new Error(`not one object ${prefix}`);
	return name;
}

const failureOf = (opening: Promise<unknown>) =>
	opening.then(
		() => "opened",
		(error) => ({ code: error.code, object: error.facts.object, what: error.facts.what }),
	);

describe("a slot that somebody changed", () => {
	it.each([
		["wrapped", "vault-damaged", "tag"],
		["nonce", "vault-damaged", "tag"],
		["a nonce that is too short", "vault-damaged", "tag"],
		["createdAt", "vault-damaged", "tag"],
		["commit", "vault-key-wrong", undefined],
		["vaultId", "vault-damaged", "name"],
		["slotId", "vault-damaged", "name"],
		["an unknown field", "vault-damaged", "schema"],
		["a missing field", "vault-damaged", "schema"],
		["another format", "vault-damaged", "schema"],
	])("and gave a fitting check sum does not open the vault, nor another one: %s", async (edit, code, what) => {
		const { store } = await newVault();
		const name = only(store, "keys/slots/");
		change(store, name, edits[edit] ?? (() => {}));
		expect(await failureOf(reopened(store))).toEqual({ code, what, object: what === undefined ? undefined : name });
	});

	it("without a fitting check sum is told from a wrong key, whatever the field", async () => {
		for (const edit of ["wrapped", "nonce", "commit", "createdAt"]) {
			const { store } = await newVault();
			const name = only(store, "keys/slots/");
			change(store, name, edits[edit] ?? (() => {}), false);
			expect(await failureOf(reopened(store))).toEqual({ code: "vault-damaged", object: name, what: "check" });
		}
	});

	it("is no way to make a passphrase cheap to guess, or opening it expensive", async () => {
		const unlock: Unlock = { type: "passphrase", passphrase: "correct horse" };
		const store = memoryStore();
		await createVault({ ...portsOver(store), slots: [unlock] });
		const name = only(store, "keys/slots/");
		const own = await store.read(name);
		for (const kdf of [
			{ n: 2, r: 8, p: 1 },
			{ n: 2 ** 24, r: 8, p: 1 },
			{ n: 2 ** 17, r: 1024, p: 1 },
			{ n: 2 ** 17, r: 8, p: 4096 },
		]) {
			change(store, name, (fields) => (fields.kdf = { ...(fields.kdf as JsonObject), ...kdf }));
			expect(await failureOf(openVault({ ...portsOver(store), unlock }))).toEqual({ code: "vault-damaged", object: name, what: "schema" });
			store.tamper(name, () => own);
		}
	});

	it("of a key service never sends us to another key or another service, and is found when its secret was swapped", async () => {
		const slot = await kmsSlot();
		kms.push(slot);
		const store = memoryStore();
		const vault = await createVault({ ...portsOver(store), slots: [slot.unlock, keyFile] });
		const name = `keys/slots/${(await vault.keys.slots()).find(({ type }) => type === "kms-aws")?.slotId}.json`;
		const own = await store.read(name);
		const open = () => failureOf(openVault({ ...portsOver(store), unlock: slot.unlock }));
		const asked = slot.simulator.requests.length;
		change(store, name, (fields) => (fields.keyId = slot.another().keyArn));
		expect(await open()).toMatchObject({ code: "vault-key-wrong" });
		expect(slot.simulator.requests).toHaveLength(asked);
		store.tamper(name, () => own);

		// The secret of another vault's slot under the same key: the encryption context does not fit.
		const foreign = memoryStore();
		await createVault({ ...portsOver(foreign, "foreign"), slots: [slot.unlock, keyFile] });
		const theirs = await Promise.all(
			foreign
				.names()
				.filter((one) => one.startsWith("keys/slots/"))
				.map(async (one) => JSON.parse(Buffer.from(await foreign.read(one)).toString())),
		);
		const stolen = theirs.find(({ type }) => type === "kms-aws").sealedSecret;
		change(store, name, (fields) => (fields.sealedSecret = stolen));
		expect(await open()).toEqual({ code: "vault-damaged", object: name, what: "key" });
		store.tamper(name, () => own);
		change(store, name, (fields) => (fields.sealedSecret = flipped(fields.sealedSecret)));
		expect(await open()).toEqual({ code: "vault-damaged", object: name, what: "key" });
		expect((await (await reopened(store)).verify({ level: "log" })).damage).toEqual([]);
	});

	it("is missed when all slots are gone, with a word that is not that of a wrong key", async () => {
		const { store } = await newVault();
		store.tamper(only(store, "keys/slots/"), () => undefined);
		expect(await failureOf(reopened(store))).toEqual({ code: "vault-damaged", object: "keys/slots/", what: "missing" });
	});

	it("does not come back: a slot that was removed and is put back by hand opens nothing", async () => {
		const { store, vault } = await newVault();
		const other: Unlock = { type: "key-file", key: new Uint8Array(32).fill(9) };
		const name = `keys/slots/${await vault.keys.addSlot(other)}.json`;
		const bytes = await store.read(name);
		await vault.keys.removeSlot(name.slice("keys/slots/".length, -".json".length));
		await store.create(name, bytes);
		expect(await failureOf(openVault({ ...portsOver(store), unlock: other }))).toMatchObject({ code: "vault-key-revoked" });
	});
});

describe("a content key that somebody changed", () => {
	const name = "keys/domains/1.0.json";

	it.each([
		["wrapped", "tag"],
		["nonce", "tag"],
		["commit", "key"],
		["vaultId", "name"],
		["generation", "name"],
		["domain", "name"],
		["an unknown field", "schema"],
		["a missing field", "schema"],
	])("and gave a fitting check sum is refused with its own word, and found by a check: %s", async (edit, what) => {
		const { store, vault } = await newVault();
		change(store, name, edits[edit] ?? (() => {}));
		expect(await failureOf(reopened(store))).toEqual({ code: "vault-damaged", object: name, what });
		expect((await vault.verify({ level: "log" })).damage).toMatchObject([{ object: name, what }]);
	});

	it.each([
		["cut", (bytes: Uint8Array) => bytes.slice(0, -10), "schema"],
		["emptied", () => new Uint8Array(0), "schema"],
		["flipped", (bytes: Uint8Array) => flip(bytes, 12), "check"],
		["hidden", undefined, "missing"],
	])("is refused with its own word: %s", async (_how, tamper, what) => {
		const { store } = await newVault();
		if (tamper === undefined) store.hide(name);
		else store.tamper(name, tamper);
		expect(await failureOf(reopened(store))).toEqual({ code: "vault-damaged", object: name, what });
	});

	it("is noticed when two generations were swapped, or one was rolled back to another", async () => {
		const { store, vault } = await newVault();
		await vault.keys.rotateDomainKey();
		const [zero, one] = [await store.read(name), await store.read("keys/domains/1.1.json")];
		store.tamper(name, () => one);
		expect(await failureOf(reopened(store))).toEqual({ code: "vault-damaged", object: name, what: "name" });
		store.tamper(name, () => zero);
		store.tamper("keys/domains/1.1.json", () => zero);
		expect(await failureOf(reopened(store))).toEqual({ code: "vault-damaged", object: "keys/domains/1.1.json", what: "name" });
	});

	it("is not replaced by one that a stranger made: only the root key makes one", async () => {
		const { store } = await newVault();
		const { store: foreign, vault } = await newVault("foreign");
		await vault.keys.rotateDomainKey();
		await store.create("keys/domains/1.1.json", await foreign.read("keys/domains/1.1.json"));
		expect(await failureOf(reopened(store))).toEqual({ code: "vault-damaged", object: "keys/domains/1.1.json", what: "name" });
		change(store, "keys/domains/1.1.json", (fields) => {
			fields.vaultId = String(JSON.parse(Buffer.from(store.versions("vault.json")[0]?.bytes ?? []).toString()).vaultId);
		});
		expect(await failureOf(reopened(store))).toEqual({ code: "vault-damaged", object: "keys/domains/1.1.json", what: "key" });
	});

	it("put back after a shredding is not used, and found", async () => {
		const { store, vault } = await newVault();
		const { id } = await commit(vault, { "k.a/1/": document(1) });
		const bytes = await store.read(name);
		await vault.keys.shredDomain();
		await store.create(name, bytes);
		const again = await reopened(store);
		await expect((await again.snapshot(id)).descriptor()).rejects.toMatchObject({ code: "vault-shredded" });
		expect((await again.verify({ level: "log" })).damage).toMatchObject([{ object: name, what: "state" }]);
	});
});
