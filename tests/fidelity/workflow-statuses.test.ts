import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { SiteBench } from "../site-bench.ts";
import { lessThanExact, named, restored, treeOf } from "./settings-site.ts";
import { inPlace, siteForEach } from "./site-for-each.ts";
import { foreseen, issuesIn, list, newStatus, rewrite, shortWay, withStatus } from "./workflow-deeds.ts";

const api = "/rest/api/3";
let bench: SiteBench;
siteForEach(40, (site) => {
	bench = site;
});

const jira = () => bench.simulator.state.jira;
const statusNamed = (name: string) => [...jira().statuses.values()].find((status) => status.name === name)?.id ?? "";

describe("a workflow in use", () => {
	it("comes back without a status that came later: its work items are moved to one of the same category, which the plan and the receipt say", async () => {
		const before = await bench.backup();
		const workflow = await named(bench, "jira.workflow", before, "Review workflow");
		const blocked = await newStatus(bench, "Blocked", "IN_PROGRESS");
		await rewrite(bench, "Review workflow", withStatus(blocked));
		const moved = issuesIn(bench, "10010").slice(0, 3);
		expect(moved).toHaveLength(3);
		for (const id of moved) Object.assign(jira().issues.get(id) ?? {}, { statusId: blocked });
		const others = [...jira().issues.values()].filter(({ id }) => !moved.includes(id)).map(({ id, statusId }) => [id, statusId]);
		await bench.backup();
		const plan = await bench.plan([{ ref: workflow.ref, snapshotId: before }], inPlace);
		expect(foreseen(plan).map(({ reason }) => reason)).toEqual([
			expect.stringContaining('"Blocked", which the snapshot does not have there, are moved to "In Progress"'),
		]);
		const receipt = await bench.carryOut(randomUUID(), plan);
		expect(receipt.items.map(({ outcome }) => outcome)).toEqual(["restored"]);
		expect(receipt.items[0]?.problems.map(({ reason }) => reason)).toEqual([expect.stringContaining('moved to "In Progress"')]);
		expect(moved.map((id) => jira().issues.get(id)?.statusId)).toEqual(["3", "3", "3"]);
		expect(
			jira()
				.issues.get(moved[0] ?? 0)
				?.body?.histories.at(-1)?.items,
		).toMatchObject([{ field: "status", fromString: "Blocked", toString: "In Progress" }]);
		expect([...jira().issues.values()].filter(({ id }) => !moved.includes(id)).map(({ id, statusId }) => [id, statusId])).toEqual(others);
		const now = treeOf(await named(bench, "jira.workflow", await bench.backup(), "Review workflow"));
		expect(list(now.mappings).map(({ name }) => name)).toEqual(list(treeOf(workflow).mappings).map(({ name }) => name));
	});

	it("gets back a status that was deleted since, also where nobody selected the status, and nothing is moved", async () => {
		const waiting = await newStatus(bench, "Waiting", "TODO");
		await rewrite(bench, "Review workflow", withStatus(waiting));
		const before = await bench.backup();
		const workflow = await named(bench, "jira.workflow", before, "Review workflow");
		await rewrite(bench, "Review workflow", (live) => ({
			statuses: list(live.statuses).filter((one) => one.statusReference !== waiting),
			transitions: list(live.transitions).filter((one) => one.toStatusReference !== waiting),
		}));
		await bench.remove(`${api}/statuses?id=${waiting}`);
		const statuses = [...jira().issues.values()].map(({ id, statusId }) => [id, statusId]);
		await bench.backup();
		const plan = await bench.plan([{ ref: workflow.ref, snapshotId: before }], inPlace);
		expect(foreseen(plan)).toEqual([]);
		const receipt = await bench.carryOut(randomUUID(), plan);
		expect(lessThanExact(receipt)).toEqual([]);
		expect(statusNamed("Waiting")).not.toBe("");
		expect(statusNamed("Waiting")).not.toBe(waiting);
		expect([...jira().issues.values()].map(({ id, statusId }) => [id, statusId])).toEqual(statuses);
	});

	it.each(["lost-answer", "unavailable", "rate-limited"] as const)(
		"ends changed or as it was, with no work item without a status: %s",
		async (fault) => {
			const before = await bench.backup();
			const workflow = await named(bench, "jira.workflow", before, "Review workflow");
			const blocked = await newStatus(bench, "Blocked", "IN_PROGRESS");
			for (let after = 0; after < 8; after += 1) {
				await rewrite(bench, "Review workflow", withStatus(blocked));
				const [moved = 0] = issuesIn(bench, "10010");
				Object.assign(jira().issues.get(moved) ?? {}, { statusId: blocked });
				const [plan, restoreId] = [await bench.plan([{ ref: workflow.ref, snapshotId: before }], inPlace), randomUUID()];
				bench.simulator.faults.inject({ kind: fault, after, times: fault === "lost-answer" ? 1 : 1_000_000 });
				await bench.carryOut(restoreId, plan).catch(() => undefined);
				bench.simulator.faults.clear();
				const receipt = await bench.carryOut(restoreId, plan);
				const inside = new Set(list(treeOf(workflow).statuses).map(({ statusReference }) => statusReference));
				expect(
					receipt.items.map(({ outcome }) => outcome),
					`after ${after}`,
				).toEqual(["restored"]);
				expect(
					[...jira().issues.values()].filter(({ statusId }) => !inside.has(statusId)),
					`after ${after}`,
				).toEqual([]);
			}
		},
	);
});

