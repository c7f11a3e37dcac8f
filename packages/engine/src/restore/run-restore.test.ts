import { AppError, type RunId } from "@skyeworx/core";
import { describe, expect, it } from "vitest";
import { runBackup } from "../backup/run-backup.ts";
import { followVault } from "../catalog-follow/follow-vault.ts";
import type { RestoreOptions } from "../connector/kind-restore.ts";
import { readStoredItem } from "../items/read-stored-item.ts";
import { noteRef, notesBench } from "../notes-site.fixture.ts";
import { memoryJournal, type RestoreJournal } from "./journal.ts";
import { planRestore } from "./plan-restore.ts";
import { runRestore } from "./run-restore.ts";
import { undoRestore } from "./undo-restore.ts";

const inPlace: RestoreOptions = { target: { type: "in-place" }, ifExists: "overwrite" };
const signal = new AbortController().signal;

async function backedUp(titles: readonly string[]) {
	const bench = await notesBench();
	for (const title of titles) bench.site.write(title, { comments: [`about ${title}`] });
	const backup = async () => {
		const { snapshot } = await runBackup(bench, { runId: "run" as RunId, signal });
		await followVault({ ...bench, kinds: bench.connector.kinds, site: { url: "" } });
		return snapshot.id;
	};
	return { ...bench, backup, snapshotId: await backup(), journal: memoryJournal() };
}

type Setting = Awaited<ReturnType<typeof backedUp>>;

async function planOf(setting: Setting, ids: readonly string[], options = inPlace) {
	return await planRestore(
		setting,
		ids.map((id) => ({ ref: noteRef(id), snapshotId: setting.snapshotId })),
		options,
	);
}

