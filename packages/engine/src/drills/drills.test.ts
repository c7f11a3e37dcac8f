import { AppError, type RunId } from "@skyeworx/core";
import { describe, expect, it } from "vitest";
import { runBackup } from "../backup/run-backup.ts";
import { followVault } from "../catalog-follow/follow-vault.ts";
import { noteRef, notesBench } from "../notes-site.fixture.ts";
import { memoryJournal, type RestoreJournal } from "../restore/journal.ts";
import { planRestore } from "../restore/plan-restore.ts";
import { planDrill, planTrial } from "./plan-drill.ts";
import { readOut } from "./read-out.ts";
import { clearTrial, runTrial } from "./run-trial.ts";
import { restoreTime, scoreDrill } from "./score-drill.ts";

const signal = new AbortController().signal;
const isWanted = async () => false;

async function backedUp(titles: readonly string[]) {
	const bench = await notesBench();
	for (const title of titles) bench.site.write(title, { comments: [`about ${title}`], file: Buffer.from(`file of ${title}`) });
	const { snapshot } = await runBackup(bench, { runId: "run" as RunId, signal });
	await followVault({ ...bench, kinds: bench.connector.kinds, site: { url: "" } });
	const refs = [...bench.site.notes.keys()].map(noteRef);
	return { ...bench, snapshotId: snapshot.id, refs, journal: memoryJournal() };
}

type Setting = Awaited<ReturnType<typeof backedUp>>;

async function trialOf(setting: Setting) {
	const plan = await planTrial(setting, { snapshotId: setting.snapshotId, refs: setting.refs, signal, spaceId: "drill" });
	if (plan === undefined) throw new Error("nothing to copy");
	return plan;
}