describe("a workflow scheme in use", () => {
	it("goes back to its former workflows; work items are given statuses that these have, and the restore waits until they are", async () => {
		const before = await bench.backup();
		const scheme = await named(bench, "jira.workflow-scheme", before, "Review workflow scheme");
		const { open, shut } = await shortWay(bench);
		const live = jira().settings.of.workflowScheme.get(scheme.ref.id);
		if (live === undefined) throw new Error("the scheme is not there");
		Object.assign(live, { defaultWorkflow: "Short way", issueTypeMappings: {}, description: "Spoilt" });
		const was = new Map<number, string>();
		for (const issue of jira().issues.values()) {
			issue.statusId = issue.resolved === undefined ? open : shut;
			was.set(issue.id, issue.statusId);
		}
		bench.simulator.state.jira.settings.audit.push({
			id: bench.simulator.state.ids.take("audit", 1),
			at: bench.simulator.state.clock.now(),
			author: "",
			summary: "",
			category: "",
			object: { id: "1", name: "", typeName: "" },
		});
		await bench.backup();
		const plan = await bench.plan([{ ref: scheme.ref, snapshotId: before }], inPlace);
		expect(
			foreseen(plan)
				.map(({ reason }) => /"(.*?)".*"(.*?)"/.exec(reason)?.slice(1))
				.toSorted(),
		).toEqual([
			["Open", "To Do"],
			["Shut", "Done"],
		]);
		const restoreId = randomUUID();
		const receipt = await bench.carryOut(restoreId, plan);
		expect(receipt.items.map(({ outcome }) => outcome)).toEqual(["restored"]);
		expect(receipt.items[0]?.fields.filter(({ result }) => result !== "exact")).toEqual([]);
		expect(live).toMatchObject({ defaultWorkflow: "Review workflow", issueTypeMappings: { "10004": "Review workflow" } });
		for (const issue of jira().issues.values()) expect(issue.statusId).toBe(was.get(issue.id) === open ? "10010" : "10012");
		expect(Number(live.busyUntil)).toBeLessThanOrEqual(bench.simulator.state.clock.now());
	});

	it("is left as it is where the workflow that it named is gone, and says so", async () => {
		const before = await bench.backup();
		const scheme = await named(bench, "jira.workflow-scheme", before, "Review workflow scheme");
		await shortWay(bench);
		const live = jira().settings.of.workflowScheme.get(scheme.ref.id);
		Object.assign(live ?? {}, { defaultWorkflow: "Short way", issueTypeMappings: {} });
		for (const [id, workflow] of jira().settings.of.workflow)
			if (workflow.name === "Review workflow") jira().settings.of.workflow.delete(id);
		const receipt = await restored(bench, before, scheme);
		expect(lessThanExact(receipt)).toContain(
			"jira.workflow-scheme defaultWorkflow: A workflow that it names is not there: restore that with it.",
		);
		expect(live?.defaultWorkflow).toBe("Short way");
	});
});
