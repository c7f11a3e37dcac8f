import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import Database from "better-sqlite3-multiple-ciphers";
import { describe, expect, it } from "vitest";
import type { CatalogChange } from "./catalog.ts";
import { facts, freshCatalog, freshPath, remove, sampleKey, take, timeOf, upsert, workItem } from "./facts.fixture.ts";
import { openCatalog, removeCatalog } from "./open-catalog.ts";

const many = (count: number, text = "filler words for the file") =>
	Array.from({ length: count }, (_, number) =>
		upsert(workItem(number), facts({ key: `ACME-${number}`, title: `Item ${number}`, text: `${text} ${number}` })),
	);

describe("taking in a snapshot", () => {
	it("is all or nothing for readers, before, during and after", async () => {
		const catalog = freshCatalog();
		await take(catalog, 1, ...many(10));
		const seen: number[] = [];
		async function* slow(): AsyncGenerator<CatalogChange> {
			for (let number = 0; number < 300; number++) {
				yield number < 10 ? remove(workItem(number)) : upsert(workItem(number), facts({ title: "New" }));
				if (number % 50 === 0) seen.push(catalog.search({ state: "live", limit: 1 }).total.count, catalog.position() ?? -1);
			}
		}
		await catalog.apply({ id: 2, at: timeOf(2) }, slow());
		expect(new Set(seen)).toEqual(new Set([10, 1]));
		expect(catalog.position()).toBe(2);
		expect(catalog.search({ state: "live", limit: 1 }).total.count).toBe(290);
	});

	it("leaves the state before when it fails midway, and can be tried again", async () => {
		const catalog = freshCatalog();
		await take(catalog, 1, ...many(3));
		async function* broken(): AsyncGenerator<CatalogChange> {
			yield* many(100, "half done");
			throw new Error("the vault went away");
		}
		await expect(catalog.apply({ id: 2, at: timeOf(2) }, broken())).rejects.toThrow("the vault went away");
		expect(catalog.position()).toBe(1);
		expect(catalog.search({ text: "half", limit: 5 }).hits).toEqual([]);
		await take(catalog, 2, ...many(100, "fully done"));
		expect(catalog.search({ text: "fully", limit: 5 }).total.count).toBe(100);
	});

	it("ignores a snapshot taken in before, and refuses one older than the newest", async () => {
		const catalog = freshCatalog();
		await take(catalog, 5, ...many(2));
		await take(catalog, 5, remove(workItem(0)));
		expect(catalog.search({ state: "live", limit: 5 }).total.count).toBe(2);
		await expect(take(catalog, 4, remove(workItem(0)))).rejects.toMatchObject({ code: "conflict" });
	});

	it("takes its turn when another is being taken in", async () => {
		const catalog = freshCatalog();
		await Promise.all([take(catalog, 1, ...many(200)), take(catalog, 2, remove(workItem(0))), take(catalog, 3, remove(workItem(1)))]);
		expect(catalog.position()).toBe(3);
		expect(catalog.search({ state: "deleted", limit: 5 }).total.count).toBe(2);
	});

	it("ends without a trace when the catalog is closed meanwhile", async () => {
		const path = freshPath();
		const catalog = openCatalog({ path, key: sampleKey });
		async function* closing(): AsyncGenerator<CatalogChange> {
			yield* many(50);
			catalog.close();
			yield* many(50);
		}
		await expect(catalog.apply({ id: 1, at: timeOf(1) }, closing())).rejects.toMatchObject({ code: "cancelled" });
		expect(freshCatalog(path).position()).toBeUndefined();
	});

	it("lets others work in between", async () => {
		const catalog = freshCatalog();
		let turns = 0;
		const timer = setInterval(() => turns++, 0);
		await take(catalog, 1, ...many(2000));
		clearInterval(timer);
		expect(turns).toBeGreaterThan(5);
	});

	it("survives the death of the process in the middle", async () => {
		const path = freshPath();
		const first = openCatalog({ path, key: sampleKey });
		await take(first, 1, ...many(5));
		first.close();
		const script = `
			import { openCatalog } from ${JSON.stringify(join(import.meta.dirname, "open-catalog.ts"))};
			const catalog = openCatalog({ path: process.argv[1], key: new Uint8Array(32).fill(5) });
			async function* changes() {
				for (let n = 0; n < 3000; n++) yield { type: "upsert", ref: { kind: "jira.work-item", id: String(n) }, contentHash: "x" + n,
					facts: { app: "jira", title: "Killed", text: "w".repeat(2000) + n, people: [], references: [], files: [] } };
				process.kill(process.pid, "SIGKILL");
				yield* [];
			}
			await catalog.apply({ id: 2, at: new Date() }, changes());`;
		expect(() => execFileSync(process.execPath, ["--input-type=module", "-e", script, path], { stdio: "pipe" })).toThrow();
		const again = freshCatalog(path);
		expect(again.position()).toBe(1);
		expect(again.search({ text: "killed", limit: 5 }).hits).toEqual([]);
		expect(again.search({ limit: 50 }).hits.length).toBe(5);
	});
});

