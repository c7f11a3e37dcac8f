import type { JsonObject, JsonValue } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { describe, expect, it } from "vitest";
import { planWorkItems } from "./plan-items.ts";

const nothingSaid: JsonObject = { type: "doc", version: 1, content: [{ type: "paragraph", content: [] }] };
const said: JsonObject = { type: "doc", version: 1, content: [{ type: "paragraph", content: [{ type: "text", text: "Firefox" }] }] };

function workItem(fields: JsonObject = {}, parts: Readonly<Record<string, JsonValue>> = {}): StoredItem {
	const main = {
		id: "10001",
		key: "ACME-1",
		fields: {
			summary: "Login fails",
			project: { id: "10000", key: "ACME", name: "Acme", projectTypeKey: "software" },
			issuetype: { id: "1", name: "Bug" },
			status: { id: "3", name: "In progress" },
			...fields,
		},
	};
	const ref = { kind: "jira.work-item", id: "10001" };
	return { ref, parts: new Map<string, JsonValue>([["", main], ...Object.entries(parts)]), files: [] };
}

/** Names of what is told as lost when the item is created again. */
function losses(item: StoredItem): readonly string[] {
	const [plan] = planWorkItems([item], [{ ref: item.ref, state: "absent" }], { target: { type: "in-place" }, ifExists: "overwrite" });
	return plan?.losses.map((loss) => loss.label) ?? [];
}

describe("what a plan says will not come back", () => {
	it("names nothing that the item does not have", () => {
		const blank = {
			environment: null,
			description: nothingSaid,
			labels: [],
			assignee: null,
			votes: { votes: 0 },
			watches: { watchCount: 0 },
			customfield_10019: "0|i0001:",
			customfield_10020: nothingSaid,
			attachment: [],
			issuelinks: [],
		};
		const told = losses(workItem(blank, { comments: [], worklogs: [], history: [] }));
		for (const label of [
			"Environment",
			"Description",
			"Assignee",
			"Votes",
			"Watchers",
			"Custom fields",
			"Attachments",
			"Files",
			"Comments",
			"Worklogs",
			"Change history",
		])
			expect(told).not.toContain(label);
		expect(told).toContain("Key");
		expect(told).toContain("Status");
	});

	it("says nothing of votes and watchers that were never read", () => {
		expect(losses(workItem())).not.toContain("Votes");
		expect(losses(workItem())).not.toContain("Watchers");
	});

	it("names a thing once", () => {
		const file = { id: "7", filename: "plan.pdf", size: 3, author: { accountId: "a" }, created: "2026-05-03T10:15:30.000+0000" };
		const told = losses(workItem({ attachment: [file] }));
		expect(told.filter((label) => label === "Attachments")).toHaveLength(1);
		expect(told).toHaveLength(new Set(told).size);
	});

	it("names what the item has", () => {
		const told = losses(
			workItem(
				{ environment: said, votes: { votes: 2 }, customfield_10020: said, assignee: { accountId: "a", displayName: "Ada" } },
				{ comments: [{ id: "1" }], history: [{ id: "7" }], votes: [{ accountId: "a", displayName: "Ada" }] },
			),
		);
		for (const label of ["Environment", "Votes", "Custom fields", "Assignee", "Comments", "Change history"]) expect(told).toContain(label);
	});
});
