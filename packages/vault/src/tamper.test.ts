import { describe, expect, it } from "vitest";
import { openVault } from "./open-vault.ts";
import type { MemoryStore } from "./stores/memory-store.ts";
import { commit, contentsOf, document, flip, keyFile, newVault, noise, portsOver, reopened } from "./vault.fixture.ts";
import type { Damage, Unlock, Vault, VerifyLevel } from "./vault.ts";

interface Made {
	readonly store: MemoryStore;
	readonly vault: Vault;
}

/** Two snapshots with records, an attachment and enough log for a checkpoint. */
async function made(): Promise<Made> {
	const { store, vault } = await newVault();
	await commit(vault, Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`k.a/${i}/`, document(i)])));
	await commit(vault, { "k.a/1/": document(1, "edited"), "k.b/1/file/1": noise(300_000) });
	return { store, vault };
}

async function withCheckpoint(): Promise<Made> {
	const both = await made();
	for (let i = 0; i < 64; i++) await commit(both.vault, {});
	return both;
}

function named(store: MemoryStore, prefix: string): string {
	const name = store.names().find((candidate) => candidate.startsWith(prefix));
	if (name === undefined) throw new Error(`no object ${prefix}`);
	return name;
}

async function damageAt(store: MemoryStore, level: VerifyLevel): Promise<readonly Damage[]> {
	return (await (await reopened(store)).verify({ level })).damage;
}

const change = (at: number) => (bytes: Uint8Array) => flip(bytes, at);
const cut = (bytes: Uint8Array) => bytes.slice(0, -10);
const gone = () => undefined;

describe("a changed key object", () => {
	it.each([
		["a flipped byte", change(12), { code: "vault-damaged", facts: { what: "check" } }],
		["a cut end", cut, { code: "vault-damaged", facts: { what: "schema" } }],
	])("is told from a wrong key: slot with %s", async (_what, tamper, expected) => {
		const { store } = await made();
		store.tamper(named(store, "keys/slots/"), tamper);
		await expect(reopened(store)).rejects.toMatchObject(expected);
		expect((await reopened(store).catch((error) => error)).facts.object).toBe(named(store, "keys/slots/"));
	});

	it("does not hinder another slot, and is found by a verification", async () => {
		const { store, vault } = await made();
		const other: Unlock = { type: "key-file", key: new Uint8Array(32).fill(9) };
		const slotId = await vault.keys.addSlot(other);
		const first = store.names().find((name) => name.startsWith("keys/slots/") && !name.includes(slotId)) ?? "";
		store.tamper(first, change(12));
		const opened = await openVault({ ...portsOver(store), unlock: other });
		expect((await opened.verify({ level: "log" })).damage).toMatchObject([{ object: first, what: "check" }]);
	});

	it("is noticed when slots or domain keys of two vaults are swapped", async () => {
		const { store } = await made();
		const { store: foreign } = await newVault("foreign");
		for (const prefix of ["keys/slots/", "keys/domains/"]) {
			const name = named(store, prefix);
			const own = await store.read(name);
			const theirs = await foreign.read(named(foreign, prefix));
			store.tamper(name, () => theirs);
			await expect(reopened(store)).rejects.toMatchObject({ code: "vault-damaged", facts: { object: name, what: "name" } });
			store.tamper(name, () => own);
		}
		await reopened(store);
	});

	it.each([
		["flipped", change(12), "check"],
		["missing", gone, "missing"],
	])("is named when the domain key is %s", async (_what, tamper, what) => {
		const { store } = await made();
		store.tamper("keys/domains/1.0.json", tamper);
		await expect(reopened(store)).rejects.toMatchObject({ code: "vault-damaged", facts: { object: "keys/domains/1.0.json", what } });
	});
});

describe("a changed vault.json", () => {
	it.each([
		[
			"another date",
			(bytes: Uint8Array) => Buffer.from(Buffer.from(bytes).toString().replace("2026-03-02", "2026-03-03")),
			"vault-damaged",
			"mac",
		],
		["a broken end", cut, "vault-damaged", "schema"],
		[
			"a later format",
			(bytes: Uint8Array) => Buffer.from(Buffer.from(bytes).toString().replace("vault/1", "vault/2")),
			"vault-unsupported",
			undefined,
		],
	])("is refused: %s", async (_what, tamper, code, what) => {
		const { store } = await made();
		store.tamper("vault.json", (bytes) => new Uint8Array(tamper(bytes)));
		const error = await reopened(store).catch((caught) => caught);
		expect(error).toMatchObject({ code });
		expect(error.facts.object).toBe("vault.json");
		expect(error.facts.what).toBe(what);
	});
});

