import { randomUUID } from "node:crypto";
import type { JsonObject } from "@skyeworx/core";
import type { RestoreSelection } from "@skyeworx/engine";
import { describe, expect, it } from "vitest";
import type { SiteBench } from "../site-bench.ts";
import { failedFields } from "./damage.ts";
import { inPlace, siteForEach, spaceOfSite } from "./site-for-each.ts";

const kind = "jira.work-item";
let bench: SiteBench;
siteForEach(40, (site) => {
	bench = site;
});

const jira = () => bench.simulator.state.jira;
const issue = (id: string) => {
	const found = jira().issues.get(Number(id));
	if (found === undefined) throw new Error(`no work item ${id}`);
	return found;
};
const spaceOf = (id: string): string => jira().projects.get(issue(id).projectId)?.key ?? "";
const other = (): string => {
	const found = [...jira().projects.values()].find(({ key, typeKey }) => key !== "CORE" && typeKey === "software")?.key;
	if (found === undefined) throw new Error("the site has one software space only");
	return found;
};

async function make(type: string, fields: JsonObject = {}): Promise<string> {
	const made = { project: { key: "CORE" }, issuetype: { name: type }, summary: "Replace the pump", ...fields };
	return String((await bench.post("/rest/api/3/issue", { fields: made })).id);
}

/** Moves a work item as a person would: in the browser, in a person's name. */
const move = async (id: string, space: string) => await bench.post(`/_simulator/jira/move?issue=${id}&project=${space}`, {});
const chosen = (snapshotId: number, ...ids: readonly string[]): RestoreSelection[] => ids.map((id) => ({ ref: { kind, id }, snapshotId }));
const outcomes = (receipt: Awaited<ReturnType<SiteBench["restore"]>>) => receipt.items.map(({ outcome }) => outcome);
const everythingElse = (...ids: readonly string[]) =>
	JSON.stringify(
		[...jira().issues.values()]
			.filter(({ id }) => !ids.includes(String(id)))
			.map(({ id, key, projectId, updated }) => [id, key, projectId, updated]),
	);

describe("a work item that was moved to another space", () => {
	it("moves back with its key, its id, its history and what the other space took from it, and nothing else moves", async () => {
		const { id: component } = await bench.post("/rest/api/3/component", { project: "CORE", name: "Pumps" });
		const id = await make("Task", { components: [{ id: String(component) }] });
		const { key } = issue(id);
		const before = await bench.backup();
		await move(id, other());
		await bench.backup();
		const calm = everythingElse(id);
		const plan = await bench.plan(chosen(before, id), inPlace);
		expect(plan.items[0]).toMatchObject({ action: "change", reason: expect.stringMatching(/^Moves back from the space /) });
		expect(plan.items[0]?.changes.map(({ field }) => field)).toEqual(expect.arrayContaining(["fields.project", "fields.components"]));
		expect(spaceOf(id)).not.toBe("CORE");
		const receipt = await bench.carryOut(randomUUID(), plan);
		expect(failedFields(receipt)).toEqual([]);
		expect(
			receipt.items[0]?.fields?.filter(({ field }) => field === "fields.project" || field === "key").map(({ result }) => result),
		).toEqual(["exact", "exact"]);
		expect([spaceOf(id), issue(id).key, issue(id).componentIds]).toEqual(["CORE", key, [String(component)]]);
		expect(everythingElse(id)).toBe(calm);
	});

	it("is told its new key where Jira numbers it anew, and old keys lead to it", async () => {
		bench.simulator.state.switches.movedBackGetsOldKey = false;
		const id = await make("Task");
		const { key } = issue(id);
		const before = await bench.backup();
		const moved = await move(id, other());
		const receipt = await bench.restore(chosen(before, id), inPlace);
		expect(failedFields(receipt)).toEqual([]);
		expect(receipt.items[0]?.fields?.find(({ field }) => field === "key")).toMatchObject({
			result: "degraded",
			reason: expect.stringContaining(issue(id).key),
		});
		for (const old of [key, String(moved.key)]) expect((await bench.call("GET", `/rest/api/3/issue/${old}`)).id).toBe(id);
	});

	it("stays where only other fields were chosen, and where the whole plan leaves existing items alone", async () => {
		const id = await make("Task");
		const before = await bench.backup();
		await move(id, other());
		await bench.call("PUT", `/rest/api/3/issue/${id}`, { fields: { summary: "Replace it" } });
		await bench.restore([{ ref: { kind, id }, snapshotId: before, fields: ["fields.summary"] }], inPlace);
		expect([spaceOf(id), issue(id).summary]).toEqual([other(), "Replace the pump"]);
		await bench.restore(chosen(before, id), { ...inPlace, ifExists: "skip" });
		expect(spaceOf(id)).toBe(other());
	});

	it("takes its sub-tasks along when they are selected, and stays when one is not", async () => {
		const id = await make("Task");
		const [first, second] = [await make("Sub-task", { parent: { id } }), await make("Sub-task", { parent: { id } })];
		const before = await bench.backup();
		for (const one of [id, first, second]) await move(one, other());
		const alone = await bench.plan(chosen(before, id, first), inPlace);
		expect(alone.items.map(({ action, reason }) => [action, reason])).toEqual([
			["cannot", `Its sub-tasks ${issue(second).key} would move with it: select them as well, as they were then.`],
			["cannot", "A sub-task stands where its parent does, and that one does not move back."],
		]);
		const child = await bench.plan(chosen(before, first), inPlace);
		expect(child.items[0]).toMatchObject({ action: "cannot", reason: "A sub-task stands where its parent does: select that as well." });
		const receipt = await bench.restore(chosen(before, first, id, second), inPlace);
		expect(failedFields(receipt)).toEqual([]);
		expect([id, first, second].map(spaceOf)).toEqual(["CORE", "CORE", "CORE"]);
		expect([first, second].map((one) => issue(one).parentId)).toEqual([Number(id), Number(id)]);
	});

	it("is not said to be restored when Jira refuses the move, and nothing of it is written then", async () => {
		const id = await make("Task");
		const before = await bench.backup();
		await move(id, other());
		await bench.call("PUT", `/rest/api/3/issue/${id}`, { fields: { summary: "Replace it" } });
		const plan = await bench.plan(chosen(before, id), inPlace);
		spaceOfSite(bench, "CORE").archived = true;
		const receipt = await bench.carryOut(randomUUID(), plan);
		expect(outcomes(receipt)).toEqual(["failed"]);
		expect([spaceOf(id), issue(id).summary]).toEqual([other(), "Replace it"]);
	});

	it("stays, as the plan says, when its space has no such work type any more", async () => {
		const id = await make("Task");
		const before = await bench.backup();
		await move(id, other());
		const core = spaceOfSite(bench, "CORE");
		core.issueTypeIds = core.issueTypeIds.filter((type) => jira().issueTypes.get(type)?.name !== "Task");
		const plan = await bench.plan(chosen(before, id), inPlace);
		expect(plan.items[0]).toMatchObject({ action: "cannot", reason: `The space that it was in has no work type "Task" any more.` });
	});
});

