import type { PlannedItem, RestorePlan } from "@skyeworx/engine";
import { expect, it } from "vitest";
import { itemOutcomes } from "./restore-outcomes.ts";

const workflow = { kind: "jira.workflow", id: "10000" };
const planned: PlannedItem = {
	ref: workflow,
	liveRef: workflow,
	label: "Review workflow",
	action: "change",
	changes: [],
	losses: [],
	after: [],
	liveDigest: "",
	details: null,
	requests: 2,
	snapshotId: 4,
};
const plan: RestorePlan = {
	createdAt: "2026-11-22T10:00:00.000Z",
	options: { target: { type: "in-place" }, ifExists: "overwrite" },
	items: [planned],
	totals: { create: 0, change: 1, untrash: 0, leave: 0, cannot: 0, requests: 2 },
};

it("an undone restore also shows, one by one, the work items that it had moved and whether they are back", () => {
	const moved = (id: string, outcome: "undone" | "kept", reason: string) => ({
		ref: { kind: "jira.work-item", id },
		label: `CORE-${id}`,
		outcome,
		reason,
		movedBy: workflow,
	});
	const items = [
		{ ref: workflow, label: "Review workflow", outcome: "undone" as const },
		moved("1", "undone", "Back in the status."),
		moved("2", "kept", "Its status was changed again."),
	];
	expect(itemOutcomes(plan, [], { items }).map(({ label, outcome, reason, version }) => [label, outcome, reason, version])).toEqual([
		["Review workflow", "undone", null, 4],
		["CORE-1", "undone", "Back in the status.", 4],
		["CORE-2", "kept", "Its status was changed again.", 4],
	]);
});
