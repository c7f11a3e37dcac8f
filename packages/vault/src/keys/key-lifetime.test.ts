import { afterEach, describe, expect, it } from "vitest";
import { createVault } from "../create-vault.ts";
import { openVault } from "../open-vault.ts";
import { memoryStore } from "../stores/memory-store.ts";
import { commit, contentsOf, document, keyFile, noise, portsOver } from "../vault.fixture.ts";
import { type KmsSlot, kmsSlot, standingClock } from "./keys.fixture.ts";

const hour = 60 * 60 * 1000;
const opened: KmsSlot[] = [];

afterEach(async () => {
	for (const { simulator } of opened.splice(0)) await simulator.close();
});

/** A vault under a KMS key and a key file, with two items, opened with the KMS key for an hour at a time. */
async function vaultUnderKms() {
	const kms = await kmsSlot();
	opened.push(kms);
	const store = memoryStore();
	const clock = standingClock();
	const vault = await createVault({ ...portsOver(store), clock, slots: [kms.unlock, keyFile], keyLifetime: hour });
	const { id } = await commit(vault, { "k.a/1/": document(1), "k.a/2/file/1": noise(5000) });
	const decrypts = () => kms.simulator.requests.filter(({ operation }) => operation === "Decrypt").length;
	return { kms, store, clock, vault, snapshot: id, decrypts, readAll: async () => contentsOf(await vault.snapshot(id)) };
}

