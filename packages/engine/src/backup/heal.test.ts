import type { RunId } from "@skyeworx/core";
import { describe, expect, it } from "vitest";
import { readStoredItem } from "../items/read-stored-item.ts";
import { noteRef, notesBench, notesConnector } from "../notes-site.fixture.ts";
import { runBackup } from "./run-backup.ts";

type Bench = Pick<Awaited<ReturnType<typeof notesBench>>, "site" | "clock" | "log" | "vault" | "reopen">;

function backup(bench: Bench) {
	return runBackup({ ...bench, connector: notesConnector(bench.site) }, { runId: "run" as RunId, signal: new AbortController().signal });
}

/** Twenty notes with files, backed up twice; then everything of a class of packs is damaged. */
async function damagedBench(cls: "R" | "A" | "M") {
	const made = await notesBench();
	const { site } = made;
	for (let n = 1; n <= 20; n += 1) site.write(`note ${n}`, { file: new Uint8Array(3000).fill(n), comments: [`about ${n}`] });
	const first = await backup(made);
	site.write("note 3, edited", {}, "3");
	const second = await backup(made);
	const bench = { ...made, vault: await made.reopen() };
	for (const name of bench.store.names().filter((pack) => pack.startsWith(`packs/${cls}/`))) {
		bench.store.tamper(name, (bytes) => bytes.map((byte, i) => (i > 100 && i < bytes.length - 100 ? byte ^ 1 : byte)));
	}
	return { bench, first: first.snapshot.id, second: second.snapshot.id };
}

async function readable(bench: Bench, snapshot: number): Promise<number> {
	const reader = await (await bench.reopen()).snapshot(snapshot);
	let count = 0;
	for (let n = 1; n <= 20; n += 1) {
		const item = await readStoredItem(reader, noteRef(String(n))).catch(() => undefined);
		const file = await reader
			.facts({ ...noteRef(String(n)), part: "file/1" })
			.then((facts) => (facts === undefined ? undefined : reader.read(facts)))
			.catch(() => undefined);
		if (item !== undefined && file?.every((byte) => byte === n) === true) count += 1;
	}
	return count;
}

describe("a backup after a damage was set aside", () => {
	it.each(["R", "A", "M"] as const)("reads again what was lost in packs of class %s, and older snapshots heal with it", async (cls) => {
		const { bench, first, second } = await damagedBench(cls);
		const repaired = await bench.vault.repair();
		expect(repaired.quarantined.length).toBeGreaterThan(0);
		expect(repaired.damage.length).toBeGreaterThan(0);
		const { snapshot } = await backup(bench);
		expect(await readable(bench, snapshot.id)).toBe(20);
		expect(await readable(bench, second)).toBe(20);
		// Note 3 was another one then, which the source has no more; nor is the tree node made again that names its old version.
		expect(await readable(bench, first)).toBe({ A: 20, R: 19, M: 0 }[cls]);
		bench.site.requests = 0;
		await backup(bench);
		expect(bench.site.requests).toBeLessThanOrEqual(2);
	});

	it("is not tried before somebody looked: unexplained damage ends a run", async () => {
		const { bench } = await damagedBench("M");
		await expect(backup(bench)).rejects.toMatchObject({ code: "vault-damaged" });
	});
});
