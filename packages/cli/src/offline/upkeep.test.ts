import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quietLog, systemClock, systemRandom } from "@skyeworx/core";
import { createVault, folderStore, openVault } from "@skyeworx/vault";
import { afterEach, describe, expect, it } from "vitest";
import { runCli } from "../run-cli.ts";

const cleanups: (() => Promise<void>)[] = [];
const unlock = { type: "key-file", key: new Uint8Array(32).fill(7) } as const;

afterEach(async () => {
	for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function made() {
	const folder = await mkdtemp(join(tmpdir(), "skyeworx-upkeep-"));
	cleanups.push(() => rm(folder, { recursive: true, force: true }));
	const vaultFolder = join(folder, "vault");
	const keyFile = join(folder, "key");
	await writeFile(keyFile, "07".repeat(32));
	const ports = { store: folderStore(vaultFolder), clock: systemClock, random: systemRandom, log: quietLog };
	const vault = await createVault({ ...ports, slots: [unlock] });
	for (const text of ["first", "second", "third"]) {
		const writer = await vault.beginSnapshot({ parent: undefined });
		await writer.put({ kind: "jira.work-item", id: "10001", part: "" }, new TextEncoder().encode(JSON.stringify({ text })));
		await writer.commit({ descriptor: {}, complete: true });
	}
	const run = async (...words: string[]) => {
		let out = "";
		let err = "";
		const code = await runCli([...words, "--key-file", keyFile], {
			env: {},
			fetch: () => Promise.reject(new Error("no server is asked")),
			out: (text) => {
				out += text;
			},
			err: (text) => {
				err += text;
			},
			columns: 120,
			readInput: () => Promise.resolve(""),
			isTerminal: false,
			version: "1.2.3",
			signal: new AbortController().signal,
		});
		return { code, out, err };
	};
	return { vaultFolder, run, open: () => openVault({ ...ports, unlock }) };
}

describe("a vault kept without a server", () => {
	it("pins, holds, forgets and collects", async () => {
		const { vaultFolder, run, open } = await made();
		expect((await run("snapshot", "pin", vaultFolder, "2", "quarter end")).out).toBe("Snapshot 2 is pinned: quarter end\n");
		expect((await run("snapshot", "hold", vaultFolder, "3", "case 7")).code).toBe(0);
		expect(await run("snapshot", "forget", vaultFolder, "2", "too old")).toMatchObject({ code: 5 });
		expect((await run("snapshot", "forget", vaultFolder, "3", "too old")).err).toContain('held for "case 7"');
		expect((await run("snapshot", "release", vaultFolder, "3", "case 7")).code).toBe(0);
		expect((await run("snapshot", "forget", vaultFolder, "3", "too old")).code).toBe(0);
		expect((await run("snapshot", "unpin", vaultFolder, "2")).code).toBe(0);
		const packs = async () => (await readdir(join(vaultFolder, "packs"), { recursive: true })).filter((name) => name.length > 60).length;
		const before = await packs();
		expect((await run("vault", "collect", vaultFolder, "--grace", "0")).out).toMatch(/announced {2}2 objects/);
		expect((await run("vault", "collect", vaultFolder, "--grace", "0")).out).toMatch(/freed {6}2 objects/);
		expect(await packs()).toBe(before - 2);
		const log = await run("vault", "log", vaultFolder, "--json");
		const operations = JSON.parse(log.out).items.map(({ operation }: { operation: string }) => operation);
		expect(operations.slice(4)).toEqual(["pin", "hold", "release", "forget", "unpin", "condemn", "deleted", "idx-replace"]);
		expect((await open()).snapshots().map(({ id }) => id)).toEqual([2, 4]);
	});

	it("mends an index that was lost, and says that nothing is missing", async () => {
		const { vaultFolder, run, open } = await made();
		await rm(join(vaultFolder, "idx"), { recursive: true });
		expect(await run("vault", "verify", vaultFolder)).toMatchObject({ code: 10 });
		const repaired = await run("vault", "repair", vaultFolder);
		expect(repaired.out).toContain("3 index segments made anew");
		expect(repaired.out).toContain("Nothing is lost.");
		expect((await run("vault", "verify", vaultFolder)).code).toBe(0);
		const vault = await open();
		const facts = await (await vault.snapshot(2)).facts({ kind: "jira.work-item", id: "10001", part: "" });
		expect(facts?.size).toBe(16);
	});
});