describe("runRestore", () => {
	it("brings a deleted item back, reads every field, and keeps its history one", async () => {
		const setting = await backedUp(["a", "b", "c"]);
		setting.site.notes.delete("2");
		await setting.backup();
		const before = setting.site.state();
		const plan = await planOf(setting, ["2"]);
		expect(plan.totals).toMatchObject({ create: 1, change: 0, leave: 0, cannot: 0 });
		expect(setting.site.state()).toBe(before);

		const receipt = await runRestore(setting, { restoreId: "r1", plan, signal });
		expect(receipt).toMatchObject({ outcome: "restored", totals: { created: 1, exact: 2, failedFields: 0 } });
		const [item] = receipt.items;
		expect(item?.now?.ref.id).not.toBe("2");
		expect(setting.site.notes.get(item?.now?.ref.id ?? "")).toMatchObject({ title: "b", comments: ["about b"] });
		expect([...setting.site.notes.keys()]).toEqual(["1", "3", item?.now?.ref.id]);

		await followVault({ ...setting, kinds: setting.connector.kinds, site: { url: "" } });
		expect(setting.catalog.lineage(noteRef("2")).map((ref) => ref.id)).toEqual(["2", item?.now?.ref.id]);
		const again = await planOf(setting, ["2"]);
		expect(again.items[0]).toMatchObject({ action: "leave", liveRef: item?.now?.ref });
	});

	it("overwrites in place after a safety snapshot, and undo puts back what was there", async () => {
		const setting = await backedUp(["a", "b"]);
		setting.site.write("a, vandalized", { comments: ["graffiti"] }, "1");
		const vandalized = setting.site.state();
		const plan = await planOf(setting, ["1"]);
		expect(plan.items[0]?.changes.map((change) => change.field)).toEqual(["title", "comments"]);
		const receipt = await runRestore(setting, { restoreId: "r1", plan, signal });
		expect(setting.site.notes.get("1")).toMatchObject({ title: "a", comments: ["about a"] });
		const safety = await setting.vault.snapshot(receipt.safetySnapshotId ?? -1);
		expect((await readStoredItem(safety, noteRef("1")))?.parts.get("comments")).toEqual(["graffiti"]);

		const report = await undoRestore(setting, { restoreId: "r1", plan, signal });
		expect(report.items.map((item) => item.outcome)).toEqual(["undone"]);
		expect(setting.site.state()).toBe(vandalized);
		await expect(undoRestore(setting, { restoreId: "r1", plan, signal })).rejects.toMatchObject({ code: "conflict" });
	});

	it("creates an item once though the answer to the create was lost", async () => {
		const setting = await backedUp(["a"]);
		setting.site.notes.delete("1");
		let lost = 0;
		setting.site.afterWrite = () => {
			lost += 1;
			throw new AppError("answer-lost", "the connection broke after the request was sent");
		};
		const receipt = await runRestore(setting, { restoreId: "r1", plan: await planOf(setting, ["1"]), signal });
		expect(lost).toBe(1);
		expect(receipt.outcome).toBe("restored");
		expect(setting.site.notes.size).toBe(1);
	});

	it("ends the same, with nothing twice, wherever it was killed", async () => {
		const crash = (journal: RestoreJournal, after: number): RestoreJournal => {
			let left = after;
			return {
				...journal,
				append: async (id, record) => {
					left -= 1;
					if (left < 0) throw new AppError("cancelled", "killed");
					await journal.append(id, record);
				},
			};
		};
		let crashes = 0;
		for (let step = 0; step < 40; step += 1) {
			const setting = await backedUp(["a", "b", "c"]);
			setting.site.notes.delete("2");
			setting.site.write("c, vandalized", {}, "3");
			const plan = await planOf(setting, ["2", "3"]);
			const died = await runRestore({ ...setting, journal: crash(setting.journal, step) }, { restoreId: "r1", plan, signal }).then(
				() => false,
				() => true,
			);
			if (died) crashes += 1;
			const receipt = await runRestore(setting, { restoreId: "r1", plan, signal });
			expect(receipt.outcome).toBe("restored");
			expect([...setting.site.notes.values()].map((note) => note.title).sort()).toEqual(["a", "b", "c"]);
			if (!died) break;
		}
		expect(crashes).toBeGreaterThan(8);
	});

	it("refuses before it writes when the site moved since the review", async () => {
		const setting = await backedUp(["a"]);
		setting.site.write("a, vandalized", {}, "1");
		const plan = await planOf(setting, ["1"]);
		setting.site.write("a, repaired by hand", {}, "1");
		const before = setting.site.state();
		await expect(runRestore(setting, { restoreId: "r1", plan, signal })).rejects.toMatchObject({ code: "plan-outdated" });
		expect(setting.site.state()).toBe(before);
	});

	it("undoes an item that fails half-way, restores the others, and says so", async () => {
		const setting = await backedUp(["a", "b"]);
		setting.site.notes.clear();
		const plan = await planOf(setting, ["1", "2"]);
		let comments = 0;
		setting.site.onRequest = (what) => {
			if (what === "comments") comments += 1;
			if (what === "comments" && comments === 1) throw new AppError("site-refused", "comments are closed");
		};
		const receipt = await runRestore(setting, { restoreId: "r1", plan, signal });
		expect(receipt.outcome).toBe("partly");
		expect(receipt.items.map(({ outcome, reason }) => [outcome, reason])).toEqual([
			["failed", "comments are closed"],
			["restored", undefined],
		]);
		expect([...setting.site.notes.values()].map((note) => note.title)).toEqual(["b"]);
	});

	it("stops when the site vanishes, and goes on when it is run again", async () => {
		const setting = await backedUp(["a", "b"]);
		setting.site.notes.clear();
		const plan = await planOf(setting, ["1", "2"]);
		let created = 0;
		setting.site.onRequest = (what) => {
			if (what === "create") created += 1;
			if (created === 2) throw new AppError("credential-revoked", "the grant was revoked");
		};
		await expect(runRestore(setting, { restoreId: "r1", plan, signal })).rejects.toMatchObject({ code: "credential-revoked" });
		setting.site.onRequest = () => {};
		expect((await runRestore(setting, { restoreId: "r1", plan, signal })).outcome).toBe("restored");
		expect([...setting.site.notes.values()].map((note) => note.title)).toEqual(["a", "b"]);
	});

	it("compares the bytes of restored files, not their names", async () => {
		const setting = await backedUp(["a"]);
		const bytes = (fill: number) => new Uint8Array(5000).fill(fill);
		for (const [id, title] of [["1", "a"]] as const) setting.site.write(title, { file: bytes(1) }, id);
		const snapshotId = await setting.backup();
		setting.site.notes.clear();
		const plan = await planOf({ ...setting, snapshotId }, ["1"]);
		setting.site.onUpload = () => bytes(2);
		const bad = await runRestore(setting, { restoreId: "r1", plan, signal });
		expect(bad.items[0]?.fields.at(-1)).toMatchObject({ field: "file/1", result: "failed" });
		expect(bad).toMatchObject({ outcome: "partly", totals: { failedFields: 1 } });
		setting.site.onUpload = (same) => same;
		setting.site.notes.clear();
		const again = await planOf({ ...setting, snapshotId }, ["1"]);
		const good = await runRestore(setting, { restoreId: "r2", plan: again, signal });
		expect(good.items[0]?.fields.at(-1)).toMatchObject({ field: "file/1", result: "exact" });
	});

	it("makes copies beside the originals and leaves those alone", async () => {
		const setting = await backedUp(["a"]);
		const plan = await planOf(setting, ["1"], { target: { type: "copy" }, ifExists: "overwrite" });
		const receipt = await runRestore(setting, { restoreId: "r1", plan, signal });
		expect(receipt.outcome).toBe("restored");
		expect([...setting.site.notes.values()].map((note) => note.title)).toEqual(["a", "a"]);
		await followVault({ ...setting, kinds: setting.connector.kinds, site: { url: "" } });
		expect(setting.catalog.lineage(noteRef("1"))).toEqual([noteRef("1")]);
	});

	it("refuses a version that does not hold the item", async () => {
		const setting = await backedUp(["a"]);
		await expect(planOf(setting, ["99"])).rejects.toMatchObject({ code: "not-found" });
		await expect(planOf(setting, [])).rejects.toMatchObject({ code: "bad-input" });
	});
});
