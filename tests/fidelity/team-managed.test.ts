import type { JsonObject } from "@skyeworx/core";
import type { RestoreSelection } from "@skyeworx/engine";
import { addTeamSpace } from "@skyeworx/simulator";
import { describe, expect, it } from "vitest";
import type { SiteBench } from "../site-bench.ts";
import { failedFields } from "./damage.ts";
import { named } from "./settings-site.ts";
import { inPlace, siteForEach, spaceOfSite } from "./site-for-each.ts";

const kind = "jira.work-item";
let bench: SiteBench;
siteForEach(20, (site) => {
	bench = site;
	addTeamSpace(site.simulator.state, { key: "TEAM", name: "Garden team" });
});

const jira = () => bench.simulator.state.jira;
const team = () => spaceOfSite(bench, "TEAM");
const goalField = () => [...jira().fields.values()].find(({ projectId }) => projectId === team().id)?.id ?? "";
const statusNamed = (name: string) => team().teamManaged?.statusIds.find((id) => jira().statuses.get(id)?.name === name) ?? "";

async function make(type: string, fields: JsonObject = {}): Promise<string> {
	const made = { project: { key: "TEAM" }, issuetype: { name: type }, summary: "Plant the hedge", ...fields };
	return String((await bench.post("/rest/api/3/issue", { fields: made })).id);
}

async function moveTo(id: string, status: string): Promise<void> {
	const { transitions } = await bench.call("GET", `/rest/api/3/issue/${id}/transitions`);
	const way = (transitions as { id: string; name: string }[]).find(({ name }) => name === status);
	await bench.post(`/rest/api/3/issue/${id}/transitions`, { transition: { id: way?.id ?? "" } });
}

const issueNow = (id: string) => jira().issues.get(Number(id));
const chosen = (snapshotId: number, ...ids: readonly string[]): RestoreSelection[] => ids.map((id) => ({ ref: { kind, id }, snapshotId }));

describe("a space that manages itself", () => {
	it("is kept as such, with the work types, statuses and fields of its own, and whose they are", async () => {
		const before = await bench.backup();
		const main = (item: { readonly parts: ReadonlyMap<string, unknown> }) => item.parts.get("") as JsonObject;
		expect(main(await named(bench, "jira.space", before, "TEAM"))).toMatchObject({ simplified: true, style: "next-gen" });
		for (const [of, count] of [
			["jira.issue-type", 3],
			["jira.status", 3],
		] as const) {
			const own = [...(await bench.items(of, before)).values()].map(main).filter((one) => {
				const scope = one.scope as JsonObject | undefined;
				return scope?.type === "PROJECT" && (scope.project as JsonObject).id === team().id;
			});
			expect(own).toHaveLength(count);
		}
		expect((await bench.items("jira.field", before)).has(goalField())).toBe(true);
	});

	it("has its work items put right in place and made again, with its own types, statuses and fields", async () => {
		const [changed, deleted] = [await make("Task", { [goalField()]: "Shade" }), await make("Epic", { [goalField()]: "Green" })];
		for (const id of [changed, deleted]) await moveTo(id, "In Progress");
		const before = await bench.backup();
		await bench.call("PUT", `/rest/api/3/issue/${changed}`, { fields: { summary: "Cut it", [goalField()]: "Light" } });
		await moveTo(changed, "Done");
		await bench.remove(`/rest/api/3/issue/${deleted}`);
		const receipt = await bench.restore(chosen(before, changed, deleted), inPlace);
		expect(failedFields(receipt)).toEqual([]);
		const again = receipt.items.find(({ ref }) => ref.id === deleted)?.now?.ref.id ?? "";
		for (const [id, type, goal] of [
			[changed, "Task", "Shade"],
			[again, "Epic", "Green"],
		] as const) {
			const item = issueNow(id);
			expect([item?.summary, item?.statusId, jira().issueTypes.get(item?.typeId ?? "")?.name]).toEqual([
				"Plant the hedge",
				statusNamed("In Progress"),
				type,
			]);
			expect(item?.body?.custom.get(goalField())).toBe(goal);
		}
	});

	it("that is gone for good comes back as one, under its key, with its work items; its own field is said not to", async () => {
		const task = await make("Task", { [goalField()]: "Shade" });
		const subtask = await make("Subtask", { parent: { id: task } });
		await moveTo(task, "Done");
		const before = await bench.backup();
		const space = await named(bench, "jira.space", before, "TEAM");
		const gone = team().id;
		const field = goalField();
		await bench.remove(`/rest/api/3/project/${gone}?enableUndo=false`);
		await bench.backup();
		const plan = await bench.plan([{ ref: space.ref, snapshotId: before }, ...chosen(before, task, subtask)], inPlace);
		expect(plan.items.map(({ action }) => action)).toEqual(["create", "create", "create"]);
		expect(plan.items[0]?.losses.map(({ reason }) => reason)).toContainEqual(
			expect.stringContaining("work types, statuses and fields of its own are not made again"),
		);
		const receipt = await bench.carryOut("11111111-2222-4333-8444-555555555555", plan);
		expect(team()).toMatchObject({ key: "TEAM", name: "Garden team", teamManaged: expect.anything() });
		expect(team().id).not.toBe(gone);
		const [item, below] = [task, subtask].map((id) => issueNow(receipt.items.find(({ ref }) => ref.id === id)?.now?.ref.id ?? ""));
		expect([item?.projectId, item?.statusId, below?.parentId]).toEqual([team().id, statusNamed("Done"), item?.id]);
		expect(failedFields(receipt).join("\n")).toContain(field);
	});

	it("gives nobody a work type or a status alone: the plan says why", async () => {
		const before = await bench.backup();
		const own = [...(await bench.items("jira.status", before)).values()].find(({ ref }) => ref.id === statusNamed("Done"));
		const type = team().issueTypeIds.at(-1) ?? "";
		jira().statuses.delete(own?.ref.id ?? "");
		jira().issueTypes.delete(type);
		const selection = [
			{ ref: { kind: "jira.status", id: own?.ref.id ?? "" }, snapshotId: before },
			{ ref: { kind: "jira.issue-type", id: type }, snapshotId: before },
		];
		const plan = await bench.plan(selection, inPlace);
		for (const item of plan.items)
			expect(item).toMatchObject({
				action: "cannot",
				reason: expect.stringMatching(/^It belongs to one team-managed space: it is not made again by itself/),
			});
	});

	it("takes no schemes, as Atlassian's documents say", async () => {
		const { id } = team();
		const schemes = spaceOfSite(bench, "CORE").schemes ?? {};
		for (const [path, member, name] of [
			["issuetypescheme", "issueTypeSchemeId", "issueTypeScheme"],
			["issuetypescreenscheme", "issueTypeScreenSchemeId", "issueTypeScreenScheme"],
			["workflowscheme", "workflowSchemeId", "workflowScheme"],
		] as const) {
			const body = { [member]: schemes[name], projectId: id };
			await expect(bench.call("PUT", `/rest/api/3/${path}/project`, body)).rejects.toThrow(/400 .*Only classic projects can have/);
		}
	});
});
