import { quietLog } from "@skyeworx/core";
import { describe, expect, it } from "vitest";
import { createVault } from "./create-vault.ts";
import { newRecoveryKit } from "./crypto/recovery-kit.ts";
import { openVault } from "./open-vault.ts";
import { memoryStore } from "./stores/memory-store.ts";
import {
	collect,
	commit,
	contentsOf,
	document,
	keyFile,
	newVault,
	noise,
	pieces,
	portsOver,
	reopened,
	requireFacts,
	seededRandom,
	workItem,
} from "./vault.fixture.ts";
import type { Unlock } from "./vault.ts";

const nobody = "jira.work-item/1/";
const passphrase: Unlock = { type: "passphrase", passphrase: "correct horse battery staple" };

describe("opening a vault", () => {
	it("works with each of its keys and no other", async () => {
		const store = memoryStore();
		const code = newRecoveryKit(seededRandom("kit"));
		const vault = await createVault({ ...portsOver(store), slots: [passphrase, keyFile, { type: "recovery-kit", code }] });
		const head = vault.head();
		for (const unlock of [passphrase, keyFile, { type: "recovery-kit", code: code.toLowerCase().replaceAll("-", " ") } as const]) {
			expect((await openVault({ ...portsOver(store), unlock, expectHead: head })).id).toBe(vault.id);
		}
		const wrong: Unlock[] = [
			{ type: "passphrase", passphrase: "correct horse battery stable" },
			{ type: "key-file", key: new Uint8Array(32) },
			{ type: "recovery-kit", code: newRecoveryKit(seededRandom("another kit")) },
		];
		for (const unlock of wrong) await expect(openVault({ ...portsOver(store), unlock })).rejects.toMatchObject({ code: "vault-key-wrong" });
	});

	it("understands a passphrase typed with composed or decomposed letters", async () => {
		const store = memoryStore();
		await createVault({ ...portsOver(store), slots: [{ type: "passphrase", passphrase: "caf\u00e9" }] });
		await openVault({ ...portsOver(store), unlock: { type: "passphrase", passphrase: "cafe\u0301" } });
	});

	it("works with a slot that was added later", async () => {
		const { store, vault } = await newVault();
		const code = newRecoveryKit(seededRandom("later"));
		await vault.keys.addSlot({ type: "recovery-kit", code });
		expect((await openVault({ ...portsOver(store), unlock: { type: "recovery-kit", code } })).id).toBe(vault.id);
	});

	it("says that there is none, and does not create a second one", async () => {
		const store = memoryStore();
		await expect(openVault({ ...portsOver(store), unlock: keyFile })).rejects.toMatchObject({ code: "not-found" });
		await createVault({ ...portsOver(store), slots: [keyFile] });
		await expect(createVault({ ...portsOver(store, 9), slots: [keyFile] })).rejects.toMatchObject({ code: "conflict" });
		await reopened(store);
	});

	it("creates anew where a creation was interrupted at any call", async () => {
		for (let at = 1; ; at++) {
			const store = memoryStore({ fault: (call) => (call.number === at ? "crash-after" : undefined) });
			const done = await createVault({ ...portsOver(store), slots: [keyFile] }).then(
				() => true,
				() => false,
			);
			if (done) break;
			const after = store.reopen();
			const exists = after.names().some((name) => name.startsWith("log/"));
			if (exists) await reopened(after);
			else await createVault({ ...portsOver(after, 2), slots: [keyFile] });
			expect((await reopened(after)).snapshots()).toEqual([]);
		}
	});

	it("derives different keys for different purposes, the same each time", async () => {
		const { store, vault } = await newVault();
		const again = await reopened(store);
		expect(again.deriveKey("catalog")).toEqual(vault.deriveKey("catalog"));
		expect(vault.deriveKey("labels")).not.toEqual(vault.deriveKey("catalog"));
		expect((await newVault(5)).vault.deriveKey("catalog")).not.toEqual(vault.deriveKey("catalog"));
	});
});