describe("a changed log", () => {
	it.each([
		["a flipped byte of the body", change(70), "tag"],
		["a flipped sequence number", change(15), "name"],
		["a flipped hash", change(20), "tag"],
		["a flipped magic", change(0), "magic"],
		["a cut end", cut, "tag"],
		["only a part of the header", (bytes: Uint8Array) => bytes.slice(0, 40), "size"],
	])("is refused when opened and found by verify: %s", async (_what, tamper, what) => {
		const { store, vault } = await made();
		const name = "log/0000000000000002";
		store.tamper(name, tamper);
		await expect(reopened(store)).rejects.toMatchObject({ code: "vault-damaged", facts: { object: name, what } });
		expect((await vault.verify({ level: "log" })).damage).toContainEqual(expect.objectContaining({ object: name, what }));
	});

	it("is refused when two entries are swapped, one is missing, or one is another vault's", async () => {
		const { store } = await made();
		const [two, three] = [await store.read("log/0000000000000002"), await store.read("log/0000000000000003")];
		store.tamper("log/0000000000000002", () => three);
		await expect(reopened(store)).rejects.toMatchObject({ code: "vault-damaged", facts: { what: "name" } });
		store.tamper("log/0000000000000002", gone);
		await expect(reopened(store)).rejects.toMatchObject({
			code: "vault-damaged",
			facts: { object: "log/0000000000000002", what: "missing" },
		});
		await store.create("log/0000000000000002", two);
		await reopened(store);
		const foreign = await newVault("foreign");
		await commit(foreign.vault, {});
		const theirs = await foreign.store.read("log/0000000000000002");
		store.tamper("log/0000000000000002", () => theirs);
		await expect(reopened(store)).rejects.toMatchObject({ code: "vault-damaged", facts: { what: "tag" } });
	});

	it("is noticed when it was rolled back or forked, by the remembered head", async () => {
		const { store, vault } = await made();
		const head = vault.head();
		store.tamper("log/0000000000000003", gone);
		const rolledBack = await reopened(store);
		expect(rolledBack.snapshots()).toHaveLength(1);
		await expect(reopened(store, { expectHead: head })).rejects.toMatchObject({
			code: "vault-rolled-back",
			facts: { expectedSeq: 3, foundSeq: 2 },
		});
		await commit(rolledBack, { "k.a/1/": document(1, "forked") });
		await expect(reopened(store, { expectHead: head })).rejects.toMatchObject({ code: "vault-rolled-back" });
		await expect(vault.verify({ level: "log" })).resolves.toMatchObject({ damage: [{ object: "log/0000000000000003", what: "chain" }] });
	});

	it("is noticed when it was rolled back behind a checkpoint, even by one who remembers nothing", async () => {
		const { store, vault } = await withCheckpoint();
		for (let seq = vault.head().seq; seq > 40; seq--) store.tamper(`log/${String(seq).padStart(16, "0")}`, gone);
		await expect(reopened(store)).rejects.toMatchObject({ code: "vault-rolled-back" });
	});

	it("is noticed when an entry was hidden by a delete marker and written anew", async () => {
		const { store, vault } = await made();
		store.hide("log/0000000000000003");
		const other = await reopened(store);
		await commit(other, { "k.a/2/": document(2, "instead") });
		await expect(reopened(store, { expectHead: vault.head() })).rejects.toMatchObject({ code: "vault-rolled-back" });
		expect(store.versions("log/0000000000000003")).toHaveLength(3);
	});
});

describe("a changed checkpoint", () => {
	it.each([
		["flipped", change(90), "hash"],
		["cut", cut, "hash"],
	])("is passed over with the whole log in its place, and found by verify: %s", async (_what, tamper, what) => {
		const { store, vault } = await withCheckpoint();
		const name = named(store, "ckpt/");
		store.tamper(name, tamper);
		const again = await reopened(store, { expectHead: vault.head() });
		expect(again.snapshots()).toEqual(vault.snapshots());
		expect((await again.verify({ level: "log" })).damage).toMatchObject([{ object: name, what }]);
	});

	it("is not believed under the name of another sequence number", async () => {
		const { store } = await withCheckpoint();
		const name = named(store, "ckpt/");
		const bytes = await store.read(name);
		const forged = name.replace(/\/\d{16}/, "/0000000000000020");
		await store.create(forged, bytes);
		expect(await damageAt(store, "log")).toMatchObject([{ object: forged, what: "name" }]);
	});
});