describe("a drill", () => {
	it("reads every part, plans, restores copies, reads them back, and leaves the site and the vault as they were", async () => {
		const setting = await backedUp(["a", "b", "c"]);
		const { snapshotId, refs } = setting;
		setting.site.write("b, changed", {}, "2");
		const before = setting.site.state();
		const points = setting.vault.snapshots().length;
		const read = await readOut(setting, { snapshotId, refs, signal, isWanted });
		expect(read).toMatchObject({ parts: 9, damagedParts: 0, faults: [], gaveWay: false });
		expect(read.items).toEqual(refs);
		expect((await planDrill(setting, { snapshotId, refs, signal })).actions).toMatchObject({ leave: 2, change: 1 });
		const plan = await trialOf(setting);
		const result = await runTrial(setting, { restoreId: "d1", plan, signal });
		expect(setting.site.notes.size).toBe(6);
		expect(await clearTrial(setting, { restoreId: "d1", plan, signal })).toEqual({ undone: 3, kept: 0, left: 0 });
		expect(await clearTrial(setting, { restoreId: "d1", plan, signal })).toEqual({ undone: 0, kept: 0, left: 0 });
		expect(setting.site.state()).toBe(before);
		expect(setting.vault.snapshots()).toHaveLength(points);
		expect(scoreDrill(read, [result])).toMatchObject({ score: 1, restored: 3, notRestored: 0, faults: [] });
		expect(result.itemMilliseconds.map(({ ref }) => ref)).toEqual(refs);
	});

	it("leaves nothing behind wherever it was killed, and takes away nothing that it did not make", async () => {
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
		for (let step = 0; step < 60; step += 1) {
			const setting = await backedUp(["a", "b"]);
			const before = setting.site.state();
			const plan = await trialOf(setting);
			const died = await runTrial({ ...setting, journal: crash(setting.journal, step) }, { restoreId: "d1", plan, signal }).then(
				() => false,
				() => true,
			);
			if (died) crashes += 1;
			const cleared = await clearTrial(setting, { restoreId: "d1", plan, signal });
			expect(cleared.left + cleared.kept).toBe(0);
			expect(setting.site.state(), `killed after ${step} records`).toBe(before);
			if (!died) break;
		}
		expect(crashes).toBeGreaterThan(8);
	});

	it("counts files that came back otherwise, fields that differ, items that did not come back, and parts that are damaged", async () => {
		const setting = await backedUp(["a", "b"]);
		const { snapshotId, refs } = setting;
		setting.site.onUpload = (bytes) => bytes.toReversed();
		const plan = await trialOf(setting);
		const result = await runTrial(setting, { restoreId: "d1", plan, signal });
		const read = await readOut(setting, { snapshotId, refs, signal, isWanted });
		const scored = scoreDrill(read, [result]);
		expect(scored.fields).toEqual({ exact: 4, degraded: 0, impossible: 0, failed: 2 });
		expect(scored.score).toBeCloseTo(4 / 6);
		expect(scored.faults).toContainEqual({ ref: refs[0], field: "file/1", what: "field", code: "differs" });
		const loss = { field: "file/1", label: "File", level: "impossible" as const, reason: "The space takes no files" };
		const announced = { ...result, plan: { ...plan, items: plan.items.map((item) => ({ ...item, losses: [loss] })) } };
		expect(scoreDrill(read, [announced])).toMatchObject({ score: 1, fields: { exact: 4, impossible: 2, failed: 0 }, faults: [] });
		const worse = result.receipt.items.map((item) => ({
			...item,
			fields: item.fields.map((field) => (field.result === "failed" ? { ...field, result: "impossible" as const } : field)),
		}));
		const hidden = { ...result, receipt: { ...result.receipt, items: worse } };
		expect(scoreDrill(read, [hidden]).score).toBeCloseTo(4 / 6);
		const less = {
			...hidden,
			plan: { ...plan, items: plan.items.map((item) => ({ ...item, losses: [{ ...loss, level: "degraded" as const }] })) },
		};
		expect(scoreDrill(read, [less]).score).toBeCloseTo(4 / 6);
		expect(scoreDrill({ ...read, damagedParts: 3 }, [result]).score).toBeCloseTo(4 / 9);
		expect(scoreDrill({ ...read, damagedParts: 3 }, []).score).toBeCloseTo(3 / 6);
		const gone = await readOut(setting, { snapshotId, refs: [noteRef("99")], signal, isWanted });
		expect(gone).toMatchObject({ items: [], damagedParts: 1, faults: [{ what: "unreadable", code: "not-found" }] });
	});

	it("refuses a plan that would change something that is there", async () => {
		const setting = await backedUp(["a"]);
		setting.site.write("a, changed", {}, "1");
		const selection = [{ ref: noteRef("1"), snapshotId: setting.snapshotId }];
		const plan = await planRestore(setting, selection, { target: { type: "in-place" }, ifExists: "overwrite" });
		const before = setting.site.state();
		await expect(runTrial(setting, { restoreId: "d1", plan, signal })).rejects.toMatchObject({ code: "bad-input" });
		await expect(clearTrial(setting, { restoreId: "d1", plan, signal })).rejects.toMatchObject({ code: "bad-input" });
		expect(setting.site.state()).toBe(before);
	});

	it("reckons the whole site by what each kind took, or by the plan", () => {
		const ref = (kind: string) => ({ kind, id: "1" });
		const read = { items: [ref("a.x")], parts: 1, bytes: 1, damagedParts: 0, milliseconds: 1000, faults: [], gaveWay: false };
		const trial = {
			plan: {} as never,
			receipt: {} as never,
			milliseconds: 7000,
			itemMilliseconds: [
				{ ref: ref("a.x"), milliseconds: 1000 },
				{ ref: ref("a.y"), milliseconds: 4000 },
			],
		};
		const planned = { requests: 8, items: 2 };
		const held = { "a.x": 10, "a.y": 2, "a.z": 1 };
		expect(restoreTime({ read, trials: [trial], planned, held })).toEqual({
			basis: "measured",
			secondsPerItem: 4.5,
			wholeSiteSeconds: 10 * 2 + 2 * 5 + 3.5 + 13,
		});
		expect(restoreTime({ read, trials: [], planned, held })).toEqual({ basis: "planned", secondsPerItem: 2, wholeSiteSeconds: 26 });
		expect(restoreTime({ read, trials: [], planned: { requests: 0, items: 0 }, held })).toBeUndefined();
	});
});
