import { randomUUID } from "node:crypto";
import type { RestorePlan } from "@skyeworx/engine";
import { describe, expect, it } from "vitest";
import type { SiteBench } from "../site-bench.ts";
import { named } from "./settings-site.ts";
import { inPlace, siteForEach } from "./site-for-each.ts";
import { issuesIn, newStatus, rewrite, shortWay, withStatus } from "./workflow-deeds.ts";

let bench: SiteBench;
siteForEach(40, (site) => {
	bench = site;
});

const jira = () => bench.simulator.state.jira;
const issue = (id: number) => {
	const found = jira().issues.get(id);
	if (found === undefined) throw new Error(`no work item ${id}`);
	return found;
};
const standings = () => new Map([...jira().issues.values()].map(({ id, statusId, resolutionId }) => [id, [statusId, resolutionId]]));

/** Work items stand in a status that the snapshot's workflow does not have; the plan takes it away from under them. */
async function blockedItems(count: number): Promise<{ readonly plan: RestorePlan; readonly blocked: string; readonly ids: number[] }> {
	const before = await bench.backup();
	const workflow = await named(bench, "jira.workflow", before, "Review workflow");
	const blocked = await newStatus(bench, "Blocked", "IN_PROGRESS");
	await rewrite(bench, "Review workflow", withStatus(blocked));
	const ids = issuesIn(bench, "10010").slice(0, count);
	expect(ids).toHaveLength(count);
	for (const id of ids) await bench.post(`/rest/api/3/issue/${id}/transitions`, { transition: { id: "99" } });
	await bench.backup();
	return { plan: await bench.plan([{ ref: workflow.ref, snapshotId: before }], inPlace), blocked, ids };
}

/** Gives a work item another status, in a person's name. */
function movedByAda(id: number, to: string): void {
	const histories = issue(id).body?.histories ?? [];
	const last = histories.at(-1);
	if (last === undefined) throw new Error("an earlier move is in the history");
	const item = { ...last.items[0], from: issue(id).statusId, to } as (typeof last.items)[number];
	const ada = [...bench.simulator.state.accounts.keys()].at(-1) ?? "";
	histories.push({ ...last, id: last.id + 100_000 + Number(to), author: ada, created: bench.simulator.state.clock.now(), items: [item] });
	issue(id).statusId = to;
}

const undone = async (restoreId: string, plan: RestorePlan) => {
	const { items } = await bench.undo(restoreId, plan);
	return items.map(({ ref, outcome, reason }) => [ref.kind === "jira.work-item" ? Number(ref.id) : ref.kind, outcome, reason ?? ""]);
};
const back = 'Back in the status "Blocked", out of which the change of its workflow had moved it.';