describe("a vault's key in memory", () => {
	it("is asked for again after its time, once for all who wait, and reading goes on", async () => {
		const { clock, decrypts, readAll, vault } = await vaultUnderKms();
		const before = await readAll();
		const asked = decrypts();
		await clock.advance(hour / 2);
		await readAll();
		expect(decrypts()).toBe(asked);
		await clock.advance(hour);
		expect(await Promise.all([readAll(), readAll(), readAll()])).toEqual([before, before, before]);
		expect(decrypts()).toBe(asked + 1);
		await vault.close();
		expect(clock.sleepers).toBe(0);
	});

	it("is put away when nobody used it, with all plaintext, and opened anew by the next read", async () => {
		const { clock, decrypts, readAll, vault } = await vaultUnderKms();
		const before = await readAll();
		await clock.advance(hour + 1);
		const asked = decrypts();
		// In use until then: it was proven again. Now nobody uses it.
		await clock.advance(hour + 1);
		await clock.advance(hour + 1);
		expect(decrypts()).toBe(asked);
		expect(() => vault.deriveKey("catalog")).toThrow(expect.objectContaining({ code: "vault-key-unavailable" }));
		expect(await readAll()).toEqual(before);
		expect(decrypts()).toBe(asked + 1);
		expect(vault.deriveKey("catalog")).toHaveLength(32);
	});

	it.each([
		["disabled", (kms: KmsSlot) => kms.simulator.setState(kms.keyArn, "Disabled"), "DisabledException"],
		["pending deletion", (kms: KmsSlot) => kms.simulator.setState(kms.keyArn, "PendingDeletion"), "KMSInvalidStateException"],
		["forbidden", (kms: KmsSlot) => kms.simulator.setPolicy(kms.keyArn, []), "AccessDeniedException"],
		["deleted", (kms: KmsSlot) => kms.simulator.forgetKey(kms.keyArn), "NotFoundException"],
	])("is refused to everybody once the key is %s: reads from memory too, writes, checks", async (_how, revoke, reason) => {
		const { kms, clock, vault, snapshot, readAll } = await vaultUnderKms();
		await readAll();
		const reader = await vault.snapshot(snapshot);
		const writer = await vault.beginSnapshot({ parent: snapshot });
		await writer.put({ kind: "k.a", id: "3", part: "" }, document(3));
		revoke(kms);
		// Within its time the key works: docs/keys.md says so.
		await readAll();
		await clock.advance(hour + 1);
		const revoked = { code: "vault-key-revoked", facts: { reason }, hint: expect.stringContaining("recovery kit") };
		await expect(readAll()).rejects.toMatchObject(revoked);
		await expect(reader.facts({ kind: "k.a", id: "1", part: "" })).rejects.toMatchObject(revoked);
		await expect(reader.descriptor()).rejects.toMatchObject(revoked);
		await expect(vault.requireKeys()).rejects.toMatchObject(revoked);
		await expect(vault.verify({ level: "keyless" })).rejects.toMatchObject(revoked);
		await expect(vault.refresh()).rejects.toMatchObject(revoked);
		await expect(writer.put({ kind: "k.a", id: "4", part: "" }, document(4))).rejects.toMatchObject(revoked);
		await expect(writer.commit({ descriptor: {}, complete: true })).rejects.toBeDefined();
		await expect(vault.beginSnapshot({ parent: undefined })).rejects.toMatchObject(revoked);
		await expect(vault.keys.addSlot({ type: "passphrase", passphrase: "new" })).rejects.toMatchObject(revoked);
		expect(() => vault.deriveKey("catalog")).toThrow(expect.objectContaining({ code: "vault-key-revoked" }));
	});

	it("comes back when the key's owner gives it back, and nothing was lost", async () => {
		const { kms, clock, store, vault, readAll } = await vaultUnderKms();
		const before = await readAll();
		kms.simulator.setState(kms.keyArn, "Disabled");
		await clock.advance(hour + 1);
		await expect(readAll()).rejects.toMatchObject({ code: "vault-key-revoked" });
		kms.simulator.setState(kms.keyArn, "Enabled");
		await clock.advance(11_000);
		expect(await readAll()).toEqual(before);
		await commit(vault, { "k.a/3/": document(3) });
		const offline = await openVault({ ...portsOver(store, 5), unlock: keyFile });
		expect((await offline.verify({ level: "data" })).damage).toEqual([]);
	});

	it("does not end a backup that stood still for longer", async () => {
		const { clock, vault, snapshot, store } = await vaultUnderKms();
		const writer = await vault.beginSnapshot({ parent: snapshot });
		await writer.put({ kind: "k.a", id: "3", part: "" }, document(3));
		for (let i = 0; i < 4; i++) await clock.advance(hour);
		expect(() => vault.deriveKey("catalog")).toThrow(expect.objectContaining({ code: "vault-key-unavailable" }));
		await writer.put({ kind: "k.a", id: "4", part: "" }, document(4));
		for (let i = 0; i < 4; i++) await clock.advance(hour);
		const { id } = await writer.commit({ descriptor: {}, complete: true });
		const offline = await openVault({ ...portsOver(store, 5), unlock: keyFile });
		expect(Object.keys(await contentsOf(await offline.snapshot(id)))).toEqual(["k.a/1/", "k.a/2/file/1", "k.a/3/", "k.a/4/"]);
		expect((await offline.verify({ level: "data" })).damage).toEqual([]);
	});

	it("is proven again before its time is over, so that a key service may be away for a while", async () => {
		const { kms, clock, decrypts, readAll } = await vaultUnderKms();
		await readAll();
		kms.simulator.setFault(() => "reset-before");
		await clock.advance(hour * 0.76);
		const asked = decrypts();
		await readAll();
		await clock.advance(hour * 0.1);
		expect(decrypts()).toBeGreaterThan(asked);
		await readAll();
		kms.simulator.setFault(undefined);
		await clock.advance(hour * 0.1);
		await readAll();
		const proven = decrypts();
		// Past what was the end of its time.
		await clock.advance(hour * 0.1);
		await readAll();
		expect(decrypts()).toBe(proven);
	});

	it("is not used beyond its time while the key service is away, not even by a vault in use", async () => {
		const { kms, clock, readAll } = await vaultUnderKms();
		await readAll();
		kms.simulator.setFault(() => "reset-before");
		for (let i = 0; i < 12; i++) {
			await clock.advance(hour / 12);
			if (i < 10) await readAll();
		}
		await clock.advance(1);
		await expect(readAll()).rejects.toMatchObject({ code: "vault-key-unavailable" });
	});

	it("goes with the contents' key: who shredded them elsewhere stops a program that never looks at the log", async () => {
		const { clock, store, readAll } = await vaultUnderKms();
		await readAll();
		const other = await openVault({ ...portsOver(store, 5), unlock: keyFile });
		await other.keys.shredDomain();
		await readAll();
		await clock.advance(hour + 1);
		await expect(readAll()).rejects.toMatchObject({ code: "vault-shredded" });
	});

	it("is kept for a second at least", async () => {
		await expect(createVault({ ...portsOver(memoryStore()), slots: [keyFile], keyLifetime: 0 })).rejects.toMatchObject({
			code: "bad-input",
		});
	});

	it("is not asked for with every refused read", async () => {
		const { kms, clock, decrypts, readAll } = await vaultUnderKms();
		kms.simulator.setState(kms.keyArn, "Disabled");
		await clock.advance(hour + 1);
		const asked = decrypts();
		for (let i = 0; i < 20; i++) await expect(readAll()).rejects.toMatchObject({ code: "vault-key-revoked" });
		expect(decrypts()).toBeLessThanOrEqual(asked + 1);
	});

	it("is tried again while the key service does not answer, and told apart from a revoked one", async () => {
		const { kms, clock, readAll } = await vaultUnderKms();
		const before = await readAll();
		let failures = 3;
		kms.simulator.setFault((operation) => (operation === "Decrypt" && failures-- > 0 ? { code: "ThrottlingException" } : undefined));
		await clock.advance(hour + 1);
		expect(await readAll()).toEqual(before);
		kms.simulator.setFault(() => "reset-before");
		await clock.advance(hour + 1);
		await expect(readAll()).rejects.toMatchObject({ code: "vault-key-unavailable" });
		kms.simulator.setFault(undefined);
		expect(await readAll()).toEqual(before);
	});

	it("never makes a check find damage, or a writer seal with nothing, when it goes in the middle", async () => {
		const { kms, clock, store, vault, snapshot } = await vaultUnderKms();
		await commit(vault, Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`k.b/${i}/`, document(i)])));
		const outcomes = new Set<string>();
		for (let at = 1; at < 60; at += 4) {
			kms.simulator.setState(kms.keyArn, "Enabled");
			await clock.advance(11_000);
			await vault.requireKeys();
			let calls = 0;
			store.setFault(() => {
				if (++calls === at) {
					kms.simulator.setState(kms.keyArn, "Disabled");
					void clock.advance(hour + 1);
				}
				return undefined;
			});
			const found = await vault.verify({ level: "data" }).then(
				({ damage }) => JSON.stringify(damage),
				(error) => String(error.code),
			);
			const written = await commit(vault, { [`k.c/${at}/`]: document(at) }, { parent: snapshot }).then(
				() => "written",
				(error) => String(error.code),
			);
			const mended = await vault.repair().then(
				({ checkpoints, segments, quarantined, recovered, damage }) =>
					checkpoints + segments + quarantined.length + recovered.length + damage.length === 0 ? "[]" : "mended what was not broken",
				(error) => String(error.code),
			);
			outcomes.add(`${found} ${written} ${mended}`);
			store.setFault(undefined);
			for (let i = 0; i < 3; i++) await clock.advance(0);
		}
		expect(
			[...outcomes].every((outcome) =>
				/^(?:\[\]|vault-key-revoked) (?:written|vault-key-revoked) (?:\[\]|vault-key-revoked)$/.test(outcome),
			),
			[...outcomes].join(),
		).toBe(true);
		expect(outcomes.size).toBeGreaterThan(1);
		const offline = await openVault({ ...portsOver(store, 5), unlock: keyFile });
		expect((await offline.verify({ level: "data" })).damage).toEqual([]);
	});
});
