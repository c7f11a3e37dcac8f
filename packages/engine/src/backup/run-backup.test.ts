import { AppError, type RunId } from "@skyeworx/core";
import { describe, expect, it } from "vitest";
import { followVault } from "../catalog-follow/follow-vault.ts";
import { readStoredItem } from "../items/read-stored-item.ts";
import { noteRef, notesBench, notesConnector } from "../notes-site.fixture.ts";
import { runBackup } from "./run-backup.ts";

type Bench = Awaited<ReturnType<typeof notesBench>>;

function backup(bench: Bench, options: Partial<Parameters<typeof runBackup>[1]> = {}) {
	return runBackup(
		{ ...bench, connector: notesConnector(bench.site) },
		{ runId: "run" as RunId, signal: new AbortController().signal, ...options },
	);
}

async function titlesIn(bench: Bench, snapshotId: number): Promise<Record<string, unknown>> {
	const reader = await bench.vault.snapshot(snapshotId);
	const titles: Record<string, unknown> = {};
	for await (const facts of reader.entries({ kind: "notes.note" })) {
		if (facts.part === "") titles[facts.id] = (await readStoredItem(reader, noteRef(facts.id)))?.parts.get("");
	}
	return titles;
}

describe("runBackup", () => {
	it("keeps a full view each time and reads only what changed", async () => {
		const bench = await notesBench();
		for (let n = 1; n <= 50; n += 1) bench.site.write(`note ${n}`, { comments: [`about ${n}`] });
		const first = await backup(bench);
		expect(first.outcome).toBe("complete");
		expect(first.descriptor.counts["notes.note"]).toEqual({ seen: 50, created: 50, changed: 0, deleted: 0, unreadable: 0 });

		bench.site.write("note 7, edited", {}, "7");
		bench.site.requests = 0;
		const second = await backup(bench);
		expect(second.descriptor.counts["notes.note"]).toMatchObject({ created: 0, changed: 1, deleted: 0 });
		expect(bench.site.requests).toBeLessThanOrEqual(2);
		expect(second.snapshot.entries).toBe(first.snapshot.entries);
		expect((await titlesIn(bench, first.snapshot.id))["7"]).toMatchObject({ title: "note 7" });
		expect((await titlesIn(bench, second.snapshot.id))["7"]).toMatchObject({ title: "note 7, edited" });
		expect(Object.keys(await titlesIn(bench, second.snapshot.id))).toHaveLength(50);
	});

	it("takes an item for deleted only when it is really gone, not when the enumeration forgot it", async () => {
		const bench = await notesBench();
		for (let n = 1; n <= 5; n += 1) bench.site.write(`note ${n}`);
		await backup(bench);
		bench.site.notes.delete("2");
		bench.site.hiddenFromCensus.add("4");
		const { snapshot, descriptor } = await backup(bench);
		expect(descriptor.counts["notes.note"]?.deleted).toBe(1);
		expect(Object.keys(await titlesIn(bench, snapshot.id)).sort()).toEqual(["1", "3", "4", "5"]);
	});

	it("goes on from its checkpoint after it was killed, and reads nothing twice", async () => {
		const bench = await notesBench();
		for (let n = 1; n <= 20; n += 1) bench.site.write(`note ${n}`, { file: new Uint8Array(1000).fill(n) });
		let reads = 0;
		bench.site.onRequest = (what) => {
			if (what === "read") reads += 1;
			if (reads === 12) throw new AppError("site-unreachable", "the site vanished");
		};
		await expect(backup(bench, { checkpoint: { records: 1, milliseconds: 1e9 } })).rejects.toMatchObject({ code: "site-unreachable" });
		expect(bench.vault.snapshots().at(-1)?.complete).toBe(false);

		bench.site.onRequest = (what) => {
			if (what === "read") reads += 1;
		};
		const resumed = await backup(bench, { checkpoint: { records: 1, milliseconds: 1e9 } });
		expect(reads).toBe(12 + 20 - 11);
		expect(resumed.descriptor.counts["notes.note"]).toMatchObject({ seen: 20, created: 20, changed: 0 });
		expect(bench.vault.snapshots().map((snapshot) => snapshot.complete)).toEqual([true]);
		const reader = await bench.vault.snapshot(resumed.snapshot.id);
		for (let n = 1; n <= 20; n += 1) {
			const item = await readStoredItem(reader, noteRef(String(n)));
			expect(item?.files.map((file) => file.size)).toEqual([1000]);
		}
	});

	it("says that a file could not be read and fetches it with the next run though the item did not change", async () => {
		const bench = await notesBench();
		const id = bench.site.write("with a file", { file: new Uint8Array(5000).fill(7) });
		bench.site.onRequest = (what) => {
			if (what === "file") throw new AppError("site-refused", "404 for the content");
		};
		const first = await backup(bench);
		expect(first.outcome).toBe("partial");
		expect(first.descriptor.again).toEqual([noteRef(id)]);
		expect(first.descriptor.counts["notes.note"]?.unreadable).toBe(1);

		bench.site.onRequest = () => {};
		const second = await backup(bench);
		expect(second.outcome).toBe("complete");
		const item = await readStoredItem(await bench.vault.snapshot(second.snapshot.id), noteRef(id));
		expect(item?.files[0]?.size).toBe(5000);
	});

	it("refuses a file that is shorter than announced", async () => {
		const bench = await notesBench();
		bench.site.write("with a file", { file: new Uint8Array(5000).fill(7) });
		const connector = notesConnector(bench.site);
		const cut: typeof connector = {
			...connector,
			async *read(request) {
				for await (const observation of connector.read(request)) {
					yield observation.type === "file" ? { ...observation, size: 9000 } : observation;
				}
			},
		};
		const result = await runBackup({ ...bench, connector: cut }, { runId: "run" as RunId, signal: new AbortController().signal });
		expect(result.outcome).toBe("partial");
		expect(result.descriptor.again).toHaveLength(1);
	});

	it("leaves nothing visible when it is cancelled", async () => {
		const bench = await notesBench();
		for (let n = 1; n <= 20; n += 1) bench.site.write(`note ${n}`);
		const stop = new AbortController();
		bench.site.onRequest = () => stop.abort();
		await expect(backup(bench, { signal: stop.signal })).rejects.toMatchObject({ code: "cancelled" });
		expect(bench.vault.snapshots()).toEqual([]);
	});

	it("keeps the cursor of kinds that failed and says so", async () => {
		const bench = await notesBench();
		bench.site.write("note");
		const connector = notesConnector(bench.site);
		const failing: typeof connector = {
			...connector,
			async *read() {
				yield { type: "failed", kinds: ["notes.note"], error: new AppError("scope-missing", "no scope") };
			},
		};
		const first = await runBackup({ ...bench, connector: failing }, { runId: "run" as RunId, signal: new AbortController().signal });
		expect(first.outcome).toBe("partial");
		expect(first.descriptor.failures).toEqual([{ kinds: ["notes.note"], code: "scope-missing", message: "no scope" }]);
		expect(first.descriptor.cursors).toEqual({});
		expect((await backup(bench)).descriptor.counts["notes.note"]?.created).toBe(1);
	});
});