describe("undoing a change of a workflow", () => {
	it("leads the work items that it had moved back to where they stood, and no other", async () => {
		const { plan, ids } = await blockedItems(3);
		const before = standings();
		const restoreId = randomUUID();
		await bench.carryOut(restoreId, plan);
		expect(ids.map((id) => issue(id).statusId)).toEqual(["3", "3", "3"]);
		expect(await undone(restoreId, plan)).toEqual([["jira.workflow", "undone", ""], ...ids.map((id) => [id, "undone", back])]);
		expect(standings()).toEqual(before);
	});

	it("leaves one alone whose status somebody changed since, and says so", async () => {
		const { plan, ids, blocked } = await blockedItems(3);
		const restoreId = randomUUID();
		await bench.carryOut(restoreId, plan);
		const [first = 0, second = 0, third = 0] = ids;
		// To another status, and to another and back.
		movedByAda(first, "10012");
		movedByAda(second, "10010");
		movedByAda(second, "3");
		const kept = "Its status was changed again after the restore, so it was left as it is.";
		expect(await undone(restoreId, plan)).toEqual([
			["jira.workflow", "undone", ""],
			[first, "kept", kept],
			[second, "kept", kept],
			[third, "undone", back],
		]);
		expect(ids.map((id) => issue(id).statusId)).toEqual(["10012", "3", blocked]);
	});

	it("says of each that no transition leads back, where none does", async () => {
		const { plan, ids, blocked } = await blockedItems(2);
		await rewrite(bench, "Review workflow", ({ statuses, transitions }) => ({
			statuses,
			transitions: (transitions as { id: string }[]).map((one) =>
				one.id === "99" ? { ...one, type: "DIRECTED", links: [{ fromStatusReference: blocked }] } : one,
			),
		}));
		const again = await bench.plan(
			plan.items.map(({ ref, snapshotId }) => ({ ref, snapshotId })),
			inPlace,
		);
		const restoreId = randomUUID();
		await bench.carryOut(restoreId, again);
		const stuck = `No transitions that the connection's account may use lead back to the status "Blocked".`;
		expect(await undone(restoreId, again)).toEqual([["jira.workflow", "undone", ""], ...ids.map((id) => [id, "kept", stuck])]);
		expect(ids.map((id) => issue(id).statusId)).toEqual(["3", "3"]);
	});

	it("ends with all of them back, wherever the restore or its undoing is cut off", async () => {
		for (const cut of ["restore", "undo"] as const) {
			for (let after = 0; after < 60; after += cut === "restore" ? 3 : 7) {
				const { plan, ids, blocked } = await blockedItems(2);
				const before = standings();
				const restoreId = randomUUID();
				const breakOff = (): void => bench.simulator.faults.inject({ kind: "unavailable", after, times: 1_000_000 });
				if (cut === "restore") breakOff();
				await bench.carryOut(restoreId, plan).catch(() => undefined);
				if (cut === "undo") breakOff();
				else bench.simulator.faults.clear();
				await bench.undo(restoreId, plan).catch(() => undefined);
				bench.simulator.faults.clear();
				await bench.undo(restoreId, plan).catch(() => undefined);
				expect(standings(), `${cut} cut off after ${after}`).toEqual(before);
				await rewrite(bench, "Review workflow", ({ statuses, transitions }) => ({
					statuses: (statuses as { statusReference: string }[]).filter((one) => one.statusReference !== blocked),
					transitions: (transitions as { id: string }[]).filter(({ id }) => id !== "99"),
					defaultStatusMappings: [{ oldStatusReference: blocked, newStatusReference: "10010" }],
				}));
				await bench.remove(`/rest/api/3/statuses?id=${blocked}`);
				expect(ids).toHaveLength(2);
			}
		}
	});
});

it("undoing a change of a workflow scheme leads work items back into the statuses of the workflow that they went through", async () => {
	const before = await bench.backup();
	const scheme = await named(bench, "jira.workflow-scheme", before, "Review workflow scheme");
	const { open, shut } = await shortWay(bench);
	const live = jira().settings.of.workflowScheme.get(scheme.ref.id);
	if (live === undefined) throw new Error("the scheme is not there");
	Object.assign(live, { defaultWorkflow: "Short way", issueTypeMappings: {}, description: "Spoilt" });
	for (const one of jira().issues.values()) Object.assign(one, { statusId: one.resolved === undefined ? open : shut });
	const stood = standings();
	await bench.wait(86_400_000);
	await bench.backup();
	const plan = await bench.plan([{ ref: scheme.ref, snapshotId: before }], inPlace);
	const restoreId = randomUUID();
	await bench.carryOut(restoreId, plan);
	expect(new Set([...standings().values()].map(([status]) => status))).toEqual(new Set(["10010", "10012"]));
	const [reviewed = 0] = issuesIn(bench, "10012");
	movedByAda(reviewed, "10011");
	const lines = await undone(restoreId, plan);
	const moved = 'It stood in the status "In Review", which went away with the restore; Jira moved it to "Open".';
	expect(lines.filter(([, outcome]) => outcome !== "undone")).toEqual([[reviewed, "kept", moved]]);
	expect(lines).toHaveLength(1 + stood.size);
	const expected = new Map(stood).set(reviewed, [open, stood.get(reviewed)?.[1]]);
	expect(standings()).toEqual(expected);
	expect(live).toMatchObject({ defaultWorkflow: "Short way", issueTypeMappings: {} });
});
