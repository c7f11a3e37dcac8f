import type { JsonObject } from "@skyeworx/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { inPlace } from "../rich-site.ts";
import { type SiteBench, siteBench } from "../site-bench.ts";

let bench: SiteBench;
beforeEach(async () => {
	bench = await siteBench(8, "hasty");
});
afterEach(() => bench.close());

const [toDo, inProgress, inReview, done] = ["10010", "3", "10011", "10012"] as const;

/** Replaces the ways of the site's workflow. */
function workflow(ways: readonly (readonly [from: string, to: string, resolution?: "set" | "clear"])[]): void {
	const [live] = bench.simulator.state.jira.settings.of.workflow.values();
	const initial = { id: "1", type: "INITIAL", name: "Create", toStatusReference: toDo, links: [] };
	const clear = [{ ruleKey: "system:update-field", parameters: { field: "resolution", value: "" } }];
	const transitions = ways.map(([from, to, resolution], index) => ({
		id: String(100 + index),
		type: "DIRECTED",
		name: `Way ${index}`,
		toStatusReference: to,
		links: [{ fromStatusReference: from }],
		actions: resolution === "clear" ? clear : [],
		...(resolution === "set" ? { transitionScreen: { ruleKey: "system:transition-screen", parameters: { screenId: "1" } } } : {}),
	}));
	Object.assign(live ?? {}, { transitions: [initial, ...transitions] });
}

async function makeItem(): Promise<string> {
	const fields = { project: { key: "CORE" }, issuetype: { name: "Task" }, summary: "Goes its way" };
	return String((await bench.post("/rest/api/3/issue", { fields })).id);
}

async function statusOf(id: string): Promise<readonly [unknown, unknown]> {
	const { fields } = (await bench.call("GET", `/rest/api/3/issue/${id}?fields=status,resolution`)) as { fields: JsonObject };
	return [(fields.status as JsonObject).id, (fields.resolution as JsonObject | null)?.name ?? null];
}

/** Puts an item somewhere as a person with other rights would. */
function put(id: string, statusId: string, resolutionId?: string): void {
	const issue = bench.simulator.state.jira.issues.get(Number(id));
	if (issue === undefined) throw new Error("the item is there");
	Object.assign(issue, { statusId, resolutionId, updated: bench.simulator.state.clock.now() });
}

describe("a work item's status", () => {
	it("is reached out of a dead end, and the next item knows the way", async () => {
		// The way by review looks shorter and leads nowhere.
		workflow([
			[done, inReview],
			[inReview, done],
			[done, inProgress],
			[inProgress, toDo],
		]);
		const [one, two] = [await makeItem(), await makeItem()];
		const snapshotId = await bench.backup();
		for (const id of [one, two]) put(id, done);
		const selection = [one, two].map((id) => ({ ref: { kind: "jira.work-item", id }, snapshotId }));
		const receipt = await bench.restore(selection, inPlace);
		expect(receipt.outcome).toBe("restored");
		expect([await statusOf(one), await statusOf(two)]).toEqual([
			[toDo, null],
			[toDo, null],
		]);
		const moves = (id: string) =>
			bench.simulator.state.jira.issues
				.get(Number(id))
				?.body?.histories.flatMap((history) => history.items)
				.filter((item) => item.field === "status").length;
		expect(moves(two)).toBe(2);
	});

	it("keeps its own resolution: an item that stands there with another one goes round once", async () => {
		workflow([
			[toDo, done, "set"],
			[done, inProgress, "clear"],
			[inProgress, done, "set"],
		]);
		const id = await makeItem();
		put(id, done, "10002");
		const snapshotId = await bench.backup();
		const before = await statusOf(id);
		put(id, done, "10000");
		expect(await statusOf(id)).not.toEqual(before);
		const receipt = await bench.restore([{ ref: { kind: "jira.work-item", id }, snapshotId }], inPlace);
		expect(receipt.outcome).toBe("restored");
		expect(await statusOf(id)).toEqual(before);
	});

	it("that no way leads to is said, and the item stays whole", async () => {
		workflow([[done, inReview]]);
		const id = await makeItem();
		const snapshotId = await bench.backup();
		put(id, done);
		const receipt = await bench.restore([{ ref: { kind: "jira.work-item", id }, snapshotId }], inPlace);
		expect(receipt.outcome).toBe("partly");
		expect(receipt.items[0]?.problems).toContainEqual(expect.objectContaining({ field: "fields.status", label: "Status" }));
	});
});