describe("a snapshot", () => {
	it("gives back what was put, in another process", async () => {
		const { store, vault } = await newVault();
		const info = await commit(vault, {
			"jira.work-item/1/": document(1),
			"jira.work-item/1/comments": document("c"),
			"jira.space/7/": document("space"),
		});
		expect(info).toMatchObject({ entries: 3, complete: true, parent: undefined });
		const other = await reopened(store, { expectHead: vault.head() });
		const snapshot = await other.snapshot(info.id);
		expect(snapshot.info).toEqual(info);
		expect(await snapshot.descriptor()).toEqual({ cursor: "2026-03-02T09:00:00.000Z" });
		expect(await snapshot.read(await requireFacts(snapshot, workItem(1)))).toEqual(document(1));
		expect((await collect(snapshot.entries())).map((facts) => `${facts.kind}/${facts.id}/${facts.part}`)).toEqual([
			"jira.space/7/",
			"jira.work-item/1/",
			"jira.work-item/1/comments",
		]);
	});

	it("builds on its parent: unchanged entries stay, changed ones change, removed ones go", async () => {
		const { vault } = await newVault();
		await commit(vault, { "k.a/1/": document(1), "k.a/2/": document(2), "k.a/3/": document(3), "k.a/3/comments": document("c") });
		const writer = await vault.beginSnapshot({ parent: vault.snapshots()[0]?.id });
		expect(await writer.put({ kind: "k.a", id: "1", part: "" }, document(1))).toBe("same");
		expect(await writer.put({ kind: "k.a", id: "2", part: "" }, document(2, "edited"))).toBe("changed");
		expect(await writer.put({ kind: "k.a", id: "4", part: "" }, document(4))).toBe("new");
		await writer.removeItem({ kind: "k.a", id: "3" });
		expect(await writer.facts({ kind: "k.a", id: "3", part: "comments" })).toBeUndefined();
		expect(await writer.facts({ kind: "k.a", id: "2", part: "" })).toMatchObject({ size: document(2, "edited").length });
		const info = await writer.commit({ descriptor: {}, complete: false });
		expect(info.complete).toBe(false);
		const now = await contentsOf(await vault.snapshot(info.id));
		expect(Object.keys(now)).toEqual(["k.a/1/", "k.a/2/", "k.a/4/"]);
		expect(Object.keys(await contentsOf(await vault.snapshot(vault.snapshots()[0]?.id ?? 0)))).toHaveLength(4);
		const changes = await collect(vault.compare(vault.snapshots()[0]?.id, info.id));
		expect(changes.map(({ key, before, after }) => [key.id + key.part, before !== undefined, after !== undefined])).toEqual([
			["2", true, true],
			["3", true, false],
			["3comments", true, false],
			["4", false, true],
		]);
	});

	it("stores nothing new when nothing changed", async () => {
		const { store, vault } = await newVault();
		const contents = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k.a/${i}/`, document(i)]));
		await commit(vault, contents);
		const before = store.names().filter((name) => name.startsWith("packs/")).length;
		const info = await commit(vault, contents);
		expect(info.added).toBe(0);
		expect(store.names().filter((name) => name.startsWith("packs/"))).toHaveLength(before);
	});

	it("keeps the parent's value and flags it when the source could not be read; a later put clears the flag", async () => {
		const { vault } = await newVault();
		await commit(vault, { [nobody]: document(1) });
		const stale = await vault.beginSnapshot({ parent: vault.snapshots().at(-1)?.id });
		await stale.markStale(workItem(1));
		await stale.markStale(workItem(2));
		const first = await vault.snapshot((await stale.commit({ descriptor: {}, complete: true })).id);
		const facts = await requireFacts(first, workItem(1));
		expect(facts.stale).toBe(true);
		expect(await first.read(facts)).toEqual(document(1));
		const second = await vault.snapshot((await commit(vault, { [nobody]: document(1) })).id);
		expect((await requireFacts(second, workItem(1))).stale).toBe(false);
	});

	it("lets the last of several changes of one entry count", async () => {
		const { vault } = await newVault();
		await commit(vault, { "k.a/1/": document(1) });
		const writer = await vault.beginSnapshot({ parent: vault.snapshots().at(-1)?.id });
		const key = { kind: "k.a", id: "1", part: "" };
		await writer.put(key, document(1, "wrong"));
		await writer.put(key, document(1));
		await writer.put({ ...key, id: "2" }, document(2));
		await writer.removeItem({ kind: "k.a", id: "2" });
		const info = await writer.commit({ descriptor: {}, complete: true });
		expect(await collect(vault.compare(vault.snapshots()[0]?.id, info.id))).toEqual([]);
	});

	it("lists only a kind, only an item, and goes on after a key", async () => {
		const { vault } = await newVault();
		const info = await commit(vault, { "a.a/1/": document(1), "a.a/1/x": document(2), "a.a/10/": document(3), "a.ab/1/": document(4) });
		const snapshot = await vault.snapshot(info.id);
		const listed = async (range: Parameters<typeof snapshot.entries>[0]) =>
			(await collect(snapshot.entries(range))).map(({ kind, id, part }) => `${kind}/${id}/${part}`);
		expect(await listed({ kind: "a.a" })).toEqual(["a.a/1/", "a.a/1/x", "a.a/10/"]);
		expect(await listed({ kind: "a.a", id: "1" })).toEqual(["a.a/1/", "a.a/1/x"]);
		expect(await listed({ kind: "a.a", after: { kind: "a.a", id: "1", part: "" } })).toEqual(["a.a/1/x", "a.a/10/"]);
		expect(await listed({ after: { kind: "a.a", id: "10", part: "" } })).toEqual(["a.ab/1/"]);
		expect(await listed({ kind: "b.b" })).toEqual([]);
	});

	it("keeps empty content, large records and attachments of any size", async () => {
		const { store, vault } = await newVault();
		const writer = await vault.beginSnapshot({ parent: undefined });
		const history = noise(3_000_000, "history");
		const attachment = noise(7_654_321, "attachment");
		await writer.put(workItem(1, "empty"), new Uint8Array(0));
		await writer.put(workItem(1, "history"), history);
		await writer.putStream(workItem(1, "file/1"), pieces(attachment, 65_537));
		await writer.putStream(workItem(1, "file/2"), pieces(attachment.subarray(0, 1000), 300));
		const info = await writer.commit({ descriptor: {}, complete: true });
		const snapshot = await (await reopened(store)).snapshot(info.id);
		const read = async (part: string) => snapshot.read(await requireFacts(snapshot, workItem(1, part)));
		expect(await read("empty")).toHaveLength(0);
		expect(Buffer.compare(await read("history"), history)).toBe(0);
		expect(Buffer.compare(await read("file/1"), attachment)).toBe(0);
		expect(Buffer.compare(await read("file/2"), attachment.subarray(0, 1000))).toBe(0);
		const facts = await requireFacts(snapshot, workItem(1, "file/1"));
		expect(facts.contentIds.length).toBeGreaterThan(2);
		const chunks = await collect(snapshot.stream(facts));
		expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThanOrEqual(4 * 1024 * 1024);
	});

	it("stores an attachment once, however often and in however many runs it appears", async () => {
		const { vault } = await newVault();
		const bytes = noise(600_000);
		const first = await commit(vault, { "jira.work-item/1/file/1": bytes, "jira.work-item/2/file/2": bytes });
		expect(first.added).toBeLessThan(620_000);
		const second = await commit(vault, { "confluence.page/3/file/9@1": bytes });
		expect(second.added).toBeLessThan(10_000);
		expect(
			await (await vault.snapshot(second.id)).read(
				await requireFacts(await vault.snapshot(second.id), { kind: "confluence.page", id: "3", part: "file/9@1" }),
			),
		).toEqual(bytes);
	});

	it("keeps the list of a huge attachment's chunks in a blob of its own", async () => {
		const { vault } = await newVault();
		const writer = await vault.beginSnapshot({ parent: undefined });
		const piece = noise(1_000_003, "piece");
		async function* huge() {
			for (let i = 0; i < 90; i++) {
				piece[0] = i;
				yield piece;
			}
		}
		await writer.putStream(workItem(1, "file/1"), huge());
		const snapshot = await vault.snapshot((await writer.commit({ descriptor: {}, complete: true })).id);
		const facts = await requireFacts(snapshot, workItem(1, "file/1"));
		expect(facts).toMatchObject({ size: 90 * piece.length, contentIds: [expect.any(String)] });
		let at = 0;
		for await (const chunk of snapshot.stream(facts)) {
			piece[0] = Math.floor(at / piece.length);
			const offset = at % piece.length;
			const same = Math.min(chunk.length, piece.length - offset);
			expect(Buffer.compare(chunk.subarray(0, same), piece.subarray(offset, offset + same))).toBe(0);
			at += chunk.length;
		}
		expect(at).toBe(facts.size);
		expect((await vault.verify({ level: "data" })).damage).toEqual([]);
	});

	it("tells an item's history: only snapshots at which it changed", async () => {
		const { vault } = await newVault();
		const first = await commit(vault, { "k.a/1/": document(1), "k.a/2/": document(2) });
		await commit(vault, { "k.a/2/": document(2, "edited") });
		const third = await commit(vault, { "k.a/1/comments": document("c") });
		const fourth = await commit(vault, { "k.a/1/": undefined, "k.a/1/comments": undefined });
		const history = await collect(vault.history({ kind: "k.a", id: "1" }));
		expect(history.map(({ snapshot, entries }) => [snapshot.id, entries.map((entry) => entry.part)])).toEqual([
			[first.id, [""]],
			[third.id, ["", "comments"]],
			[fourth.id, []],
		]);
	});

	it("can be forgotten, and is then no parent and no snapshot any more", async () => {
		const { store, vault } = await newVault();
		const first = await commit(vault, { "k.a/1/": document(1) });
		const second = await commit(vault, { "k.a/2/": document(2) });
		await vault.forget(first.id, "retention: daily");
		expect((await reopened(store)).snapshots().map((info) => info.id)).toEqual([second.id]);
		await expect(vault.snapshot(first.id)).rejects.toMatchObject({ code: "not-found" });
		await expect(vault.beginSnapshot({ parent: first.id })).rejects.toMatchObject({ code: "not-found" });
		await expect(vault.forget(first.id, "again")).rejects.toMatchObject({ code: "not-found" });
		expect(Object.keys(await contentsOf(await vault.snapshot(second.id)))).toEqual(["k.a/1/", "k.a/2/"]);
	});

	it("is not published by an aborted or cancelled writer, and its writer is spent after the commit", async () => {
		const { vault } = await newVault();
		const stop = new AbortController();
		const cancelled = await vault.beginSnapshot({ parent: undefined, signal: stop.signal });
		await cancelled.put(workItem(1), document(1));
		stop.abort();
		await expect(cancelled.commit({ descriptor: {}, complete: true })).rejects.toMatchObject({ code: "cancelled" });
		const aborted = await vault.beginSnapshot({ parent: undefined });
		await aborted.put(workItem(1), document(1));
		await aborted.abort();
		await expect(aborted.commit({ descriptor: {}, complete: true })).rejects.toThrow();
		expect(vault.snapshots()).toEqual([]);
		const spent = await vault.beginSnapshot({ parent: undefined });
		await spent.commit({ descriptor: {}, complete: true });
		await expect(spent.put(workItem(1), document(1))).rejects.toThrow();
	});

	it("counts what the vault holds", async () => {
		const { store, vault } = await newVault();
		await commit(vault, { "k.a/1/": document(1), "k.a/2/": document(2) });
		const packs = store.names().filter((name) => name.startsWith("packs/"));
		expect(await vault.statistics()).toMatchObject({ snapshots: 1, packs: packs.length, logical: document(1).length + document(2).length });
	});

	it("takes concurrent puts", async () => {
		const { vault } = await newVault();
		const writer = await vault.beginSnapshot({ parent: undefined });
		await Promise.all(Array.from({ length: 500 }, (_, i) => writer.put(workItem(i % 250), document(i % 250))));
		const snapshot = await vault.snapshot((await writer.commit({ descriptor: {}, complete: true })).id);
		expect(snapshot.info.entries).toBe(250);
		expect(await snapshot.read(await requireFacts(snapshot, workItem(77)))).toEqual(document(77));
	});
});

describe("a vault's stored bytes", () => {
	it("hold no plaintext: no title, id, kind, cursor or passphrase", async () => {
		const store = memoryStore();
		const vault = await createVault({ ...portsOver(store), log: quietLog, slots: [keyFile, passphrase] });
		const canary = "Kanarienvogel-4711";
		const writer = await vault.beginSnapshot({ parent: undefined });
		await writer.put({ kind: "jira.work-item", id: canary, part: "" }, document(1, canary));
		await writer.putStream({ kind: "jira.work-item", id: "2", part: `file/${canary}` }, pieces(Buffer.from(canary.repeat(3)), 5));
		await writer.commit({ descriptor: { cursor: canary }, complete: true });
		await vault.forget(2, canary);
		for (let i = 0; i < 70; i++) await commit(vault, { [`k.a/${i}/${canary}`]: document(i) });
		const searched = [
			canary,
			"jira.work-item",
			"as it was",
			"correct horse",
			Buffer.from(canary).toString("hex"),
			Buffer.from(canary).toString("base64").slice(0, 20),
		];
		expect(store.names().some((name) => name.startsWith("ckpt/"))).toBe(true);
		for (const name of store.names()) {
			const text = Buffer.from(await store.read(name)).toString("latin1") + name;
			for (const word of searched) expect(text.includes(word), `${word} in ${name}`).toBe(false);
		}
	});
});