describe("a changed pack", () => {
	const cases: readonly [string, (bytes: Uint8Array) => Uint8Array | undefined, string][] = [
		["magic", change(0), "magic"],
		["class", change(5), "header"],
		["salt", change(20), "key"],
		["key commitment", change(50), "key"],
		["table of contents", change(-30), "toc"],
		["trailer's end", change(-1), "trailer"],
		["trailer's length", change(-5), "trailer"],
		["trailer's count", change(-9), "trailer"],
		["cut end", cut, "size"],
		["whole", gone, "missing"],
	];
	it.each(cases)("is found by the structure check, with its own word: %s", async (_what, tamper, word) => {
		const { store } = await made();
		const name = named(store, "packs/R/");
		store.tamper(name, tamper);
		const damage = await damageAt(store, "structure");
		expect(damage).toMatchObject([{ object: name, what: word }]);
		expect(damage[0]?.lostCount).toBeGreaterThan(0);
		for (const level of ["data", "keyless"] as const) expect((await damageAt(store, level)).map(({ object }) => object)).toEqual([name]);
	});

	it("is found by the data check and by its name when a frame was flipped, and read as damaged", async () => {
		const { store, vault } = await made();
		const name = named(store, "packs/A/");
		store.tamper(name, change(5000));
		expect(await damageAt(store, "structure")).toEqual([]);
		for (const [level, word] of [
			["data", "hash"],
			["keyless", "hash"],
		] as const) {
			expect(await damageAt(store, level)).toMatchObject([
				{ object: name, what: word, lostCount: 1, lost: [{ snapshot: 3, kind: "k.b", id: "1", part: "file/1" }] },
			]);
		}
		const snapshot = await (await reopened(store)).snapshot(3);
		await expect(contentsOf(snapshot)).rejects.toMatchObject({ code: "vault-damaged", facts: { object: name, what: "tag" } });
		expect(Object.keys(await contentsOf(await vault.snapshot(2)))).toHaveLength(60);
	});

	it("loses exactly the entries of its snapshots, those of untouched packs stay readable", async () => {
		const { store } = await made();
		// Of two packs of records the smaller holds the one edited document of the second snapshot.
		const packs = store.names().filter((name) => name.startsWith("packs/R/"));
		const sizes = await Promise.all(packs.map(async (name) => [name, (await store.read(name)).length] as const));
		const [small] = sizes.sort((a, b) => a[1] - b[1]).map(([name]) => name);
		store.tamper(small ?? "", gone);
		expect(await damageAt(store, "structure")).toMatchObject([
			{ object: small, what: "missing", lostCount: 1, lost: [{ snapshot: 3, kind: "k.a", id: "1", part: "" }] },
		]);
	});

	it("counts what is lost with a node that can't be read", async () => {
		const { store } = await made();
		const nodes = store.names().filter((name) => name.startsWith("packs/M/"));
		for (const name of nodes) store.tamper(name, change(100));
		const damage = await damageAt(store, "data");
		expect(damage.map(({ object }) => object)).toEqual(nodes);
		expect(damage.reduce((sum, { lostCount }) => sum + lostCount, 0)).toBe(60 + 61);
	});

	it("is refused under another pack's name or in another vault", async () => {
		const { store } = await made();
		const { store: foreign, vault } = await newVault("foreign");
		await commit(vault, Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`k.a/${i}/`, document(i)])));
		const name = named(store, "packs/R/");
		const theirs = await foreign.read(named(foreign, "packs/R/"));
		store.tamper(name, () => theirs);
		expect((await damageAt(store, "keyless"))[0]).toMatchObject({ object: name });
		expect((await damageAt(store, "data"))[0]).toMatchObject({ object: name });
	});
});

describe("a changed index segment", () => {
	it.each([
		["header", change(50), "key"],
		["a block", change(80), "tag"],
		["its trailer", change(-1), "segment"],
		["its table", change(-30), "tag"],
		["cut end", cut, "size"],
		["whole", gone, "missing"],
	])("is found by the structure check: %s", async (_what, tamper, word) => {
		const { store } = await made();
		const name = named(store, "idx/");
		store.tamper(name, tamper);
		expect((await damageAt(store, "structure")).find(({ object }) => object === name)).toMatchObject({ what: word });
		expect((await damageAt(store, "keyless")).find(({ object }) => object === name)).toBeDefined();
	});
});

describe("an undamaged vault", () => {
	it.each(["log", "structure", "keyless", "data"] as const)("passes the %s check", async (level) => {
		const { store } = await withCheckpoint();
		const steps: number[] = [];
		const report = await (await reopened(store)).verify({ level, onProgress: (done) => steps.push(done) });
		expect(report.damage).toEqual([]);
		expect(report.snapshots).toBe(66);
		expect(report.bytesRead).toBeGreaterThan(1000);
		if (level === "data") expect(report.bytesRead).toBeGreaterThan(300_000);
		expect(steps.at(-1)).toBe(level === "log" ? undefined : report.packs);
	});

	it("stops checking when told", async () => {
		const { vault } = await made();
		await expect(vault.verify({ level: "data", signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "cancelled" });
	});

	it("opens with its own key only", async () => {
		const { store } = await made();
		await expect(openVault({ ...portsOver(store), unlock: { type: "key-file", key: new Uint8Array(31) } })).rejects.toMatchObject({
			code: "bad-input",
		});
		await openVault({ ...portsOver(store), unlock: keyFile });
	});
});
