import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quietLog, systemClock, systemRandom } from "@skyeworx/core";
import { createVault, folderStore } from "@skyeworx/vault";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../run-cli.ts";

let folder: string;
let keyFile: string;
let vaultFolder: string;
const snapshots: number[] = [];

function json(value: unknown): Uint8Array {
	return new TextEncoder().encode(JSON.stringify(value));
}

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "skyeworx-cli-"));
	vaultFolder = join(folder, "vault");
	keyFile = join(folder, "key");
	await writeFile(keyFile, "07".repeat(32));
	const ports = { store: folderStore(vaultFolder), clock: systemClock, random: systemRandom, log: quietLog };
	const vault = await createVault({ ...ports, slots: [{ type: "key-file", key: new Uint8Array(32).fill(7) }] });
	const first = await vault.beginSnapshot({ parent: undefined });
	await first.put(
		{ kind: "jira.work-item", id: "10001", part: "" },
		json({ key: "ACME-1", fields: { summary: "Émigré prices are wrong" } }),
	);
	await first.put({ kind: "jira.work-item", id: "10001", part: "comments" }, json([{ body: "Seen by me too" }]));
	await first.put({ kind: "jira.work-item", id: "10001", part: "file/7" }, new Uint8Array(3000));
	await first.put({ kind: "jira.work-item", id: "10002", part: "" }, json({ key: "ACME-2", fields: { summary: "Same title" } }));
	await first.put({ kind: "confluence.page", id: "77", part: "" }, json({ title: "Same title" }));
	await first.put({ kind: "confluence.page", id: "78", part: "" }, json({ title: "Run\u202ebook" }));
	snapshots.push((await first.commit({ descriptor: {}, complete: true })).id);
	const second = await vault.beginSnapshot({ parent: snapshots[0] });
	await second.removeItem({ kind: "jira.work-item", id: "10002" });
	snapshots.push((await second.commit({ descriptor: {}, complete: true })).id);
	await vault.close();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...words: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
	let out = "";
	let err = "";
	const code = await runCli(["vault", ...words, "--key-file", keyFile], {
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
}

async function found(...words: string[]): Promise<string[]> {
	const { code, out, err } = await run("find", vaultFolder, ...words, "--json");
	expect({ code, err }).toEqual({ code: 0, err: "" });
	return (JSON.parse(out) as { items: { kind: string; id: string }[] }).items.map(({ kind, id }) => `${kind}/${id}`);
}

describe("a vault without a server", () => {
	it("is searched by key, id, name and beginnings of words, in the newest snapshot or a named one", async () => {
		expect(await found("acme-1")).toEqual(["jira.work-item/10001"]);
		expect(await found("77")).toEqual(["confluence.page/77"]);
		expect(await found("confluence.page/77")).toEqual(["confluence.page/77"]);
		expect(await found("pri", "emigre")).toEqual(["jira.work-item/10001"]);
		expect(await found("same", "title")).toEqual(["confluence.page/77"]);
		expect(await found("same", "title", "--snapshot", String(snapshots[0]))).toEqual(["confluence.page/77", "jira.work-item/10002"]);
		expect(await found("same", "--snapshot", String(snapshots[0]), "--kind", "jira.work-item")).toEqual(["jira.work-item/10002"]);
		expect(await found("nothing like it")).toEqual([]);
		expect(await found("...")).toEqual([]);
	});

	it("says when a search ended at its limit", async () => {
		const { out } = await run("find", vaultFolder, "same", "--snapshot", String(snapshots[0]), "--limit", "1");
		expect(out).toMatch(/confluence.page\/77[\s\S]*There may be more/);
	});

	it("shows an item with every part, by any of its names", async () => {
		for (const name of ["ACME-1", "jira.work-item/10001", "10001", "émigré prices are wrong"]) {
			const { code, out } = await run("show", vaultFolder, name, "--json");
			expect(code).toBe(0);
			expect(JSON.parse(out)).toEqual({
				kind: "jira.work-item",
				id: "10001",
				key: "ACME-1",
				title: "Émigré prices are wrong",
				snapshotId: snapshots[1],
				parts: { "": { key: "ACME-1", fields: { summary: "Émigré prices are wrong" } }, comments: [{ body: "Seen by me too" }] },
				files: [{ part: "file/7", size: 3000 }],
			});
		}
		const { out } = await run("show", vaultFolder, "ACME-1");
		expect(out).toMatch(/^ACME-1 {2}Émigré prices are wrong\n/);
		expect(out).toContain("comments");
	});

	it("refuses to guess and says what is not there", async () => {
		const old = ["--snapshot", String(snapshots[0])];
		expect(await run("show", vaultFolder, "Same title", ...old)).toMatchObject({
			code: 2,
			err: expect.stringContaining("jira.work-item/10002"),
		});
		expect(await run("show", vaultFolder, "Same title")).toMatchObject({ code: 0 });
		expect(await run("show", vaultFolder, "ACME-2")).toMatchObject({ code: 4 });
		expect(await run("show", vaultFolder, "ACME-2", "--snapshot", "9999")).toMatchObject({ code: 4 });
	});

	it("prints nothing that turns a terminal's line around", async () => {
		expect((await run("show", vaultFolder, "confluence.page/78")).out).not.toContain("\u202e");
	});

	it("is listed, verified and exported at any kind of address", async () => {
		expect(await run("ls", vaultFolder, "--snapshot", String(snapshots[1]))).toMatchObject({
			code: 0,
			out: expect.stringContaining("ACME-1"),
		});
		expect((await run("verify", vaultFolder)).out).toMatch(/^OK/);
		expect(await run("export", vaultFolder, "--to", join(folder, "out"))).toMatchObject({ code: 0 });
		expect(await run("ls", "gs://bucket/vault")).toMatchObject({ code: 2, err: expect.stringContaining("no address of a vault") });
		expect(await run("ls", "s3://bucket/vault")).toMatchObject({ code: 2, err: expect.stringContaining("region") });
		expect(await run("ls", join(folder, "out"))).toMatchObject({ code: 4, err: expect.stringContaining("not a vault") });
	});
});