describe("followVault", () => {
	it("forgets what the vault forgot, also when it stood there, and goes on from a snapshot that both have", async () => {
		const bench = await notesBench();
		const follow = () => followVault({ vault: bench.vault, catalog: bench.catalog, kinds: bench.connector.kinds, site: { url: "" } });
		bench.site.write("as it was", {}, "1");
		await backup(bench);
		bench.site.write("changed for a while", {}, "1");
		const second = (await backup(bench)).snapshot.id;
		await follow();
		bench.site.write("as it was", {}, "1");
		const third = (await backup(bench)).snapshot.id;
		await bench.vault.forget(second, "test");
		await follow();
		expect(bench.catalog.position()).toBe(third);
		expect(bench.catalog.item(noteRef("1"))).toMatchObject({ title: "as it was", versions: 1 });
		expect(bench.catalog.search({ text: "while", limit: 5 }).hits).toEqual([]);
	});

	it("makes every version findable, deleted items included, and rebuilds the same from nothing", async () => {
		const bench = await notesBench();
		const follow = () => followVault({ vault: bench.vault, catalog: bench.catalog, kinds: bench.connector.kinds, site: { url: "" } });
		const kept = bench.site.write("alpha report", { comments: ["first words"] });
		const lost = bench.site.write("beta report", { comments: ["melancholy penguin"] });
		await backup(bench);
		await follow();
		bench.site.notes.delete(lost);
		bench.site.write("alpha report, revised", {}, kept);
		await backup(bench);
		await follow();

		const [hit] = bench.catalog.search({ text: "penguin", limit: 10 }).hits;
		expect(hit).toMatchObject({ ref: noteRef(lost), state: "deleted", title: "beta report" });
		expect(
			bench.catalog
				.versions(noteRef(kept))
				.map((version) => version.title)
				.sort(),
		).toEqual(["alpha report", "alpha report, revised"]);

		const rebuilt = (await notesBench()).catalog;
		await followVault({ vault: bench.vault, catalog: rebuilt, kinds: bench.connector.kinds, site: { url: "" } });
		expect(rebuilt.search({ text: "report", limit: 10 })).toEqual(bench.catalog.search({ text: "report", limit: 10 }));
		expect(rebuilt.versions(noteRef(lost))).toEqual(bench.catalog.versions(noteRef(lost)));
	});
});
