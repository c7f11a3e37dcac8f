import { afterEach, describe, expect, it } from "vitest";
import { createVault } from "../create-vault.ts";
import { newRecoveryKit } from "../crypto/recovery-kit.ts";
import { openVault } from "../open-vault.ts";
import { memoryStore } from "../stores/memory-store.ts";
import { commit, contentsOf, document, keyFile, newVault, portsOver, reopened, seededRandom } from "../vault.fixture.ts";
import type { Unlock } from "../vault.ts";
import { type KmsSlot, kmsSlot } from "./keys.fixture.ts";

const opened: KmsSlot[] = [];
afterEach(async () => {
	for (const { simulator } of opened.splice(0)) await simulator.close();
});

async function kms(): Promise<KmsSlot> {
	const slot = await kmsSlot();
	opened.push(slot);
	return slot;
}

const kit: Unlock = { type: "recovery-kit", code: newRecoveryKit(seededRandom("kit")) };
const otherFile: Unlock = { type: "key-file", key: new Uint8Array(32).fill(9) };

describe("a vault's slots", () => {
	it("are never a key service alone: the vault could not be opened without it", async () => {
		const { unlock, another } = await kms();
		for (const slots of [[unlock], [unlock, another().unlock]]) {
			const store = memoryStore();
			await expect(createVault({ ...portsOver(store), slots })).rejects.toMatchObject({
				code: "bad-input",
				hint: expect.stringContaining("recovery kit"),
			});
			expect(store.names()).toEqual([]);
		}
	});

	it("leave nothing behind when the key service refuses the new vault", async () => {
		const { simulator, keyArn, unlock } = await kms();
		simulator.setState(keyArn, "Disabled");
		const store = memoryStore();
		await expect(createVault({ ...portsOver(store), slots: [unlock, kit] })).rejects.toMatchObject({ code: "vault-key-revoked" });
		expect(store.names()).toEqual([]);
	});

	it("are refused when they could be made and not be opened", async () => {
		const { simulator, keyArn, unlock } = await kms();
		const { store, vault } = await newVault();
		simulator.setPolicy(keyArn, [{ principal: "arn:aws:iam::111122223333:user/skyeworx", operations: ["Encrypt"] }]);
		await expect(vault.keys.addSlot(unlock)).rejects.toMatchObject({ code: "vault-key-revoked" });
		expect(store.names().filter((name) => name.startsWith("keys/slots/"))).toHaveLength(1);
	});

	it("are listed with what they are; each opens the vault", async () => {
		const { unlock, keyArn } = await kms();
		const store = memoryStore();
		const vault = await createVault({ ...portsOver(store), slots: [unlock, kit] });
		await vault.keys.addSlot(keyFile);
		const { id } = await commit(vault, { "k.a/1/": document(1) });
		expect((await vault.keys.slots()).map(({ type, keyId, offline }) => ({ type, keyId, offline }))).toEqual([
			{ type: "kms-aws", keyId: keyArn, offline: false },
			{ type: "recovery-kit", keyId: undefined, offline: true },
			{ type: "key-file", keyId: undefined, offline: true },
		]);
		for (const one of [unlock, kit, keyFile]) {
			const again = await openVault({ ...portsOver(store), unlock: one });
			expect(Object.keys(await contentsOf(await again.snapshot(id)))).toEqual(["k.a/1/"]);
		}
	});

	it("go one by one, but the last one stays, and the last one that needs no key service", async () => {
		const { unlock } = await kms();
		const { store, vault } = await newVault();
		const [first] = await vault.keys.slots();
		await expect(vault.keys.removeSlot(first?.slotId ?? "")).rejects.toMatchObject({
			code: "conflict",
			message: expect.stringContaining("last key slot"),
		});
		const kmsId = await vault.keys.addSlot(unlock);
		await expect(vault.keys.removeSlot(first?.slotId ?? "")).rejects.toMatchObject({
			code: "conflict",
			message: expect.stringContaining("needs no key service"),
		});
		const kitId = await vault.keys.addSlot(kit);
		await vault.keys.removeSlot(kmsId);
		await expect(openVault({ ...portsOver(store), unlock })).rejects.toMatchObject({ code: "vault-key-wrong" });
		await vault.keys.removeSlot(kitId);
		await expect(openVault({ ...portsOver(store), unlock: kit })).rejects.toMatchObject({ code: "vault-key-wrong" });
		await expect(vault.keys.removeSlot("0000000000000000")).rejects.toMatchObject({ code: "not-found" });
		expect(store.versions(`keys/slots/${kitId}.json`)).toEqual([]);
	});

	it("don't go both when two programs each remove one", async () => {
		const { store, vault } = await newVault();
		const kitId = await vault.keys.addSlot(kit);
		const [fileId] = (await vault.keys.slots()).filter(({ type }) => type === "key-file").map(({ slotId }) => slotId);
		const other = await openVault({ ...portsOver(store, "other"), unlock: kit });
		const outcomes = await Promise.allSettled([vault.keys.removeSlot(kitId), other.keys.removeSlot(fileId ?? "")]);
		expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
		expect(store.names().filter((name) => name.startsWith("keys/slots/"))).toHaveLength(1);
	});

	it("open nothing once the log has removed them, even when the store still has them, also behind a checkpoint", async () => {
		const { store, vault } = await newVault();
		const kitId = await vault.keys.addSlot(kit);
		store.setFault(({ operation }) => (operation === "delete" ? "crash-before" : undefined));
		await expect(vault.keys.removeSlot(kitId)).rejects.toBeDefined();
		const after = store.reopen();
		expect(after.names()).toContain(`keys/slots/${kitId}.json`);
		const withKit = () => openVault({ ...portsOver(after), unlock: kit });
		await expect(withKit()).rejects.toMatchObject({ code: "vault-key-revoked" });
		const again = await reopened(after);
		expect(await again.keys.slots()).toHaveLength(1);
		for (let i = 0; i < 64; i++) await commit(again, {});
		expect(after.names().some((name) => name.startsWith("ckpt/"))).toBe(true);
		await expect(withKit()).rejects.toMatchObject({ code: "vault-key-revoked" });
		expect((await again.verify({ level: "log" })).damage).toEqual([]);
		await again.keys.removeSlot(kitId);
		expect(after.names()).not.toContain(`keys/slots/${kitId}.json`);
	});

	it("that are taken away stop the program that opened the vault with them", async () => {
		const { store, vault } = await newVault();
		const kitId = await vault.keys.addSlot(kit);
		const { id } = await commit(vault, { "k.a/1/": document(1) });
		const withKit = await openVault({ ...portsOver(store), unlock: kit });
		await contentsOf(await withKit.snapshot(id));
		await vault.keys.removeSlot(kitId);
		await withKit.refresh().catch(() => undefined);
		await expect(withKit.snapshot(id).then(contentsOf)).rejects.toMatchObject({ code: "vault-key-revoked" });
	});

	it("are wrapped anew after the customer changed the key; who holds the vault open goes on", async () => {
		const { simulator, unlock, keyArn, another } = await kms();
		const store = memoryStore();
		const vault = await createVault({ ...portsOver(store), slots: [unlock, kit] });
		const { id } = await commit(vault, { "k.a/1/": document(1) });
		const [old] = await vault.keys.slots();
		const next = another();
		const added = await vault.keys.rotateSlot(old?.slotId ?? "", next.unlock);
		expect((await vault.keys.slots()).map(({ slotId, keyId }) => [slotId, keyId])).toContainEqual([added, next.keyArn]);
		simulator.forgetKey(keyArn);
		expect(Object.keys(await contentsOf(await vault.snapshot(id)))).toEqual(["k.a/1/"]);
		await expect(openVault({ ...portsOver(store), unlock })).rejects.toMatchObject({ code: "vault-key-wrong" });
		const again = await openVault({ ...portsOver(store), unlock: next.unlock });
		expect(Object.keys(await contentsOf(await again.snapshot(id)))).toEqual(["k.a/1/"]);
	});

	it("are not rotated from the last offline one to a key service, and stay as they are then", async () => {
		const { unlock } = await kms();
		const { store, vault } = await newVault();
		const [first] = await vault.keys.slots();
		const before = store.names();
		await expect(vault.keys.rotateSlot(first?.slotId ?? "", unlock)).rejects.toMatchObject({ code: "conflict" });
		expect(store.names()).toEqual(before);
		await vault.keys.rotateSlot(first?.slotId ?? "", otherFile);
		await expect(reopened(store)).rejects.toMatchObject({ code: "vault-key-wrong" });
		await openVault({ ...portsOver(store), unlock: otherFile });
	});

	it("that are damaged are shown, don't count as a way in, and can be removed", async () => {
		const { store, vault } = await newVault();
		const kitId = await vault.keys.addSlot(kit);
		store.tamper(`keys/slots/${kitId}.json`, (bytes) => bytes.slice(0, -10));
		expect((await vault.keys.slots()).map(({ type }) => type)).toEqual(["key-file", "unreadable"]);
		const [file] = await vault.keys.slots();
		await expect(vault.keys.removeSlot(file?.slotId ?? "")).rejects.toMatchObject({ code: "conflict" });
		await vault.keys.removeSlot(kitId);
		expect(await vault.keys.slots()).toHaveLength(1);
	});

	it("write no secret: no stored byte of a vault holds one of its keys", async () => {
		const { unlock } = await kms();
		const store = memoryStore();
		const passphrase = "correct horse battery staple";
		const vault = await createVault({ ...portsOver(store), slots: [unlock, kit, keyFile, { type: "passphrase", passphrase }] });
		await commit(vault, { "k.a/1/": document(1) });
		await vault.keys.rotateDomainKey();
		const code = kit.type === "recovery-kit" ? kit.code : "";
		const secrets = [
			passphrase,
			code,
			code.replaceAll("-", ""),
			Buffer.alloc(32, 7).toString("latin1"),
			Buffer.alloc(32, 7).toString("base64"),
		];
		for (const name of store.names()) {
			const text = Buffer.from(await store.read(name)).toString("latin1");
			for (const secret of secrets) expect(text.includes(secret), name).toBe(false);
		}
	});
});
