import type { RunId } from "@skyeworx/core";
import { expect, it } from "vitest";
import { runBackup } from "../backup/run-backup.ts";
import { noteRef, notesBench } from "../notes-site.fixture.ts";
import { LiveRecord } from "./record-live.ts";

it("holds nothing of an item that was read early and went before the end, not even its files", async () => {
	const bench = await notesBench();
	for (const title of ["stays", "goes"]) bench.site.write(title, { file: Buffer.from(`file of ${title}`) });
	const { signal } = new AbortController();
	await runBackup(bench, { runId: "run" as RunId, signal });
	const fresh = bench.site.write("is new and goes", { file: Buffer.from("file of a new one") });
	const read = await bench.connector.readLive(["1", "2", fresh].map(noteRef));
	const items = read.flatMap((one) => (one.state === "live" ? [one.item] : []));
	const record = await LiveRecord.begin(bench, { type: "restore", restoreId: "r1", signal });
	record.add(items);
	const { id } = await record.commit(items.slice(0, 1), []);
	const parts = async (note: string): Promise<string[]> => {
		const found: string[] = [];
		for await (const { part } of (await bench.vault.snapshot(id)).entries(noteRef(note))) found.push(part);
		return found;
	};
	expect(await parts("1")).toContain("file/1");
	// What the newest backup holds stays: the next one finds out that it is gone.
	expect(await parts("2")).toContain("");
	expect(await parts(fresh)).toEqual([]);
});
