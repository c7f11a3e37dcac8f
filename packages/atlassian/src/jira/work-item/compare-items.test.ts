import { type JsonObject, type JsonValue, parseJson } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { describe, expect, it } from "vitest";
import { compareWorkItems } from "./compare-items.ts";
import { describeWorkItem } from "./describe-item.ts";
import { digestOf } from "./restore/plan-items.ts";

const person = (name: string): JsonObject => ({ accountId: `id-${name}`, displayName: name, active: true });
const document = (words: string): JsonObject => ({
	type: "doc",
	version: 1,
	content: [{ type: "paragraph", content: [{ type: "text", text: words }] }],
});

function workItem(fields: JsonObject = {}, parts: Readonly<Record<string, JsonValue>> = {}): StoredItem {
	const main = {
		id: "10001",
		key: "ACME-1",
		self: "https://acme.example.com/rest/api/3/issue/10001",
		names: { customfield_10016: "Story points" },
		fields: {
			summary: "Login fails",
			project: { id: "10000", key: "ACME", name: "Acme", projectTypeKey: "software" },
			issuetype: { id: "1", name: "Bug" },
			status: { id: "3", name: "In progress" },
			...fields,
		},
	};
	return {
		ref: { kind: "jira.work-item", id: "10001" },
		parts: new Map<string, JsonValue>([["", main], ...Object.entries(parts)]),
		files: [],
	};
}

const fields = (before: StoredItem, after: StoredItem): readonly string[] =>
	compareWorkItems(before, after).map((difference) => difference.field);

describe("comparing", () => {
	it("finds nothing between equal items, and nothing in what Jira computes", () => {
		const before = workItem({
			updated: "a",
			votes: { votes: 1 },
			aggregatetimespent: 1,
			customfield_10019: "0|i0001:",
			subtasks: [{ id: "1" }],
		});
		const after = workItem({ updated: "b", votes: { votes: 2 }, aggregatetimespent: 2, customfield_10019: "1|i0009:", subtasks: [] });
		expect(fields(before, after)).toEqual([]);
	});

	it("finds a move in the backlog, but no renumbering of all ranks", () => {
		const ranked = (rank: string) => workItem({ customfield_10019: rank });
		expect(fields(ranked("0|i0001:"), ranked("0|i0002:"))).toEqual(["rank"]);
		expect(fields(ranked("0|i0001:"), ranked("2|i0002:"))).toEqual([]);
	});

	it("takes absent, null, empty lists and empty texts for the same", () => {
		expect(fields(workItem({ labels: [], environment: null, duedate: "" }), workItem())).toEqual([]);
	});

	it("goes by account, not by a person's name, and by amount, not by how a number is written", () => {
		const before = workItem({ assignee: person("Ada"), customfield_10016: 5 });
		const after = workItem({
			assignee: { ...person("Ada"), displayName: "Ada Lane" },
			customfield_10016: parseJson("5.0"),
		});
		expect(fields(before, after)).toEqual([]);
	});

	it("names custom fields as people know them and shows values as words", () => {
		const [difference] = compareWorkItems(workItem({ customfield_10016: 3 }), workItem({ customfield_10016: 5 }));
		expect(difference).toEqual({
			field: "fields.customfield_10016",
			label: "Story points",
			before: { type: "text", text: "3" },
			after: { type: "text", text: "5" },
		});
	});

	it("shows rich texts as documents and lists as lists", () => {
		const changes = compareWorkItems(
			workItem({ description: document("a"), labels: ["x"] }),
			workItem({ description: document("b"), labels: ["x", "y"] }),
		);
		expect(changes.map((change) => change.after)).toEqual([
			{ type: "adf", document: document("b") },
			{ type: "list", items: ["x", "y"] },
		]);
	});

	it("tells added, changed and removed comments apart", () => {
		const comment = (id: string, words: string): JsonObject => ({
			id,
			author: person("Ada"),
			created: "2026-05-03T10:00:00.000+0000",
			body: document(words),
		});
		const before = workItem({}, { comments: [comment("1", "one"), comment("2", "two")] });
		const after = workItem({}, { comments: [comment("2", "two!"), comment("3", "three")] });
		const changes = compareWorkItems(before, after);
		expect(changes.map((change) => [change.field, change.before !== undefined, change.after !== undefined])).toEqual([
			["comments/1", true, false],
			["comments/2", true, true],
			["comments/3", false, true],
		]);
		expect(changes[0]?.label).toBe("Comment by Ada, 3 May 2026");
	});

	it("lists attachments, worklogs and links", () => {
		const after = workItem(
			{
				attachment: [{ id: "7", filename: "log.txt", size: 12, mimeType: "text/plain" }],
				issuelinks: [
					{
						id: "9",
						type: { id: "10000", name: "Blocks", inward: "is blocked by", outward: "blocks" },
						outwardIssue: { id: "10002", key: "ACME-2" },
					},
				],
			},
			{ worklogs: [{ id: "5", author: person("Ada"), started: "2026-05-03T10:00:00.000+0000", timeSpent: "1h", timeSpentSeconds: 3600 }] },
		);
		expect(compareWorkItems(workItem(), after).map((change) => [change.field, change.after])).toEqual([
			["worklogs/5", { type: "text", text: "1h" }],
			["file/7", { type: "text", text: "log.txt (12 bytes)" }],
			["links/10000/outward/10002", { type: "text", text: "blocks ACME-2" }],
		]);
	});
});

describe("the digest of a live item", () => {
	it("moves with what a person changes and stays with what Jira computes", () => {
		const digest = digestOf(workItem());
		expect(digestOf(workItem({ updated: "later", votes: { votes: 9 } }))).toBe(digest);
		expect(digestOf(workItem({ summary: "Other" }))).not.toBe(digest);
		expect(digestOf(workItem({}, { comments: [{ id: "1" }] }))).not.toBe(digest);
	});
});

describe("describing", () => {
	it("gathers words, people and references for search", () => {
		const item = workItem(
			{
				description: document("The badge reader rejects ACME-7"),
				assignee: person("Ada Lane"),
				parent: { id: "10005", key: "ACME-5" },
				customfield_10033: [{ id: "1", value: "Windows" }],
				customfield_10019: "0|i0001:",
				duedate: "2026-05-03",
			},
			{ comments: [{ id: "1", author: person("Ben Ross"), body: document("Same here") }] },
		);
		const facts = describeWorkItem(item, { url: "https://acme.example.com" });
		expect(facts).toMatchObject({
			app: "jira",
			key: "ACME-1",
			title: "Login fails",
			type: "Bug",
			status: "In progress",
			parent: { kind: "jira.work-item", id: "10005" },
			url: "https://acme.example.com/browse/ACME-1",
			references: [{ kind: "jira.work-item", id: "10005" }],
		});
		expect(facts.text.split("\n").toSorted()).toEqual(["Ada Lane", "Same here", "The badge reader rejects ACME-7", "Windows"].toSorted());
		expect(facts.people.toSorted()).toEqual(["Ada Lane", "Ben Ross"]);
	});
});