describe("the file", () => {
	it("keeps everything between openings", async () => {
		const path = freshPath();
		const first = openCatalog({ path, key: sampleKey });
		await take(first, 3, ...many(20));
		first.recordLineage(workItem(1), workItem(2));
		first.close();
		first.close();
		const second = freshCatalog(path);
		expect(second.position()).toBe(3);
		expect(second.search({ text: "item 7", limit: 5 }).hits[0]?.key).toBe("ACME-7");
		expect(second.lineage(workItem(2)).length).toBe(2);
	});

	it("shows no word of the content, nor does its log", async () => {
		const path = freshPath();
		const catalog = freshCatalog(path);
		await take(
			catalog,
			1,
			upsert(workItem(1), facts({ title: "Canarytitle", text: "canarytext ".repeat(50), people: ["Canaryperson"] })),
			...many(200),
		);
		const files = readdirSync(dirname(path)).filter((name) => name.startsWith(basename(path)));
		expect(files.some((name) => name.endsWith("-wal"))).toBe(true);
		for (const name of files) {
			const bytes = readFileSync(join(dirname(path), name))
				.toString("latin1")
				.toLowerCase();
			// Long enough not to stand in ciphertext by chance.
			for (const canary of ["canary", "filler", "acme.example", "sqlite format"])
				expect(bytes.includes(canary), `${canary} in ${name}`).toBe(false);
		}
	});

	it("does not open with another key", async () => {
		const path = freshPath();
		const catalog = openCatalog({ path, key: sampleKey });
		await take(catalog, 1, ...many(5));
		catalog.close();
		expect(() => openCatalog({ path, key: new Uint8Array(32).fill(6) })).toThrow(expect.objectContaining({ code: "vault-key-wrong" }));
		expect(freshCatalog(path).position()).toBe(1);
	});

	it("says that it is damaged and can be rebuilt when bytes changed on the disk", async () => {
		const path = freshPath();
		const catalog = openCatalog({ path, key: sampleKey });
		await take(catalog, 1, ...many(400));
		catalog.close();
		const good = readFileSync(path);
		let noticed = 0;
		for (let at = 5000; at < good.length; at += 4096 * 3) {
			const bad = Buffer.from(good);
			bad[at] = (bad[at] ?? 0) ^ 1;
			writeFileSync(path, bad);
			const error = readEverything(path);
			if (error === undefined) continue;
			noticed++;
			expect(error).toMatchObject({ code: "vault-damaged", hint: expect.stringContaining("rebuilt") });
		}
		expect(noticed).toBeGreaterThan(5);
		writeFileSync(path, "this was never a catalog".repeat(1000));
		expect(readEverything(path)).toMatchObject({ code: "vault-key-wrong", hint: expect.stringContaining("rebuilt") });
	});

	it("of another version is refused with the way out", () => {
		const path = freshPath();
		openCatalog({ path, key: sampleKey }).close();
		const raw = new Database(path);
		raw.pragma("cipher='aegis'");
		raw.pragma(`key='raw:${Buffer.from(sampleKey).toString("hex")}'`);
		raw.pragma("user_version=99");
		raw.close();
		expect(() => openCatalog({ path, key: sampleKey })).toThrow(
			expect.objectContaining({ code: "vault-unsupported", hint: expect.stringContaining("rebuilt") }),
		);
	});

	it("that can't be opened makes room for a new one", async () => {
		const path = freshPath();
		removeCatalog(path);
		for (const suffix of ["", "-wal", "-shm"]) writeFileSync(`${path}${suffix}`, "rubbish ".repeat(2000));
		expect(() => openCatalog({ path, key: sampleKey })).toThrow(expect.objectContaining({ code: "vault-key-wrong" }));
		removeCatalog(path);
		const catalog = freshCatalog(path);
		await take(catalog, 1, ...many(3));
		expect(catalog.search({ limit: 5 }).total.count).toBe(3);
	});

	it("needs its folder", () => {
		expect(() => openCatalog({ path: join(freshPath(), "no", "where.db"), key: sampleKey })).toThrow(
			expect.objectContaining({ code: "store-unreachable" }),
		);
	});
});

function readEverything(path: string): unknown {
	try {
		const catalog = openCatalog({ path, key: sampleKey });
		try {
			for (let number = 0; number < 400; number++) catalog.item(workItem(number));
			catalog.search({ text: "filler", limit: 400 });
			catalog.spaces();
			catalog.counts();
			catalog.referencedBy(workItem(1));
			catalog.findByKey("ACME-1");
			return undefined;
		} finally {
			catalog.close();
		}
	} catch (error) {
		return error;
	}
}