describe("undoing a restore", () => {
	it("leads work items back to the space out of which it had moved them, sub-tasks with their parent", async () => {
		const id = await make("Task");
		const child = await make("Sub-task", { parent: { id } });
		const before = await bench.backup();
		for (const one of [id, child]) await move(one, other());
		const [key, childKey] = [issue(id).key, issue(child).key];
		const plan = await bench.plan(chosen(before, id, child), inPlace);
		const restoreId = randomUUID();
		await bench.carryOut(restoreId, plan);
		expect([id, child].map(spaceOf)).toEqual(["CORE", "CORE"]);
		const { items } = await bench.undo(restoreId, plan);
		expect(items.map(({ outcome }) => outcome)).toEqual(["undone", "undone"]);
		expect([id, child].map(spaceOf)).toEqual([other(), other()]);
		expect([issue(id).key, issue(child).key, issue(child).parentId]).toEqual([key, childKey, Number(id)]);
	});

	it("leaves a work item in the space that a person moved it to meanwhile, and puts its fields back there", async () => {
		const [id, moved] = [await make("Task"), await make("Task")];
		const before = await bench.backup();
		await bench.call("PUT", `/rest/api/3/issue/${id}`, { fields: { summary: "Replace it" } });
		await move(moved, other());
		const plan = await bench.plan(chosen(before, id, moved), inPlace);
		const restoreId = randomUUID();
		await bench.carryOut(restoreId, plan);
		expect([issue(id).summary, spaceOf(moved)]).toEqual(["Replace the pump", "CORE"]);
		const third =
			[...jira().projects.values()].find(({ key, typeKey }) => !["CORE", other()].includes(key) && typeKey !== "service_desk")?.key ?? "";
		await move(id, other());
		await move(moved, third);
		const { items } = await bench.undo(restoreId, plan);
		expect(items.map(({ ref, outcome, reason }) => [ref.id, outcome, reason ?? ""])).toEqual([
			[moved, "kept", expect.stringContaining("It was moved to another space after the restore, so it stays there.")],
			[id, "undone", ""],
		]);
		expect([issue(id).summary, spaceOf(id), spaceOf(moved)]).toEqual(["Replace it", other(), third]);
	});

	it("ends with everything where it stood, wherever the restore or its undoing is cut off", async () => {
		for (const cut of ["restore", "undo"] as const) {
			for (let after = 0; after < 24; after += 3) {
				const id = await make("Task");
				const before = await bench.backup();
				await move(id, other());
				const { key } = issue(id);
				const plan = await bench.plan(chosen(before, id), inPlace);
				const restoreId = randomUUID();
				if (cut === "restore") bench.cutAfter(after);
				await bench.carryOut(restoreId, plan).catch(() => undefined);
				bench.cutAfter(cut === "undo" ? after : undefined);
				await bench.undo(restoreId, plan).catch(() => undefined);
				bench.cutAfter(undefined);
				await bench.undo(restoreId, plan).catch(() => undefined);
				expect([spaceOf(id), issue(id).key], `${cut} cut off after ${after}`).toEqual([other(), key]);
			}
		}
	});
});
